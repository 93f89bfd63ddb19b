using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Notifications;
using McpRollout.Processes;
using McpRollout.Tests.Broker;

namespace McpRollout.Tests.Notifications;

/// <summary>Alerts, as Debian's <c>prometheus-alertmanager</c> has them. Without it the test is skipped, in CI it fails.</summary>
public class AlertmanagerRules
{
    private const string Program = "/usr/bin/prometheus-alertmanager";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ARequestIsOneAlertThatFiresUntilItIsDecided()
    {
        if (!File.Exists(Program))
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is not null, "prometheus-alertmanager is not installed.");
            Assert.Fail("prometheus-alertmanager is not installed.");
        }

        var folder = Directory.CreateTempSubdirectory("mcp-rollout-alerts-").FullName;
        using var alertmanager = Start(folder, out var alerts);
        try
        {
            using var http = new HttpClient();
            await UntilUpAsync(http, alertmanager, alerts);
            await using var store = TempStore.Create();
            await store.EnrolAsync("alice");
            var delivery = store.DeliveryTo(new() { Name = "alerts", Type = ChannelKind.Alertmanager, Url = alerts.AbsoluteUri });
            var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
            await delivery.DeliverAsync(Cancelled);
            var alert = Assert.Single((await http.GetFromJsonAsync<JsonArray>(alerts, Cancelled))!)!;
            Assert.Equal(("KubernetesUndo", "undo-1", request.MatchCode, "https://undo.example/approvals/undo-1", "active"), (
                (string?)alert["labels"]!["alertname"], (string?)alert["labels"]!["request"], (string?)alert["annotations"]!["match_code"],
                (string?)alert["generatorURL"], (string?)alert["status"]!["state"]));
            await store.Broker.DecideAsync(TempStore.By("alice", request), Cancelled);
            await delivery.DeliverAsync(Cancelled);
            Assert.Empty((await http.GetFromJsonAsync<JsonArray>(alerts, Cancelled))!);
        }
        finally
        {
            alertmanager.Kill();
            await alertmanager.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Process Start(string folder, out Uri alerts)
    {
        var address = $"127.0.0.1:{FreePort.Next()}";
        alerts = new Uri($"http://{address}/api/v2/alerts");
        var settings = Path.Combine(folder, "alertmanager.yml");
        File.WriteAllText(settings, "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n");
        return Process.Start(new ProcessStartInfo(Program,
        [
            $"--config.file={settings}", $"--storage.path={folder}/data", $"--web.listen-address={address}", "--cluster.listen-address=",
            "--log.level=error",
        ]))!;
    }

    private static async Task UntilUpAsync(HttpClient http, Process alertmanager, Uri alerts)
    {
        while (!alertmanager.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(alerts, Cancelled);
                return;
            }
            catch (HttpRequestException)
            {
                Cancelled.ThrowIfCancellationRequested();
            }
        }

        Assert.Fail($"prometheus-alertmanager ended with {alertmanager.ExitCode}.");
    }
}
