using System.Net;
using System.Text.Json;
using McpRollout.Tests.Hosted;
using McpRollout.Tests.Person.Page;
using Microsoft.Playwright;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.EndToEnd;

/// <summary>An agent that calls over HTTP, with a token of the company's own.</summary>
public abstract partial class ClusterCases
{
    [Fact]
    public async Task AnAgentAsksOverHttpAndIsOnRecordByItsToken()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var issuer = await TestIssuer.StartAsync();
        await using var hosted = await HostedProcess.StartAsync(folder, cluster,
            [.. issuer.Settings, "--Mcp:Issuers:0:PersonClaim=preferred_username"]);
        await using var agent = await hosted.ConnectAsync(issuer.Token(hosted.Audience, person: "alice"));

        var history = await OverHttpAsync(agent, "k8s_rollout_history", Workload(cluster, "deployment"));
        Assert.Equal("2", history.Text("current_revision"));
        var asked = await OverHttpAsync(agent, Undo, UndoOf(cluster, "deployment"));
        var id = asked.Text("request_id")!;
        Assert.Equal(("pending", $"{folder.Page}approvals/{id}"), (asked.Text("state"), asked.Text("approval_url")));

        using (var decided = await folder.DecideAsync(id, "approve"))
            Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
        JsonElement end;
        do
            end = await OverHttpAsync(agent, "k8s_rollout_undo_status", new { request_id = id, wait_seconds = 30 });
        while (end.Text("outcome", "rollout") is null or "progressing");

        Assert.Equal(("applied", "healthy"), (end.Text("state"), end.Text("outcome", "rollout")));
        Assert.Equal("app:1", await cluster.ImageAsync("deployment"));
        using var record = JsonDocument.Parse(
            File.ReadLines(folder.AuditFile).First(line => line.Contains("undo.requested", StringComparison.Ordinal)));
        Assert.Equal(("corp/agent-7", "ops-assistant", "alice"), (record.RootElement.Text("actor", "name"),
            record.RootElement.Text("actor", "client"), record.RootElement.Text("detail", "on_behalf_of")));
        await AuditHoldsAsync(folder, "undo.requested", "undo.approved", "undo.executing", "undo.applied", "rollout.healthy");
    }

    [Fact]
    public async Task APersonOfTheCompanySignsInAndApprovesWithTheirPasskeyWhatAnAgentAskedOverHttp()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var issuer = await TestIssuer.StartAsync();
        string[] settings =
        [
            .. issuer.Settings, .. issuer.SignInSettings(await TestIssuer.SecretFileAsync(folder.Path)),
            "--Policies:Default:PasskeyRequired=true",
        ];
        await using var hosted = await HostedProcess.StartAsync(folder, cluster, settings);
        await using var browser = new Browser();
        await browser.InitializeAsync();
        await using var phone = await Device.OpenAsync(browser);

        // The person signs in; somebody at a terminal makes the link for their phone; the phone makes its passkey.
        await phone.Page.GotoAsync(folder.Page.ToString());
        await phone.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Corp" }).ClickAsync();
        await phone.Page.GetByLabel("Who are you?").FillAsync("bob");
        await phone.Page.GetByRole(AriaRole.Button, new() { Name = "It is me" }).ClickAsync();
        await Assertions.Expect(phone.Page.GetByText("Signed in as bob")).ToBeVisibleAsync();
        var (code, output, errors) = await BuiltProgram.RunAsync(
            ["approvers", "devices", "bob", "--add", .. folder.Settings, .. settings]);
        Assert.True(code == 0, errors);
        await phone.EnrolAsync(output.Split().First(word => word.Contains("/enrol/", StringComparison.Ordinal)), "bob");

        // An agent asks.
        await using var agent = await hosted.ConnectAsync(issuer.Token(hosted.Audience));
        var asked = await OverHttpAsync(agent, Undo, UndoOf(cluster, "deployment"));
        await phone.Page.GotoAsync(asked.Text("approval_url")!);
        await Assertions.Expect(phone.Page.GetByText("You decide as bob, who is signed in.")).ToBeVisibleAsync();
        await Assertions.Expect(phone.Page.GetByText(asked.Text("match_code")!).First).ToBeVisibleAsync();
        await phone.Window.ApproveAsync();

        JsonElement end;
        do
            end = await OverHttpAsync(agent, "k8s_rollout_undo_status", new { request_id = asked.Text("request_id"), wait_seconds = 30 });
        while (end.Text("outcome", "rollout") is null or "progressing");
        Assert.Equal(("applied", "healthy"), (end.Text("state"), end.Text("outcome", "rollout")));
        Assert.Equal("app:1", await cluster.ImageAsync("deployment"));
        await Assertions.Expect(phone.Page.GetByRole(AriaRole.Status).First).ToContainTextAsync("Done.");
        using var approved = JsonDocument.Parse(
            File.ReadLines(folder.AuditFile).Single(line => line.Contains("undo.approved", StringComparison.Ordinal)));
        var root = approved.RootElement;
        Assert.Equal(("bob", issuer.Issuer, "sub-bob"),
            (root.Text("actor", "name"), root.Text("detail", "sign_in", "issuer"), root.Text("detail", "sign_in", "subject")));
        Assert.Contains(asked.Text("request_id")!, root.Text("detail", "passkey", "statement"), StringComparison.Ordinal);
        await AuditHoldsAsync(folder,
            "approver.added", "approver.invited", "approver.device_added", "undo.requested", "undo.approved", "undo.executing",
            "undo.applied", "rollout.healthy");
        Assert.Empty(phone.Window.Complaints);
    }

    private static async Task<JsonElement> OverHttpAsync(McpClient agent, string tool, object arguments)
    {
        var result = await agent.CallToolAsync(tool, ServerProcess.ArgumentsOf(arguments), cancellationToken: Cancelled);
        Assert.False(result.IsError is true, Assert.IsType<TextContentBlock>(result.Content[0]).Text);
        return result.StructuredContent!.Value;
    }
}
