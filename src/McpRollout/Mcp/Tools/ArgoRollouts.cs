namespace McpRollout.Mcp.Tools;

/// <summary>
/// Whether Argo Rollouts is installed in the cluster. Listing tools touches no cluster: it is asked beside the first call, and who lists
/// tools after that is shown the type. Clients are told that the list has changed only once a Rollout is met; without one a session
/// keeps the list that it began with.
/// </summary>
internal sealed class ArgoRollouts(IClusterReader cluster)
{
    private int _isAsked;
    private int _isMet;

    /// <summary>Whether it is known to be.</summary>
    public bool IsInstalled { get; private set; }

    /// <summary>Raised once, when the first Rollout is met.</summary>
    public event EventHandler? Met;

    /// <summary>Asks the cluster, and lets nobody wait for it. An answer or a refusal is never asked for again.</summary>
    public void Look()
    {
        if (Interlocked.Exchange(ref _isAsked, 1) == 0)
            _ = AskAsync();
    }

    /// <summary>There is one.</summary>
    public void Meet()
    {
        IsInstalled = true;
        if (Interlocked.Exchange(ref _isMet, 1) == 0)
            Met?.Invoke(this, EventArgs.Empty);
    }

    private async Task AskAsync()
    {
        var answer = await cluster.ServesRolloutsAsync(CancellationToken.None);
        if (answer.Succeeded)
            IsInstalled |= answer.Value;
        else if (answer.Failure.StatusCode is not (401 or 403))
            Volatile.Write(ref _isAsked, 0);
    }
}
