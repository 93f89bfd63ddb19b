namespace McpRollout.Approvals.Requests;

/// <summary>Whether a patch whose answer was lost arrived.</summary>
internal enum Arrival
{
    /// <summary>The workload or one of its revisions carries the request's id.</summary>
    Arrived,

    /// <summary>The workload is as it was before; the patch may still arrive.</summary>
    NotArrived,

    /// <summary>Others changed the workload since.</summary>
    CannotBeTold,
}

/// <summary>
/// What an undo leaves in the cluster, so that anybody can see whose doing it was, and that a patch whose answer was lost arrived.
/// </summary>
internal static class UndoMarkers
{
    private const string Component = "mcp-rollout";

    /// <summary>The annotations that travel in the patch.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Annotations(UndoRequest request) =>
        [.. Identity(request), new(UndoAnnotations.ChangeCause, ChangeCause(request))];

    private static IEnumerable<KeyValuePair<string, string>> Identity(UndoRequest request) => request.TraceId is { } traceId
        ? [new(UndoAnnotations.RequestId, request.Id), new(UndoAnnotations.TraceId, traceId)]
        : [new(UndoAnnotations.RequestId, request.Id)];

    /// <summary>The value of <see cref="UndoAnnotations.Fence"/> for a request that was taken over: no other lease has the same.</summary>
    public static string Fence(UndoRequest taken) =>
        string.Create(CultureInfo.InvariantCulture, $"{taken.Id}/{taken.Lease!.Number}");

    /// <summary>Whether the fence has reached the workload, so that whatever was sent before it is refused for good.</summary>
    public static bool IsFenced(UndoRequest taken, Workload workload) =>
        taken.Lease is not null && workload.Annotations.GetValueOrDefault(UndoAnnotations.Fence) == Fence(taken);

    /// <summary>What <c>kubectl rollout history</c> says of the new revision.</summary>
    public static string ChangeCause(UndoRequest request)
    {
        var approvers = request.Approvals.Select(decision => decision.Approver).Distinct();
        var pinned = request.Plan.Pins is null ? "" : " with images by digest";
        return VisibleText.Of(
            $"mcp-rollout: undo to revision {request.Plan.ToRevision}{pinned}, approved by {string.Join(", ", approvers)} ({request.Id})");
    }

    /// <summary>What the workload shows of the request's patch.</summary>
    /// <param name="request">The request.</param>
    /// <param name="history">The workload and its revisions now; null if there is none.</param>
    public static Arrival Of(UndoRequest request, RevisionHistory? history)
    {
        if (history is null || history.Workload.Uid != request.Plan.Uid)
            return Arrival.CannotBeTold;
        if (IsOn(history.Workload.Annotations, request) || Carrier(request, history) is not null)
            return Arrival.Arrived;

        // Annotations can be replaced (kubectl rollout undo does); the old template under the old number cannot come back after a patch.
        return history.Workload.TemplateDigest == request.Plan.FromDigest && history.Current?.Number == request.Plan.FromRevision
            ? Arrival.NotArrived
            : Arrival.CannotBeTold;
    }

    /// <summary>The requests whose marks are on the workload or its revisions.</summary>
    public static IEnumerable<string> RequestsOn(RevisionHistory history) => history.Revisions.Select(revision => revision.Annotations)
        .Prepend(history.Workload.Annotations)
        .Select(annotations => annotations.GetValueOrDefault(UndoAnnotations.RequestId))
        .OfType<string>()
        .Distinct();

    /// <summary>Digest of the template that the patch became, once it has arrived.</summary>
    public static string AppliedDigest(UndoRequest request, RevisionHistory history) => IsOn(history.Workload.Annotations, request)
        ? history.Workload.TemplateDigest
        : Carrier(request, history)?.TemplateDigest ?? request.Plan.ToDigest;

    // The Deployment controller copies annotations to the ReplicaSet, which keeps them when the Deployment's own are replaced.
    private static Revision? Carrier(UndoRequest request, RevisionHistory history) =>
        history.Revisions.FirstOrDefault(revision => IsOn(revision.Annotations, request));

    private static bool IsOn(IReadOnlyDictionary<string, string> annotations, UndoRequest request) =>
        annotations.GetValueOrDefault(UndoAnnotations.RequestId) == request.Id;

    /// <summary>The core/v1 Event that tells of the undo on the workload.</summary>
    /// <param name="request">The applied request.</param>
    /// <param name="workload">The workload as it was written.</param>
    /// <param name="checkpoint">The audit's last checkpoint; null if it has none. Who keeps Events has it out of this machine's
    /// reach.</param>
    /// <param name="now">The time.</param>
    public static JsonObject Event(UndoRequest request, Workload workload, string? checkpoint, DateTimeOffset now)
    {
        var moment = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{request.Plan.Name}.{request.Id}",
                ["namespace"] = request.Plan.Namespace,
                ["annotations"] = new JsonObject(
                [
                    .. Identity(request).Select(each => KeyValuePair.Create<string, JsonNode?>(each.Key, each.Value)),
                    .. checkpoint is null ? Array.Empty<KeyValuePair<string, JsonNode?>>()
                        : [KeyValuePair.Create<string, JsonNode?>(UndoAnnotations.AuditCheckpoint, checkpoint)],
                ]),
            },
            ["involvedObject"] = new JsonObject
            {
                ["apiVersion"] = request.Plan.ResourceType.ToApiVersion(),
                ["kind"] = request.Plan.ResourceType.ToKind(),
                ["namespace"] = request.Plan.Namespace,
                ["name"] = request.Plan.Name,
                ["uid"] = request.Plan.Uid,
                ["resourceVersion"] = workload.ResourceVersion,
            },
            ["type"] = "Normal",
            ["reason"] = "RolloutUndo",
            ["message"] = ChangeCause(request),
            ["source"] = new JsonObject { ["component"] = Component },
            ["reportingComponent"] = Component,
            ["reportingInstance"] = Component,
            ["action"] = "Undo",
            ["firstTimestamp"] = moment,
            ["lastTimestamp"] = moment,
            ["count"] = 1,
        };
    }
}
