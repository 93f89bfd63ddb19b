using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>
/// Leaves the template to whoever applies it server-side, once an undo is applied. It is a courtesy to them: where it fails, the undo
/// stands all the same, and a log says what they will meet.
/// </summary>
internal sealed partial class OwnershipReturn(
    ApprovalBroker broker,
    IClusterReader cluster,
    UndoWriter writer,
    ExecutorTimes times,
    TimeProvider time,
    ILogger<OwnershipReturn> logger)
{
    /// <summary>Hands the undo's fields over, if a look shows that there is somebody to have them.</summary>
    /// <param name="held">The request.</param>
    /// <param name="workload">What the look saw.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task HandOverAsync(UndoRequest held, Workload workload, CancellationToken cancellationToken)
    {
        // Controllers that write the status move the entries about while pods come up: so a look of its own after a refusal.
        while (Of(held, workload) is { } handover)
        {
            if (await broker.ClaimHandoverAsync(held, handover, times.Lease, cancellationToken) is not { } ticket
                || await SendAsync(ticket) is not { } failure)
                return;
            if (failure.Kind != ClusterFailureKind.Invalid
                || (await cluster.GetWorkloadAsync(held.Plan.Workload, Freshness.Latest, cancellationToken)).Value is not
                { ValueKind: JsonValueKind.Object } now)
            {
                LogNotHandedOver(logger, held.Id, ShownValue.Name(handover.Owner), failure.Message);
                return;
            }

            workload = Workload.From(held.Plan.ResourceType, now);
        }
    }

    // Only of the template that this undo wrote.
    private static FieldHandover? Of(UndoRequest held, Workload workload) =>
        workload.Uid == held.Plan.Uid && workload.TemplateDigest == held.AppliedDigest
        && UndoAnnotations.RequestOf(workload.Annotations) == held.Id
            ? FieldHandover.Of(workload)
            : null;

    private async Task<ClusterFailure?> SendAsync(ApprovedHandover ticket)
    {
        try
        {
            // Stopping the process does not cut it off: it ends by itself within the lease.
            using var limit = new CancellationTokenSource(times.Write, time);
            return await writer.HandOverAsync(ticket, limit.Token);
        }
        catch (AuditUnavailableException failure)
        {
            return new ClusterFailure(ClusterFailureKind.Unreachable, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The fields that {RequestId} wrote were not handed over to {FieldManager}, whose "
        + "next server-side apply may need --force-conflicts: {Why}")]
    private static partial void LogNotHandedOver(ILogger logger, string requestId, string fieldManager, string why);
}
