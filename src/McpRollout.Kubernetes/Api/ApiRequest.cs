namespace McpRollout.Kubernetes.Api;

/// <summary>What may be done when a request fails.</summary>
internal enum ApiCall
{
    /// <summary>Changes nothing: may be sent again.</summary>
    Read,

    /// <summary>As <see cref="Read"/>, but admission webhooks run, which may each take their 10 seconds.</summary>
    DryRun,

    /// <summary>As <see cref="Read"/>, and the answer is an open stream.</summary>
    Watch,

    /// <summary>Changes the cluster: is sent once.</summary>
    Write,
}

/// <summary>One question to the API server.</summary>
/// <param name="Call">What kind of question it is.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query, without the server.</param>
/// <param name="Resource">The plural that names it in traces.</param>
/// <param name="Namespace">The namespace, for traces.</param>
/// <param name="Workload">The workload that it is about, if it is about one.</param>
internal sealed record ApiRequest(
    ApiCall Call, HttpMethod Method, string Path, string Resource, string? Namespace = null, WorkloadRef? Workload = null)
{
    /// <summary>The body; empty for none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    /// <summary>Whether it only makes earlier writes impossible; for traces.</summary>
    public bool IsFence { get; init; }

    /// <summary>Whether only objects' metadata is wanted. A server that knew no such form would refuse: it is never answered with the
    /// whole.</summary>
    public bool MetadataOnly { get; init; }

    /// <summary>Whether a list is asked for: its metadata have a form of their own.</summary>
    public bool IsList { get; init; }
}
