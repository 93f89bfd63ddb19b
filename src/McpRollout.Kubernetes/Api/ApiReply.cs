namespace McpRollout.Kubernetes.Api;

/// <summary>What a successful request brought: an object, or the open stream of a watch.</summary>
internal sealed class ApiReply
{
    /// <summary>The object; nothing pooled is behind it, so it can be kept.</summary>
    public JsonElement Json { get; init; }

    /// <summary>The API server's address.</summary>
    public required string Server { get; init; }

    /// <summary>The open answer of a watch; the receiver disposes of it.</summary>
    public HttpResponseMessage? Stream { get; init; }
}
