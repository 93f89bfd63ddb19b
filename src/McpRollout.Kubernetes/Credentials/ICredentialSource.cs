namespace McpRollout.Kubernetes.Credentials;

/// <summary>How this process proves to the API server who it is.</summary>
internal interface ICredentialSource
{
    /// <summary>What to show with a request; from memory as long as it is valid.</summary>
    ValueTask<ClusterAnswer<Credential>> PresentAsync(CancellationToken cancellationToken);

    /// <summary>Takes note that the server refused <paramref name="refused"/>; true if it is worthwhile to ask for another one.</summary>
    bool Discard(Credential refused);
}
