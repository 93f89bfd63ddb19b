namespace McpRollout.Hosted;

/// <summary>Finds all that is wrong with the <c>Mcp</c> section at once.</summary>
/// <param name="hostsApprovals">Whether this process has the page's server at all.</param>
internal sealed class McpOptionsValidation(bool hostsApprovals) : IValidateOptions<McpOptions>
{
    public ValidateOptionsResult Validate(string? name, McpOptions options) =>
        Errors(options).ToList() is { Count: > 0 } errors ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;

    private IEnumerable<string> Errors(McpOptions options)
    {
        if (options.Issuers.Count > 0 && !hostsApprovals)
            yield return "Mcp:Issuers is for the side that hosts approvals, and Approvals:Host is false: leave it out here.";
        foreach (var error in options.Issuers.SelectMany(ErrorsOf))
            yield return error;
        foreach (var twice in Repeated(issuer => issuer.Name).Concat(Repeated(issuer => issuer.Issuer)))
            yield return $"Mcp:Issuers names '{twice}' more than once: each issuer has one entry, with a Name of its own.";

        IEnumerable<string> Repeated(Func<IssuerOptions, string?> part) => options.Issuers
            .Select(part).OfType<string>().GroupBy(text => text, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Count() > 1).Select(group => group.Key);
    }

    private static IEnumerable<string> ErrorsOf(IssuerOptions issuer, int at)
    {
        if (Enrolment.NameError(issuer.Name ?? "") is { } nameError)
            yield return $"Mcp:Issuers:{at}:Name is '{issuer.Name}': {nameError}";
        if (!Uri.TryCreate(issuer.Issuer, UriKind.Absolute, out var address)
            || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            || address is not { Query: "", Fragment: "", UserInfo: "" })
            yield return $"Mcp:Issuers:{at}:Issuer is '{issuer.Issuer}': write its https address as its tokens have it in iss, e.g. "
                + "https://login.example.com/realms/ops (http only to this machine).";
        if (issuer.Audience is { Length: 0 } || issuer.RightsClaim.Length == 0 || issuer.PersonClaim is { Length: 0 })
            yield return $"Mcp:Issuers:{at} has an empty Audience, RightsClaim or PersonClaim: write it, or leave it out.";
    }
}
