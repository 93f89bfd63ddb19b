extern alias typed;

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using typed::k8s;
using typed::k8s.Autorest;
using typed::k8s.Models;

namespace McpRollout.Tests.PracticeCluster;

/// <summary>
/// What a program does to a workload with the official client's typed models, written down so that two clusters' answers can be laid
/// side by side.
/// </summary>
/// <typeparam name="T">The workload's model.</typeparam>
/// <typeparam name="TList">The model of a list of them.</typeparam>
internal sealed partial class OfficialClientStory<T, TList>(
    typed::k8s.Kubernetes admin,
    typed::k8s.Kubernetes undoer,
    string space,
    string kind)
    : IDisposable
    where T : class, IKubernetesObject<V1ObjectMeta>
    where TList : IKubernetesObject, IItems<T>
{
    private const string Cause = """{"metadata":{"annotations":{"kubernetes.io/change-cause":"second"}}}""";
    private const string Removal = """[{"op":"remove","path":"/metadata/annotations/none"}]""";

    private readonly List<string> _transcript = [];
    private readonly GenericClient _workloads = new(admin, "apps", "v1", kind + "s", disposeClient: false);

    private long _answered;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async Task<string> TellAsync()
    {
        var home = new V1Namespace { Metadata = new V1ObjectMeta { Name = space } };
        await admin.CoreV1.CreateNamespaceAsync(home, cancellationToken: Cancelled);
        await SayAsync("create", () => _workloads.CreateNamespacedAsync(Manifest("app:1"), space, Cancelled));
        await SettleAsync();
        await SayAsync("create again", () => _workloads.CreateNamespacedAsync(Manifest("app:1"), space, Cancelled));
        await SayAsync("strategic merge patch", () => PatchAsync(V1Patch.PatchType.StrategicMergePatch, Image("app:2")));
        await SettleAsync();
        await SayAsync("merge patch", () => PatchAsync(V1Patch.PatchType.MergePatch, Cause));
        await SettleAsync();
        await SayAsync("JSON patch, refused", () => PatchAsync(V1Patch.PatchType.JsonPatch, Guarded("app:1")));
        await SayAsync("JSON patch, dry run", () => PatchAsync(V1Patch.PatchType.JsonPatch, Guarded("app:2"), dryRun: "All"));
        await SayAsync("read", () => _workloads.ReadNamespacedAsync<T>(space, "web", Cancelled));
        await SayAsync("JSON patch", () => PatchAsync(V1Patch.PatchType.JsonPatch, Guarded("app:2"), manager: "story"));
        await SettleAsync();
        await SayAsync("JSON patch of nothing there", () => PatchAsync(V1Patch.PatchType.JsonPatch, Removal));
        await SayAsync("apply, in conflict", () => ApplyAsync("app:4", "first"));
        await SayAsync("apply, by force", () => ApplyAsync("app:4", "first", force: true));
        await SettleAsync();
        await SayAsync("apply again", () => ApplyAsync("app:4", "first"));
        await SayAsync("patch what was applied", () => PatchAsync(V1Patch.PatchType.StrategicMergePatch, Image("app:5"), manager: "story"));
        await SettleAsync();
        await SayAsync("apply, in conflict with that", () => ApplyAsync("app:4", "first"));
        await SayAsync("apply less", () => ApplyAsync("app:5", note: null));
        await SettleAsync();
        await SayAsync("apply as nobody", () => PatchAsync(V1Patch.PatchType.ApplyPatch, KubernetesJson.Serialize(Manifest("app:5"))));
        await ListAsync();
        await ReviewAsync("admin", admin);
        await ReviewAsync("undoer", undoer);
        using var others = new GenericClient(undoer, "apps", "v1", kind + "s", disposeClient: false);
        await SayAsync("read as undoer", () => others.ReadNamespacedAsync<T>(space, "web", Cancelled));
        await SayAsync("read another", () => _workloads.ReadNamespacedAsync<T>(space, "other", Cancelled));
        await AnswerAsync("delete", async () => (await _workloads.DeleteNamespacedAsync<V1Status>(space, "web", Cancelled)).Status);
        await SayAsync("read after", () => _workloads.ReadNamespacedAsync<T>(space, "web", Cancelled));
        return string.Join('\n', _transcript);
    }

    public void Dispose() => _workloads.Dispose();

    private Task SayAsync(string what, Func<Task<T>> ask) =>
        AnswerAsync(what, async () =>
        {
            var json = Json(await ask());
            _answered = Generation(json);
            return Told(json);
        });

    private async Task AnswerAsync(string what, Func<Task<string>> ask)
    {
        string answer;
        try
        {
            answer = await ask();
        }
        catch (HttpOperationException refused)
        {
            var status = KubernetesJson.Deserialize<V1Status>(refused.Response.Content);
            answer = $"{(int)refused.Response.StatusCode} {status.Reason}: {status.Message}";
        }

        _transcript.Add($"> {what}\n{Plain(answer)}");
    }

    /// <summary>
    /// Watches until the rollout of the last answer's generation is complete: a watch may begin with the workload as it was before.
    /// </summary>
    private async Task SettleAsync()
    {
        await foreach (var (type, workload) in _workloads.WatchNamespacedAsync<T>(space, onError: error => throw error, Cancelled))
        {
            var json = Json(workload);
            if (!IsComplete(json))
                continue;

            _transcript.Add($"> watched until complete: {json["status"]!["observedGeneration"]}");
            return;
        }
    }

    private async Task ListAsync()
    {
        var list = await _workloads.ListNamespacedAsync<TList>(space, labelSelector: "app=web,app!=other", cancel: Cancelled);
        _transcript.Add($"> list\n{list.Kind} {list.ApiVersion}: {string.Join(", ", list.Items.Select(item => item.Metadata.Name))}");
        if (kind == "deployment")
        {
            var sets = await admin.AppsV1.ListNamespacedReplicaSetAsync(space, labelSelector: "app=web", cancellationToken: Cancelled);
            _transcript.AddRange(sets.Items
                .Select(set => (set.Spec, set.Metadata.Annotations, Owner: set.Metadata.OwnerReferences[0]))
                .Select(set => $"{set.Annotations["deployment.kubernetes.io/revision"]}: {set.Spec.Template.Spec.Containers[0].Image}, "
                    + $"{set.Spec.Replicas}, {set.Owner.Kind}, {set.Annotations.TryGetValue("kubernetes.io/change-cause", out var cause)} "
                    + $"{cause}")
                .Order(StringComparer.Ordinal));
        }
        else
        {
            var revisions = await admin.AppsV1
                .ListNamespacedControllerRevisionAsync(space, labelSelector: "app=web", cancellationToken: Cancelled);
            _transcript.AddRange(revisions.Items
                .Select(revision => (revision.Revision, Owner: revision.Metadata.OwnerReferences[0]))
                .Select(revision => $"{revision.Revision}: {revision.Owner.Kind}, {revision.Owner.Controller}")
                .Order(StringComparer.Ordinal));
        }
    }

    private async Task ReviewAsync(string name, typed::k8s.Kubernetes client)
    {
        var asked = new V1SelfSubjectAccessReview
        {
            Spec = new()
            {
                ResourceAttributes = new() { Verb = "patch", Group = "apps", Resource = kind + "s", NamespaceProperty = space },
            },
        };
        var review = await client.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(asked, cancellationToken: Cancelled);
        _transcript.Add($"> may {name} patch\n{review.Status.Allowed}, {review.Status.Denied}");
    }

    private async Task<T> PatchAsync(
        V1Patch.PatchType type, string patch, string? manager = null, string? dryRun = null, bool? force = null)
    {
        using var answer = await admin.CustomObjects.PatchNamespacedCustomObjectWithHttpMessagesAsync<T>(
            new V1Patch(patch, type), "apps", "v1", space, kind + "s", "web",
            dryRun: dryRun, fieldManager: manager, force: force, cancellationToken: Cancelled);
        return answer.Body;
    }

    private Task<T> ApplyAsync(string image, string? note, bool? force = null)
    {
        var wish = Manifest(image);
        wish.Metadata.Annotations = note is null ? null : new Dictionary<string, string> { ["note"] = note };
        return PatchAsync(V1Patch.PatchType.ApplyPatch, KubernetesJson.Serialize(wish), "applier", force: force);
    }

    private T Manifest(string image) => KubernetesYaml.Deserialize<T>(KubectlStory.Manifest(kind, image));

    private static string Image(string image) =>
        """{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"IMAGE"}]}}}}"""
            .Replace("IMAGE", image, StringComparison.Ordinal);

    private static string Guarded(string expected) => $$"""
        [{"op":"test","path":"/spec/template/spec/containers/0/image","value":"{{expected}}"},
         {"op":"replace","path":"/spec/template/spec/containers/0/image","value":"app:3"}]
        """;

    private static JsonNode Json(T workload) => JsonNode.Parse(KubernetesJson.Serialize(workload))!;

    private static string Told(JsonNode json)
    {
        var metadata = json["metadata"]!;
        var writers = metadata["managedFields"]!.AsArray()
            .Select(entry => $"{entry!["manager"]} {entry["operation"]} " + (IsApply(entry) ? entry["fieldsV1"]!.ToJsonString() : ""))
            .Where(writer => !writer.StartsWith("kube-", StringComparison.Ordinal));
        return $"{json["kind"]} {metadata["name"]}, generation {metadata["generation"]}, note {metadata["annotations"]?["note"]}\n"
            + $"{string.Join('\n', writers.Order(StringComparer.Ordinal))}\n{json["spec"]!.ToJsonString()}";
    }

    private static bool IsApply(JsonNode entry) => entry["operation"]!.GetValue<string>() == "Apply";

    private static long Generation(JsonNode json) => json["metadata"]!["generation"]!.GetValue<long>();

    private bool IsComplete(JsonNode json)
    {
        var status = json["status"];
        var generation = Generation(json);
        if (generation < _answered || status?["observedGeneration"]?.GetValue<long>() != generation)
            return false;

        int Count(string field) => status[field]?.GetValue<int>() ?? 0;
        return kind switch
        {
            "deployment" => Count("updatedReplicas") == 2 && Count("replicas") == 2 && Count("availableReplicas") == 2,
            "statefulset" => Count("updatedReplicas") == 2 && Count("readyReplicas") == 2
                && JsonNode.DeepEquals(status["currentRevision"], status["updateRevision"]),
            _ => Count("desiredNumberScheduled") is > 0 and var desired
                && Count("updatedNumberScheduled") == desired && Count("numberAvailable") == desired,
        };
    }

    // What differs between any two clusters; one default that came with Kubernetes 1.22; and 1.20 has nobody own a map that is empty.
    private string Plain(string answer) => Hash().Replace(
        answer.Replace(space, "NAMESPACE", StringComparison.Ordinal)
            .Replace("\"maxSurge\":0,", "", StringComparison.Ordinal)
            .Replace("\"f:emptyDir\":{},", "", StringComparison.Ordinal),
        "HASH");

    [GeneratedRegex("(?<=pod-template-hash\": ?\")[a-z0-9]+")]
    private static partial Regex Hash();
}
