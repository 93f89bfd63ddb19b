namespace McpRollout.Hosted;

/// <summary>Finds all that is wrong with the <c>Mcp</c> section at once.</summary>
/// <param name="hostsApprovals">Whether this process has the page's server at all.</param>
/// <param name="policies">The rules.</param>
internal sealed class McpOptionsValidation(bool hostsApprovals, PolicyOptions policies) : IValidateOptions<McpOptions>
{
    public ValidateOptionsResult Validate(string? name, McpOptions options) =>
        Errors(options).ToList() is { Count: > 0 } errors ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;

    private IEnumerable<string> Errors(McpOptions options)
    {
        if (options.Issuers.Count > 0 && !hostsApprovals)
            yield return "Mcp:Issuers is for the side that hosts approvals, and Approvals:Host is false: leave it out here.";
        foreach (var error in options.Issuers.SelectMany(ErrorsOf))
            yield return error;
        if (policies.Rules.Append(policies.Default ?? new TermsOptions()).Any(terms => !terms.RequesterMayApprove))
        {
            foreach (var issuer in options.Issuers.Where(each => each.PersonClaim is null))
                yield return $"Policies has RequesterMayApprove=false, and tokens of Mcp:Issuers {issuer.Name} would name no person "
                    + "whom that keeps from approving: set its PersonClaim.";
        }

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
        if (!ProviderAddress.IsOne(issuer.Issuer))
            yield return $"Mcp:Issuers:{at}:Issuer is '{issuer.Issuer}': {ProviderAddress.Remedy}";
        if (new[] { issuer.Audience ?? "x", issuer.RightsClaim, issuer.PersonClaim ?? "x" }.Any(string.IsNullOrWhiteSpace))
            yield return $"Mcp:Issuers:{at} has an empty Audience, RightsClaim or PersonClaim: write it, or leave it out.";
    }
}
