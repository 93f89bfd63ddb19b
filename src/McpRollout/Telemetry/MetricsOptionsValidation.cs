namespace McpRollout.Telemetry;

/// <summary>Finds all that is wrong with the <c>Metrics</c> section at once.</summary>
/// <param name="page">Where the page listens; null where this process has none.</param>
internal sealed class MetricsOptionsValidation(string? page) : IValidateOptions<MetricsOptions>
{
    public ValidateOptionsResult Validate(string? name, MetricsOptions options) =>
        Errors(options).ToList() is { Count: > 0 } errors ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;

    private IEnumerable<string> Errors(MetricsOptions options)
    {
        if (options.Listen is null && options.Hosts.Count > 0)
            yield return "Metrics:Hosts is for a listener that is not there: set Metrics:Listen, or leave it out.";
        foreach (var host in options.Hosts.Where(host => Uri.CheckHostName(host) == UriHostNameType.Unknown))
            yield return $"Metrics:Hosts has '{host}': write names without a port, such as rollouts.example.com.";
        if (options.Listen is not { } listen)
            yield break;
        if (!MetricsOptions.TryRead(listen, out var address, out _))
            yield return $"Metrics:Listen is '{listen}': write localhost or an IP address of this machine, such as http://localhost:9464 "
                + "(http, no path).";
        else if (page is not null && Uri.TryCreate(page, UriKind.Absolute, out var pages) && pages.Port == address.Port)
            yield return $"Metrics:Listen has the page's port, {address.Port}: metrics have a listener of their own, so that who may open "
                + "the page cannot read them. Give them another one, such as 9464.";
    }
}
