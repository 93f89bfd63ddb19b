namespace McpRollout.Kubernetes.Kubeconfigs;

/// <summary>What one or several kubeconfig files say, by name. See
/// https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/.</summary>
internal sealed class Kubeconfig
{
    public string? CurrentContext { get; init; }

    public Dictionary<string, ContextEntry> Contexts { get; init; } = [];

    public Dictionary<string, ClusterEntry> Clusters { get; init; } = [];

    public Dictionary<string, UserEntry> Users { get; init; } = [];

    /// <summary>Whether there is nothing to connect to; kubectl then looks for an in-cluster account.</summary>
    public bool IsEmpty => Clusters.Count == 0 && Contexts.Count == 0;

    /// <summary>
    /// Merges as kubectl does: the first file to name a context, cluster or user gives all of it, and the first current-context holds.
    /// </summary>
    public static Kubeconfig Merge(IEnumerable<Kubeconfig> files)
    {
        List<Kubeconfig> all = [.. files];
        return new Kubeconfig
        {
            CurrentContext = all.Select(file => file.CurrentContext).FirstOrDefault(current => current is not null),
            Contexts = First(all.SelectMany(file => file.Contexts)),
            Clusters = First(all.SelectMany(file => file.Clusters)),
            Users = First(all.SelectMany(file => file.Users)),
        };
    }

    /// <summary>The contexts' names as a sentence lists them.</summary>
    public string ListContexts() =>
        Contexts.Count == 0 ? "it has no contexts" : "it has " + string.Join(", ", Contexts.Keys.Order(StringComparer.Ordinal));

    private static Dictionary<string, T> First<T>(IEnumerable<KeyValuePair<string, T>> entries) =>
        entries.DistinctBy(entry => entry.Key).ToDictionary();
}

/// <summary>A pair of cluster and user.</summary>
internal sealed record ContextEntry(string? Cluster, string? User);

/// <summary>Where an API server is, and how it proves that it is the right one.</summary>
internal sealed class ClusterEntry
{
    /// <summary>The file that named it, for error texts.</summary>
    public required string File { get; init; }

    public string? Server { get; init; }

    public string? TlsServerName { get; init; }

    public bool InsecureSkipTlsVerify { get; init; }

    public PemSource? CertificateAuthority { get; init; }

    public string? ProxyUrl { get; init; }
}

/// <summary>How to prove who is asking. Not a record: its text must not show its secrets.</summary>
internal sealed class UserEntry
{
    /// <summary>The file that named it, for error texts.</summary>
    public required string File { get; init; }

    public PemSource? ClientCertificate { get; init; }

    public PemSource? ClientKey { get; init; }

    public string? Token { get; init; }

    public string? TokenFile { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    public ExecEntry? Exec { get; init; }

    /// <summary>The name of a plugin that Kubernetes itself removed in 1.26.</summary>
    public string? AuthProvider { get; init; }

    public string? As { get; init; }

    public string? AsUid { get; init; }

    public IReadOnlyList<string> AsGroups { get; init; } = [];

    public IReadOnlyDictionary<string, IReadOnlyList<string>> AsUserExtra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}

/// <summary>A credential plugin. Not a record: its arguments and environment may hold secrets.</summary>
internal sealed class ExecEntry
{
    public required string ApiVersion { get; init; }

    /// <summary>A name to be found on PATH, or an absolute path.</summary>
    public required string Command { get; init; }

    public IReadOnlyList<string> Args { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Env { get; init; } = [];

    public bool ProvideClusterInfo { get; init; }

    public string? InstallHint { get; init; }

    public string? InteractiveMode { get; init; }
}
