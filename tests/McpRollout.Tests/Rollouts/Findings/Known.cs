using System.Text.Json;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Rollouts.Findings;

/// <summary>Facts about going from revision 2 of <see cref="Recorded.Deployment"/> back to 1, changed where a case asks for it.</summary>
internal static class Known
{
    public static readonly Referred Db = new(ReferencedKind.Secret, "db");

    public static readonly ClusterFailure Gone = new(ClusterFailureKind.NotFound, "not found", "NotFound", 404, true);

    /// <summary>What revision 1 names its image, nowhere else but in pods.</summary>
    public const string Target = "\"shop/checkout:1.4.1\"";

    public const string Current = "\"shop/checkout:crash-1.4.2\"";

    /// <summary>Changes apply wherever the text stands: in the Deployment, the ReplicaSets and the pods.</summary>
    public static UndoFacts Deployment(params (string Old, string New)[] changes)
    {
        string With(string text) =>
            changes.Aggregate(text, (changed, change) => changed.Replace(change.Old, change.New, StringComparison.Ordinal));
        Assert.All(
            changes,
            change => Assert.Contains(
                change.Old,
                Recorded.Deployment + Recorded.ReplicaSets + Recorded.DeploymentPods,
                StringComparison.Ordinal));
        return Of(RevisionHistory.From(
            Workload.From(ResourceType.Deployment, Samples.Json(With(Recorded.Deployment))),
            Samples.List(With(Recorded.ReplicaSets)),
            Samples.List(With(Recorded.DeploymentPods))));
    }

    public static UndoFacts Of(RevisionHistory history, long target = 1) => new(history, history.Find(target)!);

    public static UndoFacts Referring(this UndoFacts facts, Referred to, ClusterAnswer<JsonElement> answer) =>
        facts with { Referred = new Dictionary<Referred, ClusterAnswer<JsonElement>>(facts.Referred) { [to] = answer } };

    public static UndoFacts Governed(this UndoFacts facts, NamespacePolicyKind kind, params JsonElement[] by) =>
        facts with { NamespacePolicies = new Dictionary<NamespacePolicyKind, ClusterAnswer<IReadOnlyList<JsonElement>>> { [kind] = by } };

    /// <summary>The only finding of this code; null if there is none.</summary>
    public static string? Says(this UndoFacts facts, FindingKind kind)
    {
        var found = UndoFindings.For(facts).SingleOrDefault(finding => finding.Code == kind.Code);
        if (found is not null)
            Assert.Equal(kind.Severity, found.Severity);
        return found?.Message;
    }
}
