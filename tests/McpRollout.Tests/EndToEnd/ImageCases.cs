using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpRollout.Tests.EndToEnd;

/// <summary>Images that ran, word for word the same on the practice cluster and on a real control plane, to which the test says what its
/// pods run.</summary>
public abstract class ImageCases
{
    private const string Undo = "k8s_rollout_undo";

    internal abstract Task<ClusterUnderTest> StartClusterAsync();

    [Theory]
    [InlineData("deployment")]
    [InlineData("statefulset")]
    [InlineData("daemonset")]
    public async Task ARevisionIsBroughtBackAsItRanThoughItsTagHasMoved(string kind)
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync(kind, second: "app:2", first: "app:stable-1");
        await cluster.KubectlAsync($"rollout undo {kind}/web");
        await cluster.SettleAsync(kind, "app:stable-1");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        await RunAsync(cluster, "app:stable-1", 'a');
        Assert.Equal([Digest('a')], await RanAsync(server, cluster, kind, 3));

        // The next release goes out, and the tag is pushed again: another workload pulls it.
        await cluster.KubectlAsync($"set image {kind}/web app=app:4");
        await cluster.SettleAsync(kind, "app:4");
        await RunAsync(cluster, "app:4", 'd');
        await OtherAsync(cluster, "app:stable-1");
        await RunAsync(cluster, "app:stable-1", 'b', "app=other");
        await server.CallAsync("k8s_rollout_status", Of(cluster, "deployment", "other"));
        Assert.Equal([Digest('a')], await RanAsync(server, cluster, kind, 3));
        Assert.Equal([Digest('d')], await RanAsync(server, cluster, kind, 4));

        var plain = await server.CallAsync(Undo, UndoOf(cluster, kind, pin: false));
        Assert.Contains("Tag stable-1 of container app ran as sha256:aaaaaaaaaaaa…", FindingOf(plain, "image-moved"),
            StringComparison.Ordinal);
        Assert.Contains("and as sha256:bbbbbbbbbbbb… since", FindingOf(plain, "image-moved"), StringComparison.Ordinal);
        await server.CallAsync("k8s_rollout_undo_cancel", new { request_id = plain.Text("request_id"), reason = "Pin it." });

        var pinned = await server.CallAsync(Undo, UndoOf(cluster, kind, pin: true));
        var id = pinned.Text("request_id")!;
        Assert.Null(FindingOf(pinned, "image-moved"));
        Assert.NotEqual(plain.Text("match_code"), pinned.Text("match_code"));
        var image = $"app@{Digest('a')}";
        Assert.Contains(pinned.GetProperty("changes").EnumerateArray(), line => line.ToString().Contains(image, StringComparison.Ordinal));
        var shown = await BuiltProgram.RunAsync(["approvals", "show", id, .. folder.Settings]);
        Assert.Contains($"container app comes back as {image}", shown.Output, StringComparison.Ordinal);

        using (var decided = await server.DecideAsync(id, "approve"))
            Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
        var end = await server.EndOfAsync(id);

