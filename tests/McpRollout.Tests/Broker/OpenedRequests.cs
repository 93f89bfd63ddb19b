using McpRollout.Broker;

namespace McpRollout.Tests.Broker;

internal static class OpenedRequests
{
    /// <summary>Opens a request that no limit refuses.</summary>
    public static async Task<UndoRequest> OpenedAsync(this ApprovalBroker broker, UndoRequest request, CancellationToken cancellationToken)
    {
        var opened = await broker.OpenAsync(request, cancellationToken);
        return opened.Request ?? throw new InvalidOperationException(opened.Message);
    }
}
