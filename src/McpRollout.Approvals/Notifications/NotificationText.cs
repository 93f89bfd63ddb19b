using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Notifications;

/// <summary>What is told of a record, and of a request that is about to expire: one fixed sentence each. Pure.</summary>
internal static class NotificationText
{
    private const int LongestName = 80;
    private const string Resumption = "resumption of an owner";

    private static readonly TimeSpan LongestNotice = TimeSpan.FromMinutes(5);

    private static readonly Dictionary<string, AuditEvent> Events =
        Enum.GetValues<AuditEvent>().ToDictionary(AuditEvents.ToName, StringComparer.Ordinal);

    /// <summary>The request that the record is about, if people may be told of it.</summary>
    public static string? RequestIdOf(JsonElement record) =>
        TellingOf(record, null) is null ? null : record.GetProperty("request_id").GetString();

    /// <summary>When the record was made.</summary>
    public static DateTimeOffset TimeOf(JsonElement record) => record.GetProperty("time").GetDateTimeOffset();

    /// <summary>What is told of the record; null if nothing is: nobody is asked for an approval that was given beforehand.</summary>
    public static Notification? Of(JsonElement record, UndoRequest request, string? link) =>
        TellingOf(record, request.Plan) is not var (what, tone, sentence)
            || (what == NotificationEvent.Opened && request.PreApproval is { Approvals.Count: > 0 })
            ? null
            : new(record.GetProperty("seq").GetRawText(), what, tone, Line(sentence, request, link), link, TimeOf(record), request);

    /// <summary>What is told shortly before nobody can decide any more.</summary>
    public static Notification Reminder(UndoRequest request, string? link, DateTimeOffset now) => new(
        $"{request.Id}-expires",
        NotificationEvent.ExpiresSoon,
        NotificationTone.Asks,
        Line(
            $"A request for {(request.Plan.Resume is null ? "an undo" : $"a {Resumption}")} expires at {TimeText.Of(request.ExpiresAt)}, "
                + "and still needs an approval", request, link),
        link,
        now,
        request);

    /// <summary>What is told of an owner that an undo keeps paused.</summary>
    public static Notification StillPaused(UndoRequest undo, string? link, DateTimeOffset now) => new(
        $"{undo.Id}-paused-{TimeText.Of(now)[..10]}",
        NotificationEvent.OwnerPaused,
        NotificationTone.Warns,
        Line($"An undo has kept its owner paused for {TimeText.Of(now - undo.PausedAt!.Value)}, and nobody has resumed it", undo, link),
        link,
        now,
        undo);

    /// <summary>When that is told: for the last third of its time, and no more than five minutes, before.</summary>
    public static DateTimeOffset ReminderDue(UndoRequest request)
    {
        var third = (request.ExpiresAt - request.CreatedAt) / 3;
        return request.ExpiresAt - (third < LongestNotice ? third : LongestNotice);
    }

    private static string Line(string sentence, UndoRequest request, string? link)
    {
        var plan = request.Plan;
        var page = link is null ? $" No page is served: decide at a terminal, mcp-rollout approvals show {request.Id}." : "";
        return $"{sentence}: {Shown(plan.Workload.ToString())} in namespace {Shown(plan.Namespace)}, cluster "
            + $"{VisibleText.Quoted(Shown(plan.Cluster))}{(request.IsProduction ? " (production)" : "")}, "
            + (plan.Resume is { } resume ? Shown(resume.Owner.ToString()) : $"revision {plan.FromRevision} to {plan.ToRevision}")
            + $"{(plan.Pause is { } pause ? $", with {Shown(pause.Owner.ToString())} paused" : "")}. "
            + $"Match code {request.MatchCode}."
            + page;
    }

