using System.Globalization;
using McpRollout.Tests.Cluster;
using McpRollout.Tests.EndToEnd;

namespace McpRollout.Tests.Notifications;

/// <summary>The program as it is started, with channels by settings.</summary>
public class ServerRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public Task OnThePracticeClusterPeopleAreToldFromTheAskingToTheEnd() => StoryAsync(ClusterUnderTest.PracticeAsync());

    [Fact]
    public Task OnARealControlPlanePeopleAreToldFromTheAskingToTheEnd() => StoryAsync(ClusterUnderTest.RealAsync());

    private static async Task StoryAsync(Task<ClusterUnderTest> starting)
    {
        await using var receiver = await NotificationReceiver.StartAsync();
        using var authority = new TestAuthority();
        await using var mail = await RealMailServer.StartAsync(isLocked: true, authority);
        using var key = new SecretInFile();
        using var password = new SecretInFile(RealMailServer.Password);
        await using var cluster = await starting;
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        var trusted = Path.Combine(folder.Path, "ca.pem");
        await File.WriteAllTextAsync(trusted, authority.Pem, Cancelled);
        folder.Environment["SSL_CERT_FILE"] = trusted;
        await using var server = await ServerProcess.StartAsync(
            folder, cluster,
            "--Notifications:0:Name=ops", "--Notifications:0:Type=webhook", $"--Notifications:0:Url={receiver.UrlOf("hook")}",
            $"--Notifications:0:SecretFile={key.Path}",
            "--Notifications:1:Name=mail", "--Notifications:1:Type=email",
            $"--Notifications:1:Url=smtp://127.0.0.1:{mail.Port.ToString(CultureInfo.InvariantCulture)}",
            "--Notifications:1:From=undo@example.com", "--Notifications:1:To:0=oncall@example.com",
            $"--Notifications:1:User={RealMailServer.User}", $"--Notifications:1:SecretFile={password.Path}",
            "--Notifications:1:When:0=opened",
            "--Notifications:2:Name=broken", "--Notifications:2:Type=slack",
            "--Notifications:2:Url=http://127.0.0.1:1/services/SECRET-PATH");
        var asked = await server.CallAsync("k8s_rollout_undo", new
        {
            resource_type = "deployment",
            @namespace = cluster.Namespace,
            name = "web",
            to_revision = 1,
            current_revision = 2,
            reason = "The new release is broken.",
        });
        var id = asked.Text("request_id")!;
        var opened = await receiver.NextAsync();
        Assert.Equal(("opened", id, asked.Text("approval_url"), asked.Text("match_code"), true),
            ((string?)opened.Body["event"], (string?)opened.Body["request_id"], (string?)opened.Body["link"],
                (string?)opened.Body["match_code"], opened.IsSigned));
        var sent = await mail.NextAsync();
        Assert.Equal((true, true, $"Kubernetes undo {id}: opened"), (sent.ByTls, sent.Authenticated, sent.Message.Subject));

        Assert.True((await server.DecideAsync(id, "approve")).IsSuccessStatusCode);
        Assert.Equal("decided", (string?)(await receiver.NextAsync()).Body["event"]);
        await server.EndOfAsync(id);
        var ended = await receiver.NextAsync();
        Assert.Equal("ended", (string?)ended.Body["event"]);

        var list = await BuiltProgram.RunAsync(["approvals", "list", .. folder.Settings]);
        while (!list.Output.Contains("notifications", StringComparison.Ordinal))
            list = await BuiltProgram.RunAsync(["approvals", "list", .. folder.Settings]);
        Assert.Contains("broken takes no messages since", list.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET-PATH", list.Output, StringComparison.Ordinal);
    }
}
