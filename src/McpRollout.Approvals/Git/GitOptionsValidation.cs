using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Files;

namespace McpRollout.Approvals.Git;

/// <summary>Finds all that is wrong with the <c>Git</c> section at once. What could be a secret is not repeated.</summary>
internal sealed class GitOptionsValidation(bool hostsApprovals = true) : IValidateOptions<GitOptions>
{
    public ValidateOptionsResult Validate(string? name, GitOptions options)
    {
        string[] errors =
        [
            .. hostsApprovals || options.Hosts.Count == 0
                ? Array.Empty<string>()
                : ["Reverts are opened by the side that hosts approvals, and Approvals:Host is false: leave Git out here."],
            .. options.Hosts.SelectMany((host, at) => Errors($"Git:Hosts:{at}", host)),
            .. options.Hosts.GroupBy(host => host.Host, StringComparer.OrdinalIgnoreCase)
                .Where(group => group.Key is not null && group.Count() > 1)
                .Select(twice => $"Git:Hosts has {twice.Count()} entries for {VisibleText.Of(twice.Key!)}: keep one, with all its "
                    + "Repositories."),
        ];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Errors(string key, GitHostOptions host)
    {
        if (host.Kind is null)
            yield return $"{key}:Kind is missing: write github or gitlab.";
        if (host.Host is null || Uri.CheckHostName(host.Host) == UriHostNameType.Unknown)
            yield return $"{key}:Host is '{VisibleText.Of(host.Host ?? "")}': write the host in the addresses of its repositories, e.g. "
                + "github.com.";
        else if (host.Address is not { } url || !(url.Scheme == "https" || (url.Scheme == "http" && AuditOptionsValidation.IsLoopback(url)))
            || url.Query.Length > 0)
            yield return $"{key}:Api is no address to ask: write an https one (http only to localhost), e.g. https://HOST/api/v4, or leave "
                + "it out.";
        else if (url.UserInfo.Length > 0)
            yield return $"{key}:Api holds a user or a password: leave them out; {key}:TokenFile is for what the host knows us by.";
        if (host.TokenFile is not { } file)
            yield return $"{key}:TokenFile is missing: write the path of a file with a token that may open pull or merge requests.";
        else if (SecretFile.TokenError(file) is { } error)
            yield return $"{key}:TokenFile is '{file}', {error}.";
        if (host.Repositories.Count == 0)
            yield return $"{key}:Repositories is missing: write {key}:Repositories:0=OWNER/NAME, or OWNER/* for all of that owner's.";
        foreach (var glob in host.Repositories.Where(glob => !RepositoryAddress.IsPath(glob.Replace('*', 'x').Replace('?', 'x'))))
            yield return $"{key}:Repositories has '{VisibleText.Of(glob)}', which can match nothing: write OWNER/NAME, with * or ? as "
                + "wildcards.";
    }
}