        Assert.Equal(("applied", "healthy", "5"), (end.Text("state"), end.Text("outcome", "rollout"), end.Text("outcome", "revision")));
        Assert.Equal(image, await cluster.ImageAsync(kind));
        var after = await server.CallAsync("k8s_rollout_history", Of(cluster, kind));
        var restored = after.GetProperty("revisions").EnumerateArray().First();
        Assert.Equal("digest", restored.Text("image_refs", "app"));
        Assert.Contains(restored.GetProperty("evidence").EnumerateArray(),
            line => line.ToString().StartsWith($"brought back by {id}, 4 -> 3, ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatWasNeverSeenCannotBePinned()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var refusal = await server.RefusalAsync(Undo, UndoOf(cluster, "deployment", pin: true, to: 1, current: 2));

        Assert.Contains("app (no digest that it ran is on record)", refusal, StringComparison.Ordinal);
        Assert.EndsWith("(code: no-digest)", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAgentsSideShowsAndPinsWhatTheApprovingSideSaw()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment", second: "app:crash", first: "app:1");
        await RunAsync(cluster, "app:1", 'a');
        await AgentsMayReadAsync(cluster);
        using var folder = await StateFolder.CreateAsync();
        await using var sides = await Sides.StartAsync(
            folder, cluster.As(cluster.Context), cluster.As(Sides.AgentContext));

        Assert.Equal([Digest('a')], await RanAsync(sides.Agent, cluster, "deployment", 1));
        var asked = await sides.Agent.CallAsync(Undo, UndoOf(cluster, "deployment", pin: true, to: 1, current: 2));

        Assert.Equal($"app@{Digest('a')}", asked.GetProperty("pin_images")[0].Text("image"));
        var record = JsonDocument.Parse(File.ReadLines(folder.AuditFile).Last()).RootElement;
        Assert.Equal($"app@{Digest('a')}", record.GetProperty("detail").GetProperty("pin_images")[0].Text("image"));
    }

    private static string Digest(char letter) => $"sha256:{new string(letter, 64)}";

    // A kubelet's report: there is none on the control plane, and the practice cluster's is made up from the image's name.
    private static async Task RunAsync(ClusterUnderTest cluster, string image, char digest, string selector = "app=web")
    {
        var named = new List<string>();
        while (named.Count == 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var pods = JsonNode.Parse(await cluster.KubectlAsync($"get pods -l {selector} -o json"))!["items"]!.AsArray();
            foreach (var pod in pods.Where(pod => (string?)pod!["spec"]!["containers"]![0]!["image"] == image
                && pod["metadata"]!["deletionTimestamp"] is null
                && pod["status"]?["containerStatuses"]?[0]?["state"]?["running"] is not null))
            {
                pod!["status"]!["containerStatuses"]![0]!["imageID"] = $"docker-pullable://app@{Digest(digest)}";
                var name = (string)pod["metadata"]!["name"]!;
                var replaced = await cluster.KubectlAsync(
                    $"replace --raw /api/v1/namespaces/{cluster.Namespace}/pods/{name}/status -f -", pod.ToJsonString());
                if (replaced.Contains(Digest(digest), StringComparison.Ordinal))
                    named.Add(name);
            }
        }
    }

    private static Task<string> OtherAsync(ClusterUnderTest cluster, string image) => cluster.KubectlAsync("apply -f -", $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: other}
        spec:
          replicas: 1
          selector: {matchLabels: {app: other} }
          template:
            metadata: {labels: {app: other} }
            spec: {containers: [{name: app, image: '{{image}}'}]}
        """);

    private static async Task AgentsMayReadAsync(ClusterUnderTest cluster)
    {
        await cluster.KubectlAsync("create role reader --verb=get,list,watch "
            + "--resource=deployments.apps,replicasets.apps,pods,events,horizontalpodautoscalers.autoscaling");
        await cluster.KubectlAsync($"create rolebinding reader --role=reader --user={Sides.AgentContext}");
        await cluster.UntilAllowedAsync(Sides.AgentContext, "list pods");
    }

    private static async Task<IReadOnlyList<string?>> RanAsync(ServerProcess server, ClusterUnderTest cluster, string kind, int revision)
    {
        while (true)
        {
            var history = await server.CallAsync("k8s_rollout_history", Of(cluster, kind));
            var told = history.GetProperty("revisions").EnumerateArray().Single(each => each.Text("revision") == $"{revision}");
            if (told.GetProperty("images_ran").TryGetProperty("app", out var ran))
                return [.. ran.EnumerateArray().Select(each => each.Text("digest"))];

            // An approving side that has just started may take longer than a history waits for it.
            Assert.Contains(history.GetProperty("findings").EnumerateArray(), finding => finding.Text("code") == "not-checked");
        }
    }

    private static string? FindingOf(JsonElement request, string code) => request.GetProperty("findings").EnumerateArray()
        .Where(finding => finding.Text("code") == code).Select(finding => finding.Text("message")).SingleOrDefault();

    private static object Of(ClusterUnderTest cluster, string kind, string name = "web") =>
        new { resource_type = kind, @namespace = cluster.Namespace, name };

    private static object UndoOf(ClusterUnderTest cluster, string kind, bool pin, int to = 3, int current = 4) => new
    {
        resource_type = kind,
        @namespace = cluster.Namespace,
        name = "web",
        to_revision = to,
        current_revision = current,
        reason = "It fails since the release.",
        pin_images = pin,
        wait_seconds = 0,
    };
}

public sealed class ImagesOnThePracticeCluster : ImageCases
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.PracticeAsync();
}

public sealed class ImagesOnARealControlPlane : ImageCases
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.RealAsync();
}
