using McpRollout.Approvals.Git;
using Microsoft.Extensions.Options;

namespace McpRollout.Tests.Git;

public sealed class GitOptionsRules : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-rollout-git-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("https://github.com/shop/deploy", "github.com/shop/deploy")]
    [InlineData("https://git:hunter2@GitHub.com/shop/deploy.git", "github.com/shop/deploy")]
    [InlineData("git@github.com:shop/deploy.git", "github.com/shop/deploy")]
    [InlineData("ssh://git@gitlab.example.com:2222/shop/web/deploy.git", "gitlab.example.com/shop/web/deploy")]
    [InlineData("https://github.com/deploy", null)]
    [InlineData("https://github.com/shop/../../user", null)]
    [InlineData("https://github.com/shop/%2e%2e", null)]
    [InlineData("https://github.com/shop/deploy?x=y", "github.com/shop/deploy")]
    [InlineData("file:///etc/shop/deploy", null)]
    [InlineData("oci://registry.example/shop/deploy", null)]
    [InlineData("git@github.com:shop/de ploy", null)]
    [InlineData("", null)]
    public void AnAddressOfARepositoryIsAHostAndAPathAndNothingElse(string url, string? read) =>
        Assert.Equal(read, RepositoryAddress.Of(url)?.ToString());

    [Theory]
    [InlineData(GitHostKind.GitHub, "github.com", null, "https://api.github.com/")]
    [InlineData(GitHostKind.GitHub, "git.example.com", null, "https://git.example.com/api/v3")]
    [InlineData(GitHostKind.GitLab, "gitlab.com", null, "https://gitlab.com/api/v4")]
    [InlineData(GitHostKind.GitLab, "gitlab.com", "http://localhost:8080/api/v4", "http://localhost:8080/api/v4")]
    internal void EachKindHasItsApiWhereItsHostsHaveIt(GitHostKind kind, string host, string? api, string address)
    {
        var options = Valid(host => (host.Kind, host.Host, host.Api) = (kind, "", api));
        options.Host = host;
        Assert.Equal(address, options.Address!.AbsoluteUri);
        Assert.Empty(Errors(options));
    }

    [Theory]
    [InlineData("http://git.example.com/api/v4", "Git:Hosts:0:Api")]
    [InlineData("https://user:hunter2@git.example.com/api/v4", "Git:Hosts:0:Api")]
    [InlineData("nowhere", "Git:Hosts:0:Api")]
    public void ATokenGoesNowhereWhereOthersCouldReadIt(string api, string key)
    {
        var error = Assert.Single(Errors(Valid(host => host.Api = api)));
        Assert.StartsWith(key, error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Fact]
    public void AllThatIsWrongIsSaidAtOnceWithItsRemedy()
    {
        var errors = Errors(new GitHostOptions(), Valid(host => host.Repositories.Add("shop")), Valid(_ => { }));
        foreach (var key in new[] { "0:Kind", "0:Host", "0:TokenFile", "0:Repositories", "1:Repositories" })
            Assert.Contains(errors, error => error.StartsWith($"Git:Hosts:{key} ", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.StartsWith("Git:Hosts has 2 entries for git.example.com", StringComparison.Ordinal));
    }

    [Fact]
    public void AnAgentsSideHasNoToken()
    {
        var options = new GitOptions();
        options.Hosts.Add(Valid(_ => { }));
        Assert.Contains("the side that hosts approvals",
            Assert.Single(new GitOptionsValidation(hostsApprovals: false).Validate(null, options).Failures!), StringComparison.Ordinal);
        Assert.True(new GitOptionsValidation(hostsApprovals: false).Validate(null, new()).Succeeded);
    }

    [Theory]
    [InlineData("git.example.com", "shop/deploy", true)]
    [InlineData("git.example.com", "Shop/Deploy", true)]
    [InlineData("git.example.com", "other/deploy", false)]
    [InlineData("evil.example.org", "shop/deploy", false)]
    public void TheTokenIsForTheRepositoriesOfTheSettingsAndForNoOther(string host, string path, bool isCovered)
    {
        var options = new GitOptions();
        options.Hosts.Add(Valid(_ => { }));
        using var hosts = new GitHosts(Options.Create(options));
        Assert.Equal(isCovered, hosts.For(new RepositoryAddress(host, path)) is not null);
    }

    private GitHostOptions Valid(Action<GitHostOptions> change)
    {
        var file = Path.Combine(_folder, "token");
        File.WriteAllText(file, $"glpat-{Guid.NewGuid():N}");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var host = new GitHostOptions
        {
            Kind = GitHostKind.GitLab,
            Host = "git.example.com",
            TokenFile = file,
            Repositories = { "shop/*" },
        };
        change(host);
        return host;
    }

    private static IReadOnlyList<string> Errors(params GitHostOptions[] hosts)
    {
        var options = new GitOptions();
        options.Hosts.AddRange(hosts);
        return [.. new GitOptionsValidation().Validate(null, options).Failures ?? []];
    }
}
