using System.Buffers.Text;

namespace McpRollout.Web.Views;

/// <summary>Where a person's own device makes a passkey, under a link that is good once.</summary>
internal static class EnrolPage
{
    /// <summary>The form.</summary>
    /// <param name="approver">Whose device it is.</param>
    /// <param name="site">The page, as passkeys know it.</param>
    /// <param name="token">The link's token.</param>
    /// <param name="problem">Why the last attempt failed; null at first.</param>
    public static Markup Render(Approver approver, PasskeySite site, string token, string? problem = null) => Layout.Document(
        "Make a passkey: rollout approvals",
        BannerSeverity.Quiet,
        $"""
        <h1 class="plain">Make a passkey for {approver.Name}</h1>
        <section class="sign-in" aria-labelledby="enrol"><h2 id="enrol">This device</h2>
        <p>With a passkey this device approves or denies for <b>{approver.Name}</b>, after your fingerprint, face or PIN. It works at <b>{site.Origin}</b> and nowhere else, so that nobody who copies this page gets anything.</p>
        <p>Are you not {approver.Name}? Then close this page and tell whoever sent you the link.</p>
        {Markup.If(problem is not null, $"<div class=\"refusal\" role=\"alert\">{Icon.Warning}<div><p><b>No passkey was enrolled.</b></p><p>{problem}</p></div></div>")}
        <form method="post" action="/enrol/{token}" data-enrol="true" data-challenge="{Base64Url.EncodeToString(PasskeyInvitations.ChallengeOf(token))}" data-site="{site.Id}" data-site-name="{PasskeySite.Name}" data-user="{Base64Url.EncodeToString(Passkey.UserHandleOf(approver))}" data-user-name="{approver.Name}" data-known="{string.Join(' ', approver.Passkeys)}">
        <input type="hidden" name="passkey">
        <label for="label">What you call this device</label>
        <input id="label" name="label" required maxlength="{PasskeyInvitations.LongestLabel}" placeholder="my phone">
        <p class="aside" data-without-passkey>This browser cannot make a passkey, or scripts are switched off here. Open the link on a device with a fingerprint, a face or a PIN, in a browser of today.</p>
        <p class="aside" data-passkey-says aria-live="polite"></p>
        <button class="approve" data-with-passkey hidden>Make the passkey</button>
        </form>
        </section>
        """);

    /// <summary>What is shown once the passkey is enrolled.</summary>
    public static Markup Done(Approver approver, string label, string shortId) => Layout.Document(
        "Passkey made: rollout approvals",
        BannerSeverity.Good,
        $"""
        <h1 class="plain">This device may decide for {approver.Name}</h1>
        <div class="nothing">
        <p>The passkey of “{label}” is enrolled. It asks for your fingerprint, face or PIN each time. The link that you used is no longer good.</p>
        <p>Whoever gave you the link compares: <code>mcp-rollout approvers devices {approver.Name}</code> shows <b>{shortId}</b> there, and no other new device.</p>
        <p><a href="/">See the open and recent requests</a>, and keep this page as a bookmark: open requests from it.</p>
        </div>
        """);
}
