using System.Text.Json.Serialization;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Undo;

/// <summary>How far the watch over a healthy rollout is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VerificationState>))]
internal enum VerificationState
{
    /// <summary>Still watched.</summary>
    [JsonStringEnumMemberName("watching")] Watching,

    /// <summary>It stayed healthy for as long as it was watched.</summary>
    [JsonStringEnumMemberName("verified")] Verified,

    /// <summary>It did not.</summary>
    [JsonStringEnumMemberName("worse")] Worse,

    /// <summary>That cannot be said: it was changed again, or could not be read.</summary>
    [JsonStringEnumMemberName("unproven")] Unproven,
}

/// <summary>How the states of a watch are spelled.</summary>
internal static class VerificationStates
{
    /// <summary>The name in answers and documents.</summary>
    public static string ToName(this VerificationState state) => state.ToString().ToLowerInvariant();
}

/// <summary>
/// The watch over a rollout from when it became healthy: a release that crashes under load, or after its first minute, is healthy before it
/// is not. Each look makes the next one. Pure.
/// </summary>
/// <param name="State">How far it is.</param>
/// <param name="Since">When the rollout became healthy.</param>
/// <param name="Until">When the watch ends.</param>
/// <param name="Message">One sentence, with figures.</param>
/// <param name="Ready">How many pods were ready when it became healthy.</param>
/// <param name="LeastReady">The fewest at any look since.</param>
/// <param name="Restarts">How often containers of the current revision's pods were restarted since.</param>
internal sealed record Verification(
    VerificationState State, DateTimeOffset Since, DateTimeOffset Until, string Message, int Ready, int LeastReady, int Restarts)
{
    // Several looks, and a lease that another process takes over.
    private static readonly TimeSpan LatestEnd = TimeSpan.FromSeconds(30);

    /// <summary>How often the containers of each pod, by its uid, had been restarted when the watch began; pods without a restart are left
    /// out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, int>? RestartsBefore { get; init; }

    /// <summary>What the probes of the settings said at its end; null where none was asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ProbeResult>? Probes { get; init; }

    /// <summary>Begins with a rollout that has just become healthy.</summary>
    public static Verification Begin(RolloutSnapshot healthy, DateTimeOffset now, TimeSpan length)
    {
        var ready = healthy.Status.Replicas.Ready;
        return new Verification(VerificationState.Watching, now, now + length, "", ready, ready, 0)
        {
            RestartsBefore = PodsOf(healthy)
                .Select(pod => (PodRef.Of(pod).Uid, Restarts: PodReport.RestartsOf(pod)))
                .Where(pod => pod.Restarts > 0)
                .ToDictionary(pod => pod.Uid, pod => pod.Restarts, StringComparer.Ordinal),
        }.Told();
    }

    /// <summary>What a look shows. A restart ends it at once; whether pods are missing is judged at its end, since a drained node or an
    /// autoscaler takes pods away and brings others for a moment.</summary>
    public Verification Look(RolloutSnapshot snapshot, DateTimeOffset now)
    {
        if (IsTooLate(now))
            return Broken(now, "Nobody looked when the watch was to end.");
        if (now < Since)
            return Broken(now, "The clock was set back.");
        var (ready, desired) = (snapshot.Status.Replicas.Ready, snapshot.Status.Replicas.Desired);
        var pods = PodsOf(snapshot).ToList();
        var restarts = pods.Sum(
            pod => Math.Max(0, PodReport.RestartsOf(pod) - (RestartsBefore?.GetValueOrDefault(PodRef.Of(pod).Uid) ?? 0)));
        var seen = this with { LeastReady = Math.Min(LeastReady, ready), Restarts = restarts };
        if (restarts > 0)
            return seen.Ended(VerificationState.Worse, now, $"{Count(restarts, "container restart")}, {ready} of {desired} pods ready");
        if (now < Until)
            return seen.Told();
        if (ready < Math.Min(Ready, desired))
            return seen.Ended(VerificationState.Worse, now, $"{ready} of {desired} pods ready, where {Ready} were when it became healthy");
        return pods.Count == 0 ? seen.Broken(now, "No pod of its revision was there at the end.")
            : ready < desired ? seen.Broken(now, $"More pods were asked for meanwhile: {ready} of {desired} are ready.")
            : seen.Ended(VerificationState.Verified, now, $"{ready} of {desired} pods ready and no restart{Dip(seen.LeastReady)}");
    }

    /// <summary>What the probes make of a watch that the pods have passed: one that is worse ends it so, one without a good answer leaves
    /// it unproven.</summary>
    public Verification Probed(IReadOnlyList<ProbeResult> results, DateTimeOffset now)
    {
        if (State != VerificationState.Verified || results.Count == 0)
            return this;
        var seen = this with { Probes = results };
        return Messages(ProbeVerdict.Worse) is { Length: > 0 } worse ? seen.Ended(VerificationState.Worse, now, worse)
            : Messages(ProbeVerdict.Unproven) is { Length: > 0 } unproven ? seen.Broken(now, $"{unproven}.")
            : seen with
            {
                Message = $"{Message} {Count(results.Count, "probe")} {(results.Count == 1 ? "is" : "are")} no worse than before.",
            };

        string Messages(ProbeVerdict verdict) =>
            string.Join("; ", results.Where(result => result.Verdict == verdict).Select(result => result.Message));
    }

    /// <summary>Whether a watch that was to end before is looked at so late that nothing is known of the time between: the process was
    /// gone, or the cluster did not answer.</summary>
    public bool IsTooLate(DateTimeOffset now) => now > Until + LatestEnd;

    /// <summary>Ends a watch that can prove nothing any more.</summary>
    public Verification Broken(DateTimeOffset now, string why) => this with
    {
        State = VerificationState.Unproven,
        Until = now < Until ? now : Until,
        Message = $"It is not proved that it stays healthy. {why}",
    };

    /// <summary>Without what only the watch itself needs.</summary>
    public Verification Shown() => this with { RestartsBefore = null };

    private Verification Told() => this with
    {
        Message = $"It is watched until {TimeText.ToTheSecond(Until)}: no restart so far, {Ready} pods were ready at first"
            + $"{Dip(LeastReady)}.",
    };

    private Verification Ended(VerificationState state, DateTimeOffset now, string figures) => this with
    {
        State = state,
        Until = now < Until ? now : Until,
        Message = state == VerificationState.Worse
            ? $"It got worse within {Length(now)} of being healthy: {figures}."
            : $"Watched for {Length(now)} since it was healthy: {figures}.",
    };

    private string Dip(int least) => least < Ready
        ? string.Create(CultureInfo.InvariantCulture, $"; at the fewest, {least} were ready in between")
        : "";

    private string Length(DateTimeOffset now) => Text((now < Until ? now : Until) - Since);

    /// <summary>The length of a watch, to the second where it is short.</summary>
    public static string Text(TimeSpan length) => length.TotalSeconds < 120
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalSeconds} s")
        : TimeText.Of(length);

    private static string Count(int number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");

    private static IEnumerable<JsonElement> PodsOf(RolloutSnapshot snapshot) => snapshot.History.Current?.PodLabel is { } label
        ? snapshot.History.Pods.Where(pod => !pod.IsTerminating() && pod.RevisionLabel() == label)
        : [];
}
