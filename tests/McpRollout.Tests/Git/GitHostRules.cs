using McpRollout.Approvals.Git;

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

    private static PlannedRevert OfGitHub =>
        new(GitHostKind.GitHub, GitServer.Host, GitServer.Repository, "apps/web", GitServer.Commit, "main")
        {
            PullRequest = 7,
            PullRequestId = "PR_7",
        };
}
