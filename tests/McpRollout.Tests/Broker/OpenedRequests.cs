using McpRollout.Broker;

namespace McpRollout.Tests.Broker;

internal static class OpenedRequests
{
    /// <summary>Opens a request that no limit refuses.</summary>
    public static async Task<UndoRequest> OpenedAsync(this ApprovalBroker broker, UndoRequest request, CancellationToken cancellationToken, Dossier? dossier = null)
    {
        var opened = await broker.OpenAsync(request, dossier, cancellationToken);
        return opened.Request ?? throw new InvalidOperationException(opened.Message);
    }
}
