namespace McpRollout.Approvals.Git;

/// <summary>The hosts of the settings.</summary>
internal sealed class GitHosts : IDisposable
{
    private readonly List<(GitHostOptions Options, IGitHost Host)> _hosts;

    public GitHosts(IOptions<GitOptions> options) => _hosts = [.. options.Value.Hosts.Select(host => (host, Make(host)))];

    /// <summary>Whether there is any.</summary>
    public bool AreSet => _hosts.Count > 0;

    /// <summary>The host that may be asked for the repository; null if none of the settings covers it.</summary>
    public IGitHost? For(RepositoryAddress repository) => _hosts.FirstOrDefault(each =>
        repository.Host.Equals(each.Options.Host, StringComparison.OrdinalIgnoreCase)
        && each.Options.Repositories.Any(glob =>
            System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(glob, repository.Path, ignoreCase: true))).Host;

    /// <summary>The host that may open the revert; null if the settings no longer cover it, or mean another API.</summary>
    public IGitHost? For(PlannedRevert revert) =>
        _hosts.Exists(each => revert.Host.Equals(each.Options.Host, StringComparison.OrdinalIgnoreCase) && each.Options.Kind == revert.Kind)
            ? For(new RepositoryAddress(revert.Host, revert.Repository))
            : null;

    public void Dispose()
    {
        foreach (var (_, host) in _hosts)
            (host as IDisposable)?.Dispose();
    }

    private static IGitHost Make(GitHostOptions options) =>
        options.Kind == GitHostKind.GitLab ? new GitLabHost(options) : new GitHubHost(options);
}
