namespace McpRollout.Approvals.Probes;

/// <summary>The <c>Verify</c> section: what is asked before an undo and after it, for comparison.</summary>
internal sealed class VerifyOptions
{
    /// <summary>Where Prometheus, or what speaks its API, answers. Default: nowhere.</summary>
    public string? Prometheus { get; set; }

    /// <summary>A file with the token that Prometheus is asked with. Default: none.</summary>
    public string? PrometheusTokenFile { get; set; }

    /// <summary>The probes. Default: none.</summary>
    public IList<ProbeOptions> Probes { get; } = [];
}

/// <summary>An address or a question, and the workloads for which it is asked. An absent matcher matches everything.</summary>
internal sealed class ProbeOptions
{
    /// <summary>What people know the probe by.</summary>
    public string? Name { get; set; }

    /// <summary>An address that is read; below 400 is a good answer. It may have placeholders.</summary>
    public string? Url { get; set; }

    /// <summary>A PromQL question with one figure as its answer. It may have placeholders within quotes.</summary>
    public string? PromQl { get; set; }

    /// <summary>Which way the figure is worse. Default: higher.</summary>
    public WorseWhen? Worse { get; set; }

    /// <summary>By which share of what it was before the figure may be worse all the same. Default: 0.1.</summary>
    public double? Tolerance { get; set; }

    /// <summary>Globs (<c>*</c>, <c>?</c>) of clusters, by the names that requests show. Default: all, where there is but one.</summary>
    public IList<string> Clusters { get; } = [];

    /// <summary>Globs (<c>*</c>, <c>?</c>) of namespaces. Default: all.</summary>
    public IList<string> Namespaces { get; } = [];

    /// <summary>Kinds of workload. Default: all.</summary>
    public IList<string> ResourceTypes { get; } = [];

    /// <summary>Globs (<c>*</c>, <c>?</c>) of workload names. Default: all.</summary>
    public IList<string> Workloads { get; } = [];
}
