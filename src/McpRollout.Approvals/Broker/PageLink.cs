namespace McpRollout.Approvals.Broker;

/// <summary>Where people decide, for as long as it is our page that answers there: any other program would be told their
/// passphrases.</summary>
internal sealed class PageLink(IOptions<ApprovalOptions> options, PageStatus page, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lazy<Task> _known = new(() =>
        page.WaitForAsync(state => state != PageState.Starting, CancellationToken.None).WaitAsync(Patience, time));

    /// <summary>Why there is no address to open, in sentences that say what to do.</summary>
    public string Problem => page.Problem ?? "The approval page is not served yet.";

    /// <summary>The address of a request; null if whoever answers there is not known to be the page.</summary>
    public string? Of(string requestId) =>
        page.State is PageState.Serving or PageState.ServedByPeer ? options.Value.UrlOf(requestId) : null;

    /// <summary>
    /// Waits until it is known who has the page's address, once and not for long. The page starts beside the protocol: a first call may
    /// come before that.
    /// </summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        await _known.Value.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
