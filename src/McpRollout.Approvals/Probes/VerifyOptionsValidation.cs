using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Files;
using McpRollout.Approvals.Policies;

namespace McpRollout.Approvals.Probes;

/// <summary>Finds all that is wrong with the <c>Verify</c> section at once. What could be a secret is not repeated.</summary>
internal sealed class VerifyOptionsValidation(bool hostsApprovals = true) : IValidateOptions<VerifyOptions>
{
    private const int LongestName = 60;
    private const int LongestQuestion = 2_000;

    private static readonly WorkloadRef Any = new(ResourceType.Deployment, "namespace", "name");

    public ValidateOptionsResult Validate(string? name, VerifyOptions options)
    {
        string[] errors =
        [
            .. hostsApprovals || options is { Probes.Count: 0, Prometheus: null }
                ? Array.Empty<string>()
                : ["Probes are asked by the side that hosts approvals, and Approvals:Host is false: leave Verify out here."],
            .. PrometheusErrors(options),
            .. options.Probes.SelectMany((probe, at) => Errors($"Verify:Probes:{at}", probe)),
            .. options.Probes.GroupBy(probe => probe.Name, StringComparer.OrdinalIgnoreCase)
                .Where(group => group.Key is not null && group.Count() > 1)
                .Select(twice => $"Verify:Probes has {twice.Count()} probes of the name '{twice.Key}': give each a name of its own."),
        ];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> PrometheusErrors(VerifyOptions options)
    {
        if (options.Prometheus is null)
        {
            if (options.Probes.Any(probe => probe.PromQl is not null))
                yield return "Verify:Prometheus is not set, and a probe has PromQl: write the address of Prometheus.";
            if (options.PrometheusTokenFile is not null)
                yield return "Verify:PrometheusTokenFile is set, and Verify:Prometheus is not: write both, or neither.";
            yield break;
        }

        if (!Uri.TryCreate(options.Prometheus, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")
            || url is not { Query: "", Fragment: "" })
            yield return "Verify:Prometheus is no address: write what comes before /api/v1/query, e.g. https://prometheus.example.com.";
        else if (url.UserInfo.Length > 0)
            yield return "Verify:Prometheus holds a user or a password: leave them out; Verify:PrometheusTokenFile is for a token.";
        else if (options.PrometheusTokenFile is not null && url.Scheme == "http" && !AuditOptionsValidation.IsLoopback(url))
            yield return "Verify:Prometheus is not https, and a token would be sent there for all to read: write an https address.";
        if (options.PrometheusTokenFile is { } file && SecretFile.TokenError(file) is { } error)
            yield return $"Verify:PrometheusTokenFile is '{file}', {error}.";
    }

    private static IEnumerable<string> Errors(string key, ProbeOptions probe)
    {
        if (probe.Name is null)
            yield return $"{key}:Name is missing: people are told by it what got worse.";
        else if (string.IsNullOrWhiteSpace(probe.Name) || VisibleText.Of(probe.Name, LongestName) != probe.Name)
            yield return $"{key}:Name is '{VisibleText.Of(probe.Name, LongestName)}': write a name of 1 to {LongestName} visible "
                + "characters.";
        if (probe.Url is null == probe.PromQl is null)
            yield return $"{key} has {(probe.Url is null ? "neither" : "both")} Url and PromQl: write one of them.";
        else if (probe.Url is { } url && ProbeTemplate.Address(url, Any) is null)
            yield return $"{key}:Url is no address to read: write an http or https one without a user, e.g. "
                + "http://{name}.{namespace}.svc:8080/healthz.";
        else if (probe.PromQl is { } question && (question.Length is 0 or > LongestQuestion || !ProbeTemplate.IsQuoted(question)))
            yield return $"{key}:PromQl cannot be asked: write 1 to {LongestQuestion} characters, and "
                + $"{string.Join(", ", ProbeTemplate.Placeholders)} only within \" or ' quotes.";
        if (probe is { PromQl: null, Worse: not null } or { PromQl: null, Tolerance: not null })
            yield return $"{key} has Worse or Tolerance, which are for the figure of a PromQl: leave them out.";
        if (probe.Tolerance is { } tolerance && !(tolerance is >= 0 and <= 100))
            yield return $"{key}:Tolerance is {tolerance.ToString(CultureInfo.InvariantCulture)}: write a share of the figure before, "
                + "e.g. 0.1.";
        string[] errors =
        [
            .. PolicyReading.WordErrors($"{key}:Clusters", probe.Clusters),
            .. PolicyReading.GlobErrors($"{key}:Namespaces", probe.Namespaces),
            .. PolicyReading.GlobErrors($"{key}:Workloads", probe.Workloads), .. PolicyReading.TypeErrors(key, probe.ResourceTypes),
        ];
        foreach (var error in errors)
            yield return error;
    }
}
