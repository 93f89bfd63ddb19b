using System.Diagnostics;
using System.Text.Json;
using McpRollout.Rollouts.Json;
using McpRollout.Tests.EndToEnd;

namespace McpRollout.Tests.Telemetry;

public class OtlpRules
{
    [Fact]
    public async Task OneTraceLeadsFromTheToolCallAcrossTheWaitToThePatchAndTheRolloutsEnd()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        folder.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address;
        folder.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";

        await using (var server = await ServerProcess.StartAsync(
            folder, cluster, "--Audit:Sinks:OpenTelemetry=Required", "--Audit:Anchor=otlp"))
        {
            var request = await server.CallAsync("k8s_rollout_undo", new
            {
                resource_type = "deployment",
                @namespace = cluster.Namespace,
                name = "web",
                to_revision = 1,
                current_revision = 2,
                reason = "It fails.",
                wait_seconds = 0,
            });
            using (await server.DecideAsync(request.Text("request_id")!, "approve"))
            {
            }

            await server.EndOfAsync(request.Text("request_id")!);

            // What is exported in the background of a server that ends has little time.
            while (!await IsToldAsync(receiver, folder))
                await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }

        foreach (var span in new[]
        {
            "tools/call k8s_rollout_undo", "undo execute", "undo rollout", "mcp_rollout.request.id", "k8s.namespace.name",
            "http.request.method",
        })
            Assert.True(receiver.Has("traces", span), $"no span or attribute {span}");
        foreach (var metric in new[] { "requests", "decision.duration", "execution.duration", "rollout.duration", "open" })
            Assert.True(receiver.Has("metrics", $"mcp_rollout.undo.{metric}"), $"no metric {metric}");

        var records = File.ReadLines(folder.AuditFile).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(record => record.Text("request_id") is not null).ToList();
        Assert.True(ActivityContext.TryParse(records[0].Text("detail", "trace_parent"), null, out var origin));
        var traceId = origin.TraceId.ToHexString();
        Assert.All(records, record => Assert.Equal(traceId, record.Text("detail", "trace_id")));
        Assert.True(receiver.Has("traces", Convert.FromHexString(traceId)));
        foreach (var record in records)
            Assert.True(receiver.Has("logs", record.Text("hash")!), $"record {record.Text("seq")} is not in the logs");
        Assert.True(receiver.Has("logs", "mcp_rollout.trace_id"));
        var checkpoints = await CheckpointsAsync(folder);
        Assert.True(receiver.Has("logs", checkpoints[^1]), "the last checkpoint is not in the logs");
        Assert.Contains(await cluster.KubectlAsync(
            "get event --field-selector=reason=RolloutUndo "
                + "-o jsonpath={.items[0].metadata.annotations.mcp-rollout\\.dev/audit-checkpoint}"), checkpoints);
        foreach (var thing in new[] { "deployment/web", "event --field-selector=reason=RolloutUndo" })
        {
            var metadata = thing.StartsWith("event", StringComparison.Ordinal) ? ".items[0].metadata" : ".metadata";
            foreach (var (annotation, value) in new[] { ("trace-id", traceId), ("request-id", records[0].Text("request_id")) })
                Assert.Equal(value,
                    await cluster.KubectlAsync($"get {thing} -o jsonpath={{{metadata}.annotations.mcp-rollout\\.dev/{annotation}}}"));
        }
    }

    private static Task<string[]> CheckpointsAsync(StateFolder folder) => File.ReadAllLinesAsync(
        Path.ChangeExtension(folder.AuditFile, ".checkpoints.jsonl"), TestContext.Current.CancellationToken);

    private static async Task<bool> IsToldAsync(OtlpReceiver receiver, StateFolder folder) =>
        (await CheckpointsAsync(folder)) is [.., var last] && receiver.Has("logs", last) && receiver.Has("traces", "undo rollout");
}
