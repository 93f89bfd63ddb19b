using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Findings;

/// <summary>Which checks could not be made, by cause.</summary>
internal static class NotChecked
{
    private const int CauseLength = 200;

    private static readonly string[] OfConfig =
        [FindingKinds.MissingReference.Code, FindingKinds.MissingKey.Code, FindingKinds.ChangedSince.Code];
    private static readonly string[] OfPods =
        [FindingKinds.CurrentHealthy.Code, FindingKinds.TargetWasFailing.Code, FindingKinds.MaxUnavailable.Code];

    /// <summary>One finding for each cause.</summary>
    public static IEnumerable<Finding> In(UndoFacts facts) => Gaps(facts)
        .GroupBy(gap => gap.Cause)
        .Select(gaps => FindingKinds.NotChecked.Of(
            $"Not checked: {string.Join(", ", gaps.SelectMany(gap => gap.Codes).Distinct())} "
                + $"({NameList.Of(gaps.Select(gap => gap.What))}): {gaps.Key}."));

    private static IEnumerable<Gap> Gaps(UndoFacts facts)
    {
        if (facts.PodsUnread is { } unread)
            yield return new(OfPods, "pods", Cause(unread, "list", "pods"));
        if (facts.PodEvents is { Failure: { } silent })
            yield return new([FindingKinds.TargetWasFailing.Code], "Events", Cause(silent, "list", "events"));
        if (facts.AreImagesUnread)
            yield return new([FindingKinds.ImageMoved.Code], "images", "the server's own record of what ran could not be read");
        if (facts.Owner is { Failure: { Kind: not ClusterFailureKind.NotFound } unknown })
            yield return new([FindingKinds.ManagedBy.Code], "its owner", Cause(unknown, "get", "the owner that its mark names"));
        foreach (var (kind, answer) in facts.NamespacePolicies)
        {
            if (answer.Failure is { } failure)
                yield return new([CodeOf(kind)], $"{kind}s", Cause(failure, "list", kind.ToPlural()));
        }

        foreach (var (referred, answer) in facts.Referred)
        {
            var label = $"{referred.Kind} {ShownValue.Name(referred.Name)}";
            var isConfig = referred.Kind is ReferencedKind.ConfigMap or ReferencedKind.Secret;
            if (answer.Failure is { Kind: not ClusterFailureKind.NotFound } failure)
                yield return new(
                    isConfig ? OfConfig : [FindingKinds.MissingReference.Code], label, Cause(failure, "get", referred.Kind.ToPlural()));
            else if (isConfig && answer.Succeeded && ReferenceChecks.Keys(answer) is null && IsKeyed(facts, referred))
                yield return new([FindingKinds.MissingKey.Code], label, "its managedFields do not tell its keys");
        }
    }

    private static bool IsKeyed(UndoFacts facts, Referred referred) =>
        TemplateReference.In(facts.Target.Template).Any(reference =>
            reference is { Key: not null, Optional: false } && reference.Kind == referred.Kind && reference.Name == referred.Name);

    private static string CodeOf(NamespacePolicyKind kind) => kind switch
    {
        NamespacePolicyKind.HorizontalPodAutoscaler => FindingKinds.Autoscaler.Code,
        NamespacePolicyKind.PodDisruptionBudget => FindingKinds.DisruptionBudget.Code,
        _ => FindingKinds.Quota.Code,
    };

    private static string Cause(ClusterFailure failure, string verb, string plural) => failure.Kind switch
    {
        ClusterFailureKind.Forbidden => $"the server's credentials may not {verb} {plural}",
        ClusterFailureKind.NotFound => $"the cluster does not serve {plural} in the version that is asked for",
        _ => VisibleText.Of(failure.Message, CauseLength).TrimEnd('.'),
    };

    private sealed record Gap(IReadOnlyList<string> Codes, string What, string Cause);
}
