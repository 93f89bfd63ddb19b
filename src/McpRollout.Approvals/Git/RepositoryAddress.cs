namespace McpRollout.Approvals.Git;

/// <summary>A repository on a host. User, password and port of its address are left out: they are not ours to use or show.</summary>
/// <param name="Host">The host, in lower case.</param>
/// <param name="Path">Its path there, as <c>owner/name</c>; with GitLab's groups in groups more.</param>
internal sealed record RepositoryAddress(string Host, string Path)
{
    private const int Longest = 200;

    /// <summary>Reads what clients of Git are given: <c>https://HOST/PATH.git</c>, <c>ssh://git@HOST/PATH</c>, <c>git@HOST:PATH</c>; null
    /// if it is none of these.</summary>
    public static RepositoryAddress? Of(string url)
    {
        var (host, path) = Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" or "ssh"
            ? (address.Host, address.AbsolutePath)
            : !url.Contains("://", StringComparison.Ordinal) && url.Split(':', 2) is [var before, var after]
            ? (before[(before.LastIndexOf('@') + 1)..], after)
            : ("", "");
        path = path.Trim('/');
        path = path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path;
        return host.Length > 0 && Uri.CheckHostName(host) != UriHostNameType.Unknown && IsPath(path)
            ? new(host.ToLowerInvariant(), path)
            : null;
    }

    /// <summary>Whether hosts have repositories of such a path. None of it means anything in an address.</summary>
    public static bool IsPath(string path) => path.Length <= Longest && path.Split('/') is { Length: >= 2 } parts
        && Array.TrueForAll(parts, part => part is not ("" or "." or "..")
            && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-'));

    /// <summary>github.com/shop/deploy.</summary>
    public override string ToString() => $"{Host}/{Path}";
}
