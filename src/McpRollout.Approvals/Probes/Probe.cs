using McpRollout.Approvals.Policies;

namespace McpRollout.Approvals.Probes;

/// <summary>A probe of the settings, which are known to hold.</summary>
internal sealed class Probe(ProbeOptions options)
{
    private const double Tolerance = 0.1;
    private const int LongestShown = 120;

    /// <summary>What people know it by.</summary>
    public string Name => options.Name!;

    /// <summary>The question, where it is not an address.</summary>
    public string? PromQl => options.PromQl;

    /// <summary>The address, where it is not a question.</summary>
    public string? Url => options.Url;

    /// <summary>Whether it is asked for this workload of the cluster.</summary>
    public bool IsFor(string cluster, WorkloadRef workload) => workload.Type.IsWorkload()
        && Rule.Globs([.. options.Clusters], cluster)
        && Rule.Globs([.. options.Namespaces], workload.Namespace) && Rule.Globs([.. options.Workloads], workload.Name)
        && (options.ResourceTypes.Count == 0 || options.ResourceTypes.Contains(workload.TypeName));

    /// <summary>What it measures for this workload.</summary>
    public ProbeMeasure MeasureOf(WorkloadRef workload) => PromQl is not null
        ? new ProbeMeasure.Figure(options.Worse ?? WorseWhen.Higher, options.Tolerance ?? Tolerance)
        : new ProbeMeasure.Answer($"GET {Shown(ProbeTemplate.Address(Url!, workload))}");

    // What follows a question mark may be a token.
    private static string Shown(Uri? address) => address is null
        ? "its address"
        : SecretText.Mask(VisibleText.EndsOf(address.GetLeftPart(UriPartial.Path), LongestShown));
}
