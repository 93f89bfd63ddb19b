using System.Text.RegularExpressions;
using McpRollout.Tests.EndToEnd;
using McpRollout.Tests.Person.Page;
using Microsoft.Playwright;

namespace McpRollout.Tests.Notifications;

/// <summary>
/// A stranger with a browser of a telephone's size and a virtual authenticator, and the program as it is started: from a link at a terminal
/// and a message to a healthy rollout.
/// </summary>
public sealed partial class PhoneRules(Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public Task OnThePracticeClusterAMessageLeadsToAPasskeyAndToAHealthyRollout() => StoryAsync(ClusterUnderTest.PracticeAsync());

    [Fact]
    public Task OnARealControlPlaneAMessageLeadsToAPasskeyAndToAHealthyRollout() => StoryAsync(ClusterUnderTest.RealAsync());

    private async Task StoryAsync(Task<ClusterUnderTest> starting)
    {
        await using var receiver = await NotificationReceiver.StartAsync();
        using var key = new SecretInFile();
        await using var cluster = await starting;
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        string[] rules =
        [
            "--Policies:Default:PasskeyRequired=true",
            "--Notifications:0:Name=ops", "--Notifications:0:Type=webhook", $"--Notifications:0:Url={receiver.UrlOf("hook")}",
            $"--Notifications:0:SecretFile={key.Path}",
        ];
        await using var server = await ServerProcess.StartAsync(folder, cluster, rules);
        await ServerProcess.PageIsUpAsync(folder);
        await using var device = await Device.OpenAsync(browser);
        var added = await BuiltProgram.RunAsync(["approvers", "add", "olga", "--passkey-only", .. folder.Settings]);
        Assert.Equal((0, ""), (added.ExitCode, added.Errors));
        await device.EnrolAsync(Link().Match(added.Output).Value, "olga", "my phone");

        var asked = await server.CallAsync("k8s_rollout_undo", new
        {
            resource_type = "deployment",
            @namespace = cluster.Namespace,
            name = "web",
            to_revision = 1,
            current_revision = 2,
            reason = "The new release is broken.",
        });
        var message = (await receiver.NextAsync()).Body;
        await device.Page.GotoAsync((string)message["link"]!);
        await Assertions.Expect(device.Page.GetByText((string)message["match_code"]!).First).ToBeInViewportAsync();
        await Assertions.Expect(device.Page.GetByLabel("Your name")).ToHaveValueAsync("olga");
        await device.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();

        var ended = await server.EndOfAsync(asked.Text("request_id")!);
        Assert.Equal(("applied", "healthy"), (ended.Text("state"), ended.Text("outcome", "rollout")));
        await Assertions.Expect(device.Page.GetByRole(AriaRole.Status).First).ToContainTextAsync("is healthy", new() { Timeout = 30_000 });
        _ = (await receiver.NextAsync(), await receiver.NextAsync());
        Assert.Equal(["opened", "decided", "ended"], receiver.Events);
        var verified = await BuiltProgram.RunAsync(["audit", "verify", .. folder.Settings]);
        Assert.Contains("1 decision was signed by passkeys; every signature holds", verified.Output, StringComparison.Ordinal);
        var devices = await BuiltProgram.RunAsync(["approvers", "devices", "olga", .. folder.Settings]);
        Assert.Contains("my phone", devices.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await BuiltProgram.RunAsync(["approvers", "revoke", "olga", "my phone", .. folder.Settings])).ExitCode);
        devices = await BuiltProgram.RunAsync(["approvers", "devices", "olga", .. folder.Settings]);
        Assert.Contains("has no passkey yet", devices.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex("http://localhost:[0-9]+/enrol/[A-Za-z0-9_-]+")]
    private static partial Regex Link();
}
