using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Helm;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Owners;

namespace McpRollout.Rollouts.Findings;

/// <summary>An object that a template refers to.</summary>
internal sealed record Referred(ReferencedKind Kind, string Name);

/// <summary>What is known when an undo is weighed. What was not asked for is null; what could not be read says why.</summary>
/// <param name="History">The workload, its revisions and pods.</param>
/// <param name="Target">The revision to bring back.</param>
internal sealed record UndoFacts(RevisionHistory History, Revision Target)
{
    /// <summary>Why the pods are not in <see cref="History"/>, if they could not be read.</summary>
    public ClusterFailure? PodsUnread { get; init; }

    /// <summary>Whether the undo deletes the pods that would hold it up.</summary>
    public bool DeletesStuckPods { get; init; }

    /// <summary>The metadata of what the target refers to; <see cref="ClusterFailureKind.NotFound"/> of what does not exist.</summary>
    public IReadOnlyDictionary<Referred, ClusterAnswer<JsonElement>> Referred { get; init; } =
        new Dictionary<Referred, ClusterAnswer<JsonElement>>();

    /// <summary>What governs pods in the namespace, by kind.</summary>
    public IReadOnlyDictionary<NamespacePolicyKind, ClusterAnswer<IReadOnlyList<JsonElement>>> NamespacePolicies { get; init; } =
        new Dictionary<NamespacePolicyKind, ClusterAnswer<IReadOnlyList<JsonElement>>>();

    /// <summary>Who keeps the workload as a repository says; null where no mark names one, or it was not asked for.</summary>
    public ClusterAnswer<Owner>? Owner { get; init; }

    /// <summary>Whether it was all told before, and is read again for what is new.</summary>
    public bool IsReadAgain { get; init; }

    /// <summary>Whether the undo pauses that owner first.</summary>
    public bool PausesOwner { get; init; }

    /// <summary>What becomes of what that owner brought; null where no host of Git is set.</summary>
    public RevertOutlook? Revert { get; init; }

    /// <summary>The release that the workload's marks name; null where they name none, or releases are not read.</summary>
    public ReleaseHistory? Release { get; init; }

    /// <summary>The namespace's Events about pods.</summary>
    public ClusterAnswer<IReadOnlyList<JsonElement>>? PodEvents { get; init; }

    /// <summary>What is on record of the workload's images.</summary>
    public ImageRecord? Images { get; init; }

    /// <summary>Whether that was asked for and could not be read.</summary>
    public bool AreImagesUnread { get; init; }

    /// <summary>What the registries of the target's images answered; null if they were not asked.</summary>
    public IReadOnlyList<RegistryAnswer>? Registry { get; init; }

    /// <summary>The template that the dry run's answer has.</summary>
    public JsonElement? RehearsedTemplate { get; init; }

    public Workload Workload => History.Workload;

    /// <summary>The template that it has now, to compare with the target's.</summary>
    public JsonElement Template => History.Template;

    /// <summary>The governors of a kind that could be read.</summary>
    public IEnumerable<JsonElement> Known(NamespacePolicyKind kind) =>
        NamespacePolicies.TryGetValue(kind, out var answer) && answer.Succeeded ? answer.Value : [];
}
