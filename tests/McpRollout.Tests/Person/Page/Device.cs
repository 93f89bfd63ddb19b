using System.Text.Json.Nodes;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Passkeys;
using McpRollout.Approvals.Requests;
using Microsoft.Playwright;

namespace McpRollout.Tests.Person.Page;

/// <summary>A person's device: a browser's window with a virtual authenticator (Chromium's WebAuthn devtools domain).</summary>
internal sealed class Device : IAsyncDisposable
{
    // Has the device sign, and returns what a page's script would send; null where the browser refuses.
    private const string Signing =
        """
        async ([challenge, site, verification]) => {
          const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), each => each.charCodeAt(0));
          const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
            .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
          const { id, response } = await navigator.credentials.get({ publicKey: {
            challenge: bytes(challenge), rpId: site, userVerification: verification } });
          return JSON.stringify({ id, client_data: text(response.clientDataJSON), authenticator_data: text(response.authenticatorData),
            signature: text(response.signature) });
        }
        """;

    private readonly ICDPSession _devtools;
    private readonly string _authenticator;

    private Device(BrowserWindow window, ICDPSession devtools, string authenticator) =>
        (Window, _devtools, _authenticator) = (window, devtools, authenticator);

    public BrowserWindow Window { get; }

    public IPage Page => Window.Page;

    public static async Task<Device> OpenAsync(Browser browser, int width = 390, int height = 844, bool dark = false)
    {
        var window = await browser.OpenAsync(width, height, dark);
        var devtools = await window.Page.Context.NewCDPSessionAsync(window.Page);
        await devtools.SendAsync("WebAuthn.enable");
        var added = await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        return new Device(window, devtools, added!.Value.GetProperty("authenticatorId").GetString()!);
    }

    /// <summary>Makes a passkey on the page of a link.</summary>
    public async Task EnrolAsync(string link, string approver, string label = "phone")
    {
        await Page.GotoAsync(link);
        await Page.GetByLabel("What you call this device").FillAsync(label);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Make the passkey" }).ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync($"This device may decide for {approver}");
    }

    public static async Task<string> LinkAsync(PageHost host, string approver)
    {
        var invitation = await host.Get<PasskeyInvitations>()
            .InviteAsync(approver, AuditActor.Human("root", "terminal"), PageHost.Cancellation);
        return $"{host.Origin}/enrol/{invitation!.Token}";
    }

    /// <summary>Has the device's owner not prove that it is them.</summary>
    public Task LeaveOwnerUnverifiedAsync() => _devtools.SendAsync("WebAuthn.setUserVerified", new()
    {
        ["authenticatorId"] = _authenticator,
        ["isUserVerified"] = false,
    });

    /// <summary>What the server asks to be signed for a decision.</summary>
    public static async Task<JsonNode> AskAsync(PageHost host, UndoRequest request, Dictionary<string, string> fields)
    {
        using var message = Decisions.Json(request, fields);
        message.RequestUri = new Uri($"{Decisions.PathOf(request)}/challenge", UriKind.Relative);
        using var response = await host.Client.SendAsync(message, PageHost.Cancellation);
        return await Decisions.JsonOf(response);
    }

    /// <summary>Has the device sign, on whatever page is open in it.</summary>
    public async Task<string> SignAsync(JsonNode question, string verification = "required")
    {
        var signed = await Page.EvaluateAsync<string>(
            Signing, new[] { question["challenge"]!.GetValue<string>(), question["site"]!.GetValue<string>(), verification });
        var answer = JsonNode.Parse(signed)!.AsObject();
        answer["nonce"] = question["nonce"]!.DeepClone();
        return answer.ToJsonString();
    }

    public ValueTask DisposeAsync() => Window.DisposeAsync();
}
