using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;

namespace McpRollout.Tests.Broker;

internal static class OpenedRequests
{
    /// <summary>Opens a request that no limit refuses.</summary>
    public static async Task<UndoRequest> OpenedAsync(this ApprovalBroker broker, UndoRequest request, CancellationToken cancellationToken,
        RequestSnapshot? snapshot = null)
    {
        var opened = await broker.OpenAsync(request, snapshot, cancellationToken);
        return opened.Request ?? throw new InvalidOperationException($"{opened.Limit}");
    }
}
