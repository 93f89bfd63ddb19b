using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using McpRollout.Broker;
using McpRollout.Rollouts;

namespace McpRollout.Executor;

/// <summary>What an undo leaves in the cluster, so that anybody can see whose doing it was, and that a patch whose answer was lost arrived.</summary>
internal static class Evidence
{
    private const string Component = "mcp-rollout";

    /// <summary>The annotations that travel in the patch.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Annotations(UndoRequest request)
    {
        List<KeyValuePair<string, string>> annotations = [new(UndoAnnotations.RequestId, request.Id)];
        if (ActivityContext.TryParse(request.TraceParent, null, out var context))
            annotations.Add(new(UndoAnnotations.TraceId, context.TraceId.ToHexString()));
        annotations.Add(new(UndoAnnotations.ChangeCause, ChangeCause(request)));
        return annotations;
    }

    /// <summary>What <c>kubectl rollout history</c> says of the new revision.</summary>
    public static string ChangeCause(UndoRequest request)
    {
        var approvers = request.Decisions.Where(decision => decision.Verdict == Verdict.Approve).Select(decision => decision.Approver);
        return $"mcp-rollout: undo to revision {request.Plan.ToRevision}, approved by {string.Join(", ", approvers)} ({request.Id})";
    }

    /// <summary>Whether the workload carries the request's patch.</summary>
    public static bool IsOn(Workload workload, UndoRequest request) =>
        workload.Uid == request.Plan.Uid && workload.Annotations.GetValueOrDefault(UndoAnnotations.RequestId) == request.Id;

    /// <summary>The core/v1 Event that tells of the undo on the workload.</summary>
    public static JsonObject Event(UndoRequest request, Workload workload, DateTimeOffset now)
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
            },
            ["involvedObject"] = new JsonObject
            {
                ["apiVersion"] = "apps/v1",
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
