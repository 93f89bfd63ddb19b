using System.Text.Json.Serialization;

namespace McpRollout.Mcp.Answers;

/// <summary>How a rollout goes, as the agent is told of it.</summary>
/// <param name="Resource">The workload.</param>
/// <param name="Revision">The current revision; null before the controller has made any.</param>
/// <param name="State">How far it is.</param>
/// <param name="Message">What kubectl would say.</param>
/// <param name="Replicas">The pods by how far they are.</param>
/// <param name="Problems">What holds it up.</param>
/// <param name="PendingUndo">The undo request that is open for this workload, if there is one.</param>
internal sealed record StatusView(
    ResourceView Resource,
    long? Revision,
    RolloutState State,
    string Message,
    ReplicaCounts Replicas,
    IReadOnlyList<PodProblem> Problems,
    PendingUndoView? PendingUndo)
{
    /// <summary>What holds it up for good, in a few words; null where nothing is known that waiting would not cure.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stalled { get; init; }

    /// <summary>True where the pods could not be read: then only what the workload itself says is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool PodsUnread { get; init; }

    /// <summary>Which older revisions serve; null where only the current one does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Serving { get; init; }

    /// <summary>Its owner, while an undo's pause of it lasts; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PausedOwnerView? PausedOwner { get; init; }

    /// <summary>Which pods failed as a whole and were replaced; null where none did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Replaced { get; init; }

    public static StatusView Of(ClusterIdentity cluster, RolloutSnapshot snapshot, PendingUndoView? pending) => new(
        ResourceView.Of(snapshot.Workload.Ref, cluster.Name),
        snapshot.CurrentRevision,
        snapshot.Status.State,
        snapshot.Workload.DeletedAt is { } since
            ? $"{snapshot.Status.Message} It is being deleted since {TimeText.ToTheSecond(since)}."
            : snapshot.Status.Message,
        snapshot.Status.Replicas,
        snapshot.Problems,
        pending)
    {
        Stalled = Stall.Headline(snapshot),
        PodsUnread = !snapshot.History.ArePodsKnown,
        Serving = ServingPods.Sentence(snapshot.History),
        Replaced = ReplacedPods.Sentence(snapshot.History),
    };
}

/// <summary>An owner that an undo paused, and nobody has resumed.</summary>
/// <param name="Owner">Its kind, namespace and name.</param>
/// <param name="RequestId">The undo.</param>
/// <param name="Since">When that was; null where the cluster's record does not say.</param>
/// <param name="Age">How long ago, in a few letters.</param>
internal sealed record PausedOwnerView(string Owner, string RequestId, DateTimeOffset? Since, string? Age)
{
    public static PausedOwnerView Of(PausedOwner paused, DateTimeOffset now) => new(
        paused.Owner.Owner.ToString(), paused.By.Id, paused.By.PausedAt, TimeText.Of(now - paused.By.PausedAt!.Value));

    public static PausedOwnerView? Of(Owner? owner, DateTimeOffset now) => owner is null
        ? null
        : new(owner.Ref.ToString(), owner.PausedBy!, owner.PausedSince, owner.PausedSince is { } since ? TimeText.Of(now - since) : null);
}

/// <summary>An open undo request in short.</summary>
internal sealed record PendingUndoView(string RequestId, RequestState State, long ToRevision, string? ApprovalUrl);
