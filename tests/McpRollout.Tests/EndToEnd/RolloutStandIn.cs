using System.Text.Json.Nodes;
using McpRollout.PracticeCluster.Controllers.Rollouts;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.Tests.EndToEnd;

/// <summary>
/// Stands in for the controller of Argo Rollouts on a real control plane: it decides as the practice cluster's own does, and asks the API
/// server itself what becomes of a template.
/// </summary>
internal sealed class RolloutStandIn : IAsyncDisposable
{
    private readonly ClusterUnderTest _cluster;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, JsonNode> _filled = [];
    private Task _loop = Task.CompletedTask;

    private RolloutStandIn(ClusterUnderTest cluster) => _cluster = cluster;

    /// <summary>The practice cluster has its own.</summary>
    public static RolloutStandIn StartFor(ClusterUnderTest cluster)
    {
        var standIn = new RolloutStandIn(cluster);
        if (!cluster.IsPractice)
            standIn._loop = standIn.KeepAsync();
        return standIn;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task KeepAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var objects = (await ReadAsync("get rollouts,replicasets,deployments -o json")).Objects("items").ToList();
                foreach (var rollout in objects.Where(each => each.Text("kind") == "Rollout"))
                    await LookAsync(rollout, objects);
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Else the test would wait forever for what nobody does.
            TestContext.Current.TestOutputHelper?.WriteLine(error.ToString());
            TestContext.Current.CancelCurrentTest();
            throw;
        }
    }

    private async Task LookAsync(JsonObject rollout, List<JsonObject> objects)
    {
        if (TemplateOf(rollout, objects) is not { } template)
            return;
        var sets = objects.Where(each => each.Text("kind") == "ReplicaSet" && each.IsControlledBy(rollout)).ToList();
        var filled = await FilledAsync(rollout, template);
        if (sets.Find(set => JsonNode.DeepEquals(WithoutHash(set), filled)) is not { } newest)
        {
            await WriteAsync("create", RolloutSets.Made(rollout, template));
            return;
        }

        var renewed = newest.Clone();
        RolloutSets.Renew(renewed, rollout, RolloutSets.NextRevision(sets, newest));
        if (!JsonNode.DeepEquals(renewed, newest))
        {
            await WriteAsync("replace", renewed);
            return;
        }

        var round = new RolloutRound(rollout, newest, sets, TimeProvider.System.GetUtcNow());
        foreach (var (set, replicas) in round.Sizes.Where(size => size.Set.Replicas() != size.Replicas))
            await WriteAsync("replace", With(set, changed => changed.Ensure("spec")["replicas"] = replicas));
        if (rollout.Annotation(RolloutSets.Revision) != newest.Annotation(RolloutSets.Revision))
        {
            // `replace` would keep what it sends as what was last applied.
            await WriteAsync($"annotate rollout {rollout.Name()} --overwrite "
                + $"{RolloutSets.Revision}={newest.Annotation(RolloutSets.Revision)}", rollout.Name());
            return;
        }

        if (!JsonNode.DeepEquals(round.Status, rollout.Status()))
            await WriteAsync("replace --subresource=status", With(rollout, changed => changed["status"] = round.Status.Clone()));
    }

    private static JsonObject? TemplateOf(JsonObject rollout, List<JsonObject> objects) =>
        rollout.Spec().Object("workloadRef").Text("name") is { } source
            ? objects.Find(each => each.Text("kind") == "Deployment" && each.Name() == source)?.Spec().Object("template")
            : rollout.Spec().Object("template");

    // The server fills all defaults in a ReplicaSet, and next to none in a Rollout.
    private async Task<JsonNode> FilledAsync(JsonObject rollout, JsonObject template)
    {
        var key = template.ToJsonString();
        if (_filled.TryGetValue(key, out var known))
            return known;
        var set = RolloutSets.Made(rollout, template);
        set["metadata"]!.AsObject().Remove("name");
        set["metadata"]!["generateName"] = "filled-";
        return _filled[key] = WithoutHash(await ReadAsync("create --dry-run=server -o json -f -", set.ToJsonString()));
    }

    private static JsonObject WithoutHash(JsonObject set)
    {
        var template = set.Spec().Object("template")!.Clone();
        template.Labels()!.Remove(RolloutSets.Hash);
        return template;
    }

    private static JsonObject With(JsonObject value, Action<JsonObject> change)
    {
        var changed = value.Clone();
        change(changed);
        return changed;
    }

    private async Task<JsonObject> ReadAsync(string command, string? input = null)
    {
        var answer = await _cluster.KubectlAsync(command, input);
        return answer.StartsWith('{') ? JsonNode.Parse(answer)!.AsObject() : throw new InvalidOperationException(answer);
    }

    private Task WriteAsync(string command, JsonObject value) => WriteAsync($"{command} -f -", value.Name(), value.ToJsonString());

    private async Task WriteAsync(string command, string name, string? input = null)
    {
        var answer = await _cluster.KubectlAsync($"{command} --field-manager=rollouts-controller -o name", input);

        // What somebody else wrote meanwhile is seen in the next round.
        if (!answer.EndsWith($"/{name}", StringComparison.Ordinal) && !answer.Contains("(Conflict)", StringComparison.Ordinal))
            throw new InvalidOperationException(answer);
    }
}
