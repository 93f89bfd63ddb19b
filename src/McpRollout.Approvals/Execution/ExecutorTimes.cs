using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Execution;

/// <summary>Times of the executor. Not configurable by users; tests shorten them.</summary>
internal sealed record ExecutorTimes
{
    /// <summary>How long a process holds a request before others may take it over, unless they see sooner that it is gone.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long an attempt to write may take, credentials included, before its answer counts as lost and a fence is sent. Shorter than the
    /// lease, so that no other process fences a patch whose answer is still waited for.
    /// </summary>
    public TimeSpan Write { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long a request is watched that this executor cannot look after, or whose cluster does not answer, before it is
    /// closed.</summary>
    public TimeSpan Abandon { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a process watches for a lost patch that it could not fence off, because the cluster refuses the fence: the API server ends
    /// a request after 60 s by default (kube-apiserver <c>--request-timeout</c>).
    /// </summary>
    public TimeSpan LateArrival { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>How long to pause before reading a cluster again that gave no answer, or trying an audit again that could not be
    /// written.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a followed rollout may stay without a word of the watch before it is read anyway, pods included.</summary>
    public TimeSpan Reread { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How old a look at a StatefulSet may be when a pod is deleted by it. The API has no precondition on two objects.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long an undo waits for an owner that was in the middle of a sync when it was paused. A sync of Argo CD lasts as long as the
    /// broken rollout does where later waves wait for it, and brings no template that it has brought already.
    /// </summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it is tried to open a revert in Git, and for how long one is waited for that only another process has the settings
    /// for.</summary>
    public TimeSpan Revert { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a revert is looked for whose answer was lost: GitHub ends a request after ten seconds, and tells of it
    /// soon.</summary>
    public TimeSpan RevertLook { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a namespace's Events are read while a followed rollout has problems; they may be many.</summary>
    public TimeSpan Events { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a StatefulSet or DaemonSet may take, which unlike a Deployment have no progress deadline of their own.</summary>
    public TimeSpan RolloutDeadline { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>When a rollout that has not failed by itself counts as degraded: a Deployment has its own deadline, and gets that much on
    /// top.</summary>
    public TimeSpan DeadlineOf(Workload workload) => RolloutDeadline + workload.ProgressDeadline;

    /// <summary>How often an executor looks for other processes' changes while something is open.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How long a request that another process changed is left to that one to go on with, once or up to <see cref="ExecutorTurns.Most"/>
    /// times: executors that all came at once would ask the cluster for the same, and wait in line to claim it.
    /// </summary>
    public TimeSpan Turn { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The usual times. Processes of one machine, which share a file, take no turns: what was decided at a terminal is carried out
    /// at once.</summary>
    public static ExecutorTimes For(StorageOptions store) =>
        store.Postgres is null ? new ExecutorTimes { Turn = TimeSpan.Zero } : new ExecutorTimes();

    /// <summary>How long an executor with nothing open sleeps before it looks whether another process left something.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(2);
}
