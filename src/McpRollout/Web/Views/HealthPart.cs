namespace McpRollout.Web.Views;

/// <summary>How the workload is at this moment.</summary>
internal static class HealthPart
{
    /// <summary>The part; nothing once the request is finished.</summary>
    public static Markup Render(RequestFacts facts) => facts.Health is { OtherCluster: null } health
        ? $"""
          <section aria-labelledby="health"><h2 id="health">Health now</h2>
          {(health.Release is { } release ? Known(release, facts.Clock)
            : health.Snapshot is { } snapshot ? Known(snapshot, facts.Clock, facts.Request.State == RequestState.Applied) : Unknown(health.Unreadable))}
          </section>
          """
        : Markup.Empty;

    /// <summary>How it was when the undo was asked for, for the one who looks back.</summary>
    public static Markup Then(RequestFacts facts) => facts.Before?.Health is { State: { } state, Replicas: { } replicas } health
        ? $"""
          <section aria-labelledby="then"><h2 id="then">Health when it was asked for</h2>
          {Verdict(state, health.Problems.Count, $"<b>Revision {facts.Plan.FromRevision}:</b> ", health.Message)}
          {Counts(replicas)}
          {ProblemList.Render(health.Problems)}
          <p class="aside">Read from the cluster at {facts.Clock.At(facts.Request.CreatedAt)}.</p>
          </section>
          """
        : Markup.Empty;

    private static Markup Known(RolloutSnapshot snapshot, PageClock clock, bool isRollingOut) =>
        $"""
        {Verdict(snapshot.Status.State, snapshot.Problems.Count, Current(snapshot), snapshot.Words)}
        {(isRollingOut ? Progress(snapshot) : Markup.Empty)}
        {Counts(snapshot.Status.Replicas)}
        {ProblemList.Render(snapshot.Problems)}
        <p class="aside">Read from the cluster at {clock.At(clock.Instant)}.</p>
        """;

    private static Markup Known(HealthView release, PageClock clock) =>
        $"""
        {Verdict(release.State!.Value, release.Problems.Count, Markup.Empty, release.Message)}
        {Counts(release.Replicas!)}
        {ProblemList.Render(release.Problems)}
        <p class="aside">Read from the cluster at {clock.At(clock.Instant)}.</p>
        """;

    // Where the pods were not read the counts say it: what is updated and what is available need not be the same pods.
    private static Markup Progress(RolloutSnapshot snapshot)
    {
        var wanted = snapshot.Status.Replicas.Desired;
        var counts = snapshot.Status.Replicas;
        var ready = PodReport.Of(snapshot, null, default).Revisions.FirstOrDefault(pods => pods.Revision == snapshot.CurrentRevision)?.Ready
            ?? Math.Min(counts.Updated, counts.Available);
        return
            $"""<p class="progress"><label for="rolled-out">{Math.Min(ready, wanted)} of {wanted} pods run the restored template and are ready</label><progress id="rolled-out" max="{Math.Max(1, wanted)}" value="{Math.Min(ready, wanted)}"></progress></p>""";
    }

    private static Markup Unknown(string? why) =>
        $"""<p class="verdict attention">{Icon.Warning}<span>The health could not be read: {why}</span></p>""";

    private static Markup Verdict(RolloutState state, int problems, Markup revision, string message)
    {
        var (tone, icon) = state switch
        {
            RolloutState.Complete when problems == 0 => (BannerSeverity.Good, Icon.Check),
            RolloutState.Failed => (BannerSeverity.Bad, Icon.Cross),
            RolloutState.Progressing when problems == 0 => (BannerSeverity.Busy, Icon.Progress),
            _ => (BannerSeverity.Attention, Icon.Warning),
        };
        return $"""<p class="verdict {tone.ToClass()}">{icon}<span>{revision}{message}</span></p>""";
    }

    private static Markup Current(RolloutSnapshot snapshot) =>
        snapshot.CurrentRevision is { } revision ? $"<b>Revision {revision}:</b> " : Markup.Empty;

    private static Markup Counts(ReplicaCounts pods) =>
        $"""
        <dl class="counts">
        {Count("Wanted", pods.Desired, pods.Desired)}{Count("Updated", pods.Updated, pods.Desired)}{Count("Ready", pods.Ready, pods.Desired)}{Count("Available", pods.Available, pods.Desired)}
        </dl>
        """;

    private static Markup Count(string label, int count, int wanted) =>
        $"""<div{Markup.If(count < wanted, $" class=\"short\"")}><dt>{label}</dt><dd>{count}</dd></div>""";
}
