using System.Diagnostics;
using System.Diagnostics.Metrics;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Telemetry;

namespace McpRollout.Approvals.Requests;

/// <summary>What is told of requests: spans that link across the person's wait, and metrics. Silent unless an exporter listens.</summary>
internal static class UndoTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = ProductMeter.Name;

    private static readonly ActivitySource Source = new(Name);

    private static readonly Tally Requests = new(
        "mcp_rollout.undo.requests", "{request}", "Undo requests that came to an end, by outcome.", ProductMeter.Outcome,
        Enum.GetValues<RequestState>().Where(state => !state.IsOpen()).Select(state => state.ToName()));

    private static readonly Tally Decisions = new(
        "mcp_rollout.decisions", "{decision}", "Decisions that were sent, by outcome.", ProductMeter.Outcome,
        Enum.GetValues<DecisionOutcome>().Except([DecisionOutcome.Recorded]).Select(outcome => outcome.ToName())
            .Concat(Enum.GetValues<Verdict>().Select(NameOf)));

    private static readonly Histogram<double> TimeToDecision = DurationOf(
        "mcp_rollout.undo.decision.duration", "From the request to the last decision.", ProductMeter.OfPeople);

    private static readonly Histogram<double> TimeToPatch = DurationOf(
        "mcp_rollout.undo.execution.duration", "From the last decision to the cluster's answer.", ProductMeter.OfMachines);

    private static readonly Histogram<double> TimeToEnd = DurationOf(
        "mcp_rollout.undo.rollout.duration", "From the patch to the end of its rollout.", ProductMeter.OfPeople);

    private static OpenLook? _open;

    static UndoTelemetry()
    {
        ProductMeter.Meter.CreateObservableGauge(
            "mcp_rollout.undo.open", () => Of(look => look.Measure((count, _) => count)), "{request}",
            "Requests in the store that wait for a decision or its execution, by state, as the executor last saw them.");
        ProductMeter.Meter.CreateObservableGauge(
            "mcp_rollout.undo.open.age", () => Of(look => look.Measure((_, age) => age.TotalSeconds)), "s",
            "For how long the one that stands there for longest has been in its state; 0 where there is none.");
    }

    /// <summary>Says which requests are not finished.</summary>
    public static void SetOpen(IReadOnlyList<UndoRequest> unfinished, TimeProvider time) => Volatile.Write(ref _open, new OpenLook(
        unfinished.Where(request => request.State.IsOpen()).GroupBy(request => request.State).ToDictionary(
            group => group.Key, group => (group.Count(), group.Min(SinceWhen))),
        time));

    /// <summary>Says nothing of them any more: others may have carried out since then what this process saw last.</summary>
    public static void ForgetOpen() => Volatile.Write(ref _open, null);

    /// <summary>Counts a decision; the result is handed on.</summary>
    public static DecisionResult Decided(DecisionAttempt attempt, DecisionResult result)
    {
        Decisions.Add(result.Outcome == DecisionOutcome.Recorded ? NameOf(attempt.Verdict) : result.Outcome.ToName());
        return result;
    }

    /// <summary>Starts a span of its own trace, linked to the tool call that made the request.</summary>
    public static Activity? StartLinked(string name, UndoRequest request)
    {
        var links = ActivityContext.TryParse(request.TraceParent, null, isRemote: true, out var origin)
            ? [new ActivityLink(origin)]
            : Array.Empty<ActivityLink>();
        return Tag(Source.StartActivity(name, ActivityKind.Internal, parentContext: default, links: links), request);
    }

    /// <summary>Says on the current span which request it is about.</summary>
    public static Activity? Tag(Activity? span, UndoRequest request) => span?
        .SetTag("mcp_rollout.request.id", request.Id)
        .SetTag("mcp_rollout.plan", request.Plan.Digest)
        .SetTag("k8s.namespace.name", request.Plan.Namespace)
        .SetTag($"k8s.{request.Plan.Workload.TypeName}.name", request.Plan.Name);

    /// <summary>Measures what a transition brought to an end.</summary>
    public static void Changed(UndoRequest before, UndoRequest after, DateTimeOffset now)
    {
        if (before.State.IsOpen() && !after.State.IsOpen())
            Ended(after, now);
        if (!before.IsSettled && after is { IsSettled: true, State: RequestState.Applied, ExecutingSince: { } since })
            TimeToEnd.Record((now - since).TotalSeconds, Outcome(after.Outcome?.Rollout?.ToName() ?? "resumed"));
    }

    private static void Ended(UndoRequest request, DateTimeOffset now)
    {
        Requests.Add(request.State.ToName());
        if (request.Decisions is not [.., var last])
            return;
        TimeToDecision.Record((last.At - request.CreatedAt).TotalSeconds, Outcome(request.State.ToName()));
        if (request.ExecutingSince is not null)
            TimeToPatch.Record((now - last.At).TotalSeconds, Outcome(request.State.ToName()));
    }

    private static KeyValuePair<string, object?> Outcome(string outcome) => new(ProductMeter.Outcome, outcome);

    private static DateTimeOffset SinceWhen(UndoRequest request) => request.State switch
    {
        RequestState.Approved when request.Decisions is [.., var last] => last.At,
        RequestState.Executing or RequestState.Unknown => request.ExecutingSince ?? request.CreatedAt,
        _ => request.CreatedAt,
    };

    private static string NameOf(Verdict verdict) => verdict == Verdict.Approve ? "approved" : "denied";

    private static Histogram<double> DurationOf(string name, string description, InstrumentAdvice<double> advice) =>
        ProductMeter.Meter.CreateHistogram(name, "s", description, tags: null, advice);

    // Nothing is said before the store was looked at, nor by a process that has none.
    private static IEnumerable<Measurement<T>> Of<T>(Func<OpenLook, IEnumerable<Measurement<T>>> measure)
        where T : struct => Volatile.Read(ref _open) is { } look ? measure(look) : [];

    /// <summary>What was open at one look.</summary>
    /// <param name="States">How many of each state, and since when one has been there for longest.</param>
    /// <param name="Time">The clock by which that is.</param>
    private sealed record OpenLook(IReadOnlyDictionary<RequestState, (int Count, DateTimeOffset Oldest)> States, TimeProvider Time)
    {
        public IEnumerable<Measurement<T>> Measure<T>(Func<int, TimeSpan, T> value)
            where T : struct
        {
            var now = Time.GetUtcNow();
            foreach (var state in Enum.GetValues<RequestState>().Where(state => state.IsOpen()))
            {
                var (count, oldest) = States.GetValueOrDefault(state, (0, now));
                yield return new(value(count, now - oldest), new KeyValuePair<string, object?>("mcp_rollout.state", state.ToName()));
            }
        }
    }
}
