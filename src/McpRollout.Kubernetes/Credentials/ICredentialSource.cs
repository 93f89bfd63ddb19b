namespace McpRollout.Kubernetes.Credentials;

/// <summary>How this process proves to the API server who it is.</summary>
internal interface ICredentialSource
{
    /// <summary>What to show with a request; from memory as long as it is valid.</summary>
    ValueTask<ClusterAnswer<Credential>> PresentAsync(CancellationToken cancellationToken);

    /// <summary>Takes note that the server refused <paramref name="refused"/>.</summary>
    Renewal Discard(Credential refused);
}

/// <summary>What can follow a refused credential.</summary>
/// <param name="IsPossible">Whether it is worthwhile to ask for another one.</param>
/// <param name="Problem">What stands against reading it anew, in sentences that say what to do; null if nothing does.</param>
internal readonly record struct Renewal(bool IsPossible, string? Problem = null);
