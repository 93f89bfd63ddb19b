using McpRollout.Web.Session;
using McpRollout.Web.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace McpRollout.Web;

/// <summary>
/// Enrols devices: <c>GET</c> and <c>POST /enrol/{token}</c>, under a link that somebody at a terminal made. Opening it changes nothing, so
/// that a preview uses no link up.
/// </summary>
internal sealed class EnrolRoute(PasskeyInvitations invitations, ReadGuard readers)
{
    private static readonly Problem NoLink = Problems.Of(
        StatusCodes.Status404NotFound,
        "no-such-link",
        "This link is not good any more: it was used, or an hour has passed. Ask for a new one at a terminal of the server: mcp-rollout "
            + "approvers devices NAME --add");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/enrol/{token}", [HttpMethods.Get, HttpMethods.Head], ShowAsync);
        routes.MapMethods("/enrol/{token}", [HttpMethods.Post], EnrolAsync);
    }

    private async Task ShowAsync(HttpContext context)
    {
        if (invitations.Site is not { } site || await invitations.FindAsync(TokenOf(context), context.RequestAborted) is not { } approver)
            await Answers.ProblemAsync(context, NoLink);
        else if (!await IsForAsync(context, approver))
            await TurnAwayAsync(context);
        else
            await Answers.HtmlAsync(context, StatusCodes.Status200OK, EnrolPage.Render(approver, site, TokenOf(context)));
    }

    private async Task EnrolAsync(HttpContext context)
    {
        var token = TokenOf(context);
        if (invitations.Site is not { } site || await invitations.FindAsync(token, context.RequestAborted) is not { } approver)
        {
            await Answers.ProblemAsync(context, NoLink);
            return;
        }

        if (!await IsForAsync(context, approver))
        {
            await TurnAwayAsync(context);
            return;
        }

        var (passkey, label) = await ReadAsync(context.Request);
        var outcome = passkey is null || label is null
            ? InvitationOutcome.Refused
            : await invitations.AcceptAsync(token, passkey, label, CancellationToken.None);
        await (outcome switch
        {
            InvitationOutcome.Enrolled => Answers.HtmlAsync(
                context, StatusCodes.Status200OK, EnrolPage.Done(approver, label!, Passkey.ShortIdOf(passkey!.Id))),
            InvitationOutcome.NoLink => Answers.ProblemAsync(context, NoLink),
            InvitationOutcome.Known => Again("This passkey is enrolled already."),
            _ => Again("What the device made does not hold, or the device has no name. Try again, with a device that asks for your "
                + "fingerprint, face or PIN."),
        });

        Task Again(string problem) =>
            Answers.HtmlAsync(context, StatusCodes.Status400BadRequest, EnrolPage.Render(approver, site, token, problem));
    }

    // The link alone makes nobody a person whom the company's provider knows.
    private async Task<bool> IsForAsync(HttpContext context, Approver approver) =>
        approver.Identity is null || (await readers.FindSignInAsync(context))?.Approver.IsSameAs(approver) is true;

    private Task TurnAwayAsync(HttpContext context) => Reader.NameIn(context) is { } other
        ? Answers.ProblemAsync(context, Problems.Of(StatusCodes.Status403Forbidden, "for-another",
            $"This link is for another person than {other}, who is signed in: sign out first, and sign in as whom it is for."))
        : readers.TurnAwayAsync(context);

    private static async Task<(NewPasskey? Passkey, string? Label)> ReadAsync(HttpRequest request)
    {
        if (!BodyText.IsForm(request))
            return default;
        try
        {
            using var form = new FormReader(await BodyText.ReadAsync(request)) { ValueCountLimit = 5 };
            var fields = form.ReadForm();
            return (
                fields.GetValueOrDefault("passkey") is [{ } passkey] ? NewPasskey.Read(passkey) : null,
                fields.GetValueOrDefault("label") is [{ } label]
                    && label.Trim() is { Length: > 0 and <= PasskeyInvitations.LongestLabel } own
                    ? SecretText.Mask(own)
                    : null);
        }
        catch (Exception malformed) when (malformed is DecoderFallbackException or InvalidDataException)
        {
            return default;
        }
    }

    private static string TokenOf(HttpContext context) => (string)context.GetRouteValue("token")!;
}
