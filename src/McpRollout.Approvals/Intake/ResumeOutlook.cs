using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Intake;

/// <summary>Reads again what a request to resume an owner rests on.</summary>
internal sealed class ResumeOutlook(WorkloadReader workloads, OwnerReader owners)
{
    /// <summary>The workload and the owner as they are now.</summary>
    public async Task<ResumeLook> ReadAsync(UndoPlan plan, CancellationToken cancellationToken)
    {
        var history = await workloads.ReadHistoryAsync(plan.Workload, Freshness.Latest, cancellationToken);
        if (IsUnread(history.Failure))
            return new ResumeLook(plan) { Unread = history.Failure };
        var owner = await owners.ReadAsync(plan.Resume!.Owner, cancellationToken);
        return IsUnread(owner.Failure)
            ? new ResumeLook(plan) { Unread = owner.Failure }
            : new ResumeLook(plan) { History = history.Value, Owner = owner.Value };
    }

    private static bool IsUnread(ClusterFailure? failure) => failure is { Kind: not ClusterFailureKind.NotFound };
}

/// <summary>One look. What is null without <see cref="Unread"/> is gone.</summary>
/// <param name="Plan">What was shown.</param>
internal sealed record ResumeLook(UndoPlan Plan)
{
    /// <summary>Why it could not be looked; null if it could.</summary>
    public ClusterFailure? Unread { get; init; }

    public RevisionHistory? History { get; init; }

    public Owner? Owner { get; init; }

    /// <summary>What is no longer as it was shown, in a sentence; null if all is.</summary>
    public string? Moved => Unread is not null ? null : Staleness.Of(Plan, History) ?? OwnerResumes.Moved(Plan.Resume!, Owner);

    /// <summary>What a decision rests on.</summary>
    public IReadOnlyList<Finding> Findings => Owner is null ? [] : OwnerResumeChecks.For(Owner, Plan.Workload);

    /// <summary>The labels by which rules judge.</summary>
    public IReadOnlyDictionary<string, string>? Labels => History?.Workload.Labels;
}
