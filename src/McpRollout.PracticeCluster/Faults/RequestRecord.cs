namespace McpRollout.PracticeCluster.Faults;

/// <summary>One request that the practice cluster got.</summary>
public sealed class RequestRecord
{
    internal RequestRecord(string method, string path, string query, string user, ReadOnlyMemory<byte> body)
    {
        Method = method;
        Path = path;
        Query = query;
        User = user;
        Body = body;
    }

    /// <summary>The HTTP method, upper case.</summary>
    public string Method { get; }

    /// <summary>The path, without the query.</summary>
    public string Path { get; }

    /// <summary>The query with its leading <c>?</c>, or an empty string.</summary>
    public string Query { get; }

    /// <summary>Path and query as they were sent.</summary>
    public string PathAndQuery => Path + Query;

    /// <summary>Who asked; <c>system:anonymous</c> when the token is missing or unknown.</summary>
    public string User { get; }

    /// <summary>The body as it was sent.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>
    /// The status code, set before the answer is sent; null while the request is being handled, or when it was dropped before.
    /// </summary>
    public int? Status { get; internal set; }

    /// <summary>Whether it asks for a change that would last: not a read, a dry run or an access review.</summary>
    public bool IsWrite => Method is "POST" or "PUT" or "PATCH" or "DELETE"
        && !Query.Contains("dryRun=All", StringComparison.Ordinal)
        && !Path.StartsWith("/apis/authorization.k8s.io/", StringComparison.Ordinal);

    /// <summary>Whether it asks for a watch.</summary>
    public bool IsWatch => Query.Contains("watch=1", StringComparison.Ordinal) || Query.Contains("watch=true", StringComparison.Ordinal);

    /// <inheritdoc />
    public override string ToString() => $"{Method} {PathAndQuery} => {Status}";
}
