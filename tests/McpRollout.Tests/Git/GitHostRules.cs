using McpRollout.Approvals.Git;
using McpRollout.Rollouts.Owners;

namespace McpRollout.Tests.Git;

/// <summary>What a host's answers are taken for.</summary>
public sealed class GitHostRules
{
    private static readonly RevertDraft Draft = new("undo-1", "Revert it (undo-1)", "By undo-1.");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatGitHubDoesNotExplainMayBeOpenedAndIsLookedFor()
    {
        await using var git = await GitServer.StartAsync(GitHostKind.GitHub);
        using var host = new GitHubHost(git.Options());
        _ = git.Disturb(call => call.Opens, GitFault.Shrug);

        Assert.Contains("Something went wrong", Assert.IsType<RevertResult.Lost>(
            await host.OpenAsync(OfGitHub, Draft, mayBeOpened: false, Cancelled)).Why, StringComparison.Ordinal);
        Assert.IsType<RevertResult.Opened>(await host.OpenAsync(OfGitHub, Draft, mayBeOpened: true, Cancelled));
        Assert.Single(git.Opened);
    }

    [Fact]
    public async Task ALimitThatGitHubTellsInWordsIsNoRefusal()
    {
        await using var git = await GitServer.StartAsync(GitHostKind.GitHub);
        using var host = new GitHubHost(git.Options());
        _ = git.Disturb(_ => true, GitFault.LimitByWords);

        Assert.IsType<RevertResult.NotTaken>(await host.OpenAsync(OfGitHub, Draft, mayBeOpened: false, Cancelled));
    }

    [Theory]
    [InlineData("")]
    [InlineData("one-line-of-a-token-file\nand-another")]
    public async Task ATokenFileThatHoldsNoTokenIsToldAndNothingIsAsked(string token)
    {
        await using var git = await GitServer.StartAsync(GitHostKind.GitHub);
        using var host = new GitHubHost(git.Options());
        git.WriteToken(token);
        const string why = "the token file for git.example.com cannot be used";

        Assert.Equal(new RevertSearch.Nothing(why), await host.FindAsync(GitServer.Repository, Brought(null), Cancelled));
        Assert.Equal(new RevertResult.NotTaken(why), await host.OpenAsync(OfGitHub, Draft, mayBeOpened: false, Cancelled));
        Assert.Empty(git.Calls);
    }

    [Theory]
    [InlineData(null, GitServer.Repository, "main", true)]
    [InlineData("live", "Shop/Deploy", "live", true)]
    [InlineData(null, GitServer.Repository, "live", false)]
    [InlineData("live", GitServer.Repository, "main", false)]
    [InlineData(null, "mallory/deploy", "main", false)]
    public async Task OnlyAPullRequestIntoWhatTheOwnerFollowsIsReverted(string? followed, string repository, string branch, bool isFound)
    {
        await using var git = await GitServer.StartAsync(GitHostKind.GitHub);
        using var host = new GitHubHost(git.Options());
        (git.MergedIn, git.MergedInto) = (repository, branch);

        Assert.Equal(isFound, await host.FindAsync(GitServer.Repository, Brought(followed), Cancelled) is RevertSearch.Found);
    }

    [Fact]
    public async Task WhatAnswersForNoBranchIsNotFollowedOnGitLab()
    {
        await using var git = await GitServer.StartAsync(GitHostKind.GitLab);
        using var host = new GitLabHost(git.Options());

        var found = Assert.IsType<RevertSearch.Found>(await host.FindAsync(GitServer.Repository, Brought(""), Cancelled));
        Assert.Equal("main", found.Revert.Branch);
    }

    [Fact]
    public async Task TheRevertOfAMergeIsFoundAgainWhereItsAnswerWasLost()
    {
        await using var git = await GitServer.StartAsync(GitHostKind.GitLab);
        git.IsMerge = true;
        using var host = new GitLabHost(git.Options());
        _ = git.Disturb(call => call.Path.EndsWith("/revert", StringComparison.Ordinal), GitFault.Drop);

        Assert.IsType<RevertResult.Lost>(await host.OpenAsync(OfGitLab, Draft, mayBeOpened: false, Cancelled));
        Assert.IsType<RevertResult.Opened>(await host.OpenAsync(OfGitLab, Draft, mayBeOpened: true, Cancelled));
        Assert.Single(git.Calls, call => call.Path.EndsWith("/revert", StringComparison.Ordinal));
    }

    private static PlannedRevert OfGitLab =>
        new(GitHostKind.GitLab, GitServer.Host, GitServer.Repository, "apps/web", GitServer.Commit, "main");

    private static OwnerSource.Git Brought(string? branch) =>
        new($"https://{GitServer.Host}/{GitServer.Repository}", "apps/web", GitServer.Applied, branch);

    private static PlannedRevert OfGitHub =>
        new(GitHostKind.GitHub, GitServer.Host, GitServer.Repository, "apps/web", GitServer.Commit, "main")
        {
            PullRequest = 7,
            PullRequestId = "PR_7",
        };
}