    private static (NotificationEvent Event, NotificationTone Tone, string Sentence)? TellingOf(JsonElement record, UndoPlan? plan)
    {
        if (!Events.TryGetValue(record.GetProperty("event").GetString()!, out var happened))
            return null;
        var detail = record.GetProperty("detail");
        var (what, one, first) = plan?.Resume is null
            ? ("undo", "an undo", "An undo")
            : (Resumption, $"a {Resumption}", $"A {Resumption}");
        return happened switch
        {
            AuditEvent.UndoRequested when detail.TryGetProperty("way_home_of", out var undo) && undo.ValueKind == JsonValueKind.String =>
                (NotificationEvent.Opened, NotificationTone.Asks, plan?.Resume is null
                    ? "The way back of an undo was asked for, and needs an approval"
                    : $"A {Resumption} was asked for, and needs an approval"),
            AuditEvent.UndoRequested =>
                (NotificationEvent.Opened, NotificationTone.Asks, $"An agent asks for {one}, which needs an approval"),
            AuditEvent.UndoApproved when Has(detail, "break_glass") => null,
            AuditEvent.UndoApproved when Is(detail, "state", RequestState.Pending) =>
                (NotificationEvent.NeedsAnother, NotificationTone.Asks, $"{Who(record)} approved {one}, which needs another approval"),
            AuditEvent.UndoApproved =>
                (NotificationEvent.Decided, NotificationTone.Tells, $"{Who(record)} approved {one}, which is carried out now"),
            AuditEvent.UndoBreakGlass =>
                (NotificationEvent.Decided, NotificationTone.Warns, $"BREAK-GLASS: {Who(record)} alone approved {one}"),
            AuditEvent.UndoPreapproved => (NotificationEvent.Decided, NotificationTone.Tells,
                "The way back of an undo was approved along with that one, and is carried out now"),
            AuditEvent.UndoHeld => (NotificationEvent.NeedsAnother, NotificationTone.Asks,
                $"An approved {what} is held, since something is new, and needs an approval again"),
            AuditEvent.UndoDenied => (NotificationEvent.Decided, NotificationTone.Tells, $"{Who(record)} denied {one}"),
            AuditEvent.UndoCancelled => (NotificationEvent.Decided, NotificationTone.Tells, $"The agent took its request for {one} back"),
            AuditEvent.UndoExpired when Is(detail, "was", RequestState.Approved) =>
                (NotificationEvent.Ended, NotificationTone.Warns, $"An approved {what} could not be carried out in time, and expired"),
            AuditEvent.UndoExpired =>
                (NotificationEvent.Decided, NotificationTone.Tells, $"A request for {one} expired without enough approvals"),
            AuditEvent.UndoStale => (NotificationEvent.Ended, NotificationTone.Warns,
                $"{first} was not carried out, since the workload {(plan?.Resume is null ? "" : "or its owner ")}is no longer as people "
                    + "were shown"),
            AuditEvent.UndoFailed => (NotificationEvent.Ended, NotificationTone.Warns, $"{first} failed"),
            AuditEvent.UndoApplied when Has(detail, "late") =>
                (NotificationEvent.Ended, NotificationTone.Warns, "An undo that had ended as failed took effect after all"),
            AuditEvent.UndoOwnerResumed => (NotificationEvent.Ended, NotificationTone.Tells, "An owner that an undo paused is resumed"),
            AuditEvent.RolloutHealthy => (NotificationEvent.Ended, NotificationTone.Tells, "An undo is done, and its rollout is healthy"),
            AuditEvent.RolloutDegraded =>
                (NotificationEvent.Ended, NotificationTone.Warns, "The rollout of an undo did not become healthy in time"),
            AuditEvent.RolloutSuperseded => (NotificationEvent.Ended, NotificationTone.Warns,
                "The workload was changed again while the rollout of an undo was under way"),
            AuditEvent.RolloutWorse =>
                (NotificationEvent.Ended, NotificationTone.Warns, "An undo was healthy, and got worse while it was watched"),
            AuditEvent.RolloutUnproven =>
                (NotificationEvent.Ended, NotificationTone.Warns, "An undo was healthy; that it stays so is not proved"),
            _ => null,
        };
    }

    private static bool Has(JsonElement detail, string name) => detail.TryGetProperty(name, out _);

    private static bool Is(JsonElement detail, string name, RequestState state) =>
        detail.TryGetProperty(name, out var value) && value.ValueEquals(state.ToName());

    private static string Who(JsonElement record) => Shown(record.GetProperty("actor").GetProperty("name").GetString()!);

    private static string Shown(string strangersWords) => VisibleText.Of(SecretText.Mask(strangersWords), LongestName);
}
