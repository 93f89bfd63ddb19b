using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Git;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.History;
using McpRollout.Tests.Git;

namespace McpRollout.Tests.Executor;

/// <summary>The revert in Git of what a paused owner brought: opened once, after the undo is applied, and told truly whatever answer
/// comes.</summary>
public sealed class RevertOpeningRules
{
    private const string Owner = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/shop";

    public static TheoryData<string> Kinds => [nameof(GitHostKind.GitHub), nameof(GitHostKind.GitLab)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task OneRevertIsOpenedOnceTheUndoIsApplied(string kind)
    {
        await using var git = await GitServer.StartAsync(Enum.Parse<GitHostKind>(kind));
        await using var stage = await OwnedAsync(git.Options());
        var asked = await stage.AskAsync(pausesOwner: true);
        Assert.DoesNotContain(git.Calls, call => call.IsWrite);
        var step = Assert.Single(asked.Steps, step => step.Contains("request that reverts commit 4d5e6f0011", StringComparison.Ordinal));
        Assert.Contains("(\"Use image app:2\", by \"Mallory\", in the words of Git)", step, StringComparison.Ordinal);
        Assert.Contains("in git.example.com/shop/deploy, branch main. It is not merged", step, StringComparison.Ordinal);
        Assert.NotEqual(asked.Plan.Digest, (asked.Plan with { Revert = null }).Digest);
        Assert.NotEqual(asked.Plan.Digest, (asked.Plan with { Revert = asked.Plan.Revert! with { Commit = GitServer.Applied } }).Digest);
        Assert.Contains(asked.Findings, finding => finding.Code == "opens-revert");

        await stage.ApproveAsync(asked);
        await stage.StartExecutorAsync();
        var end = await stage.UntilAsync(asked, found => found.IsAtRest);

        Assert.Equal((RequestState.Applied, UndoRollout.Healthy), (end.State, end.Outcome!.Rollout));
        Assert.True(end.Revert!.IsOpened, end.Revert.Message);
        Assert.StartsWith("https://git.example.com/shop/deploy/", end.Revert.Url, StringComparison.Ordinal);
        var opened = Assert.Single(git.Opened);
        Assert.Equal($"Revert 4d5e6f0011: deployment/checkout went back to revision {asked.Plan.ToRevision} ({asked.Id})",
            (string?)opened["title"]);
        var body = (string)opened["text"]!;
        Assert.Contains("`alice`", body, StringComparison.Ordinal);
        Assert.Contains("`It crashes.`", body, StringComparison.Ordinal);
        Assert.Contains("kubectl patch application shop", body, StringComparison.Ordinal);
        var events = stage.AuditEvents.ToList();
        Assert.Equal(["undo.opening_revert", "undo.revert_opened"],
            events.Where(name => name.Contains("revert", StringComparison.Ordinal)));
        Assert.True(events.IndexOf("undo.applied") < events.IndexOf("undo.opening_revert"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task WhatWasOpenedIsFoundAgainWhereTheAnswerWasLost(string kind)
    {
        await using var git = await GitServer.StartAsync(Enum.Parse<GitHostKind>(kind));
        await using var stage = await OwnedAsync(git.Options());
        var asked = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        var dropped = git.Disturb(call => call.Opens, GitFault.Drop);
        await stage.StartExecutorAsync();
        await dropped;
        var end = await stage.UntilAsync(asked, found => found.IsAtRest);

        Assert.True(end.Revert!.IsOpened, end.Revert.Message);
        Assert.Single(git.Opened);
        Assert.Single(git.Calls, call => call.Opens);
        Assert.Single(stage.AuditEvents, name => name == "undo.opening_revert");
    }

    [Theory]
    [InlineData("/repository/branches", "Drop")]
    [InlineData("/repository/branches", "Ignore")]
    [InlineData("/revert", "Drop")]
    [InlineData("/revert", "Ignore")]
    [InlineData("/merge_requests", "Ignore")]
    [InlineData("/merge_requests", "Fail")]
    public async Task GitLabIsAskedAgainForWhatIsMissingAndForNothingElse(string path, string fault)
    {
        await using var git = await GitServer.StartAsync(GitHostKind.GitLab);
        await using var stage = await OwnedAsync(git.Options());
        var asked = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        var disturbed = git.Disturb(
            call => call.IsWrite && call.Path.EndsWith(path, StringComparison.Ordinal), Enum.Parse<GitFault>(fault));
        await stage.StartExecutorAsync();
        await disturbed;
        var end = await stage.UntilAsync(asked, found => found.IsAtRest);

        Assert.True(end.Revert!.IsOpened, end.Revert.Message);
        Assert.Single(git.Opened);
        Assert.Equal(["main", $"mcp-rollout/{asked.Id}"], git.Branches.Order());
    }

    [Fact]
    public async Task GitHubIsNotAskedAgainWhereItMayHaveTakenIt()
    {
        await using var git = await GitServer.StartAsync(GitHostKind.GitHub);
        await using var stage = await OwnedAsync(git.Options());
        var asked = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        var ignored = git.Disturb(call => call.Opens, GitFault.Ignore);
        await stage.StartExecutorAsync();
        await ignored;
        var end = await stage.UntilAsync(asked, found => found.IsAtRest);

        Assert.False(end.Revert!.IsOpened);
        Assert.StartsWith(
            "Whether it was opened is not known, and it is not asked for again", end.Revert.Message, StringComparison.Ordinal);
        Assert.Single(git.Calls, call => call.Opens);
        Assert.Equal("undo.revert_not_opened", stage.AuditEvents.Single(name => name.StartsWith("undo.revert_", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task GitHubIsAskedAgainWhereItTookNothing()
    {
        await using var git = await GitServer.StartAsync(GitHostKind.GitHub);
        await using var stage = await OwnedAsync(git.Options());
        var asked = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        var limited = git.Disturb(call => call.Opens, GitFault.Limit);
        await stage.StartExecutorAsync();
        await limited;
        var end = await stage.UntilAsync(asked, found => found.IsAtRest);

        Assert.True(end.Revert!.IsOpened, end.Revert.Message);
        Assert.Single(git.Opened);
        Assert.Equal(2, stage.AuditEvents.Count(name => name == "undo.opening_revert"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task AProcessThatComesAfterFindsWhatTheOneBeforeHasOpened(string kind)
    {
        await using var git = await GitServer.StartAsync(Enum.Parse<GitHostKind>(kind));
        await using var stage = await OwnedAsync(git.Options());
        var asked = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        var held = git.Disturb(call => call.Opens, GitFault.Hold);
        await stage.StartExecutorAsync();
        await held;
        await stage.UntilAsync(asked, found => found.IsFinished);
        await stage.RestartAsync();
        await stage.StartExecutorAsync();
        var end = await stage.UntilAsync(asked, found => found.IsAtRest);

        Assert.True(end.Revert!.IsOpened, end.Revert.Message);
        Assert.Single(git.Opened);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ATokenThatIsNotAcceptedIsToldWithoutItAndTheUndoStands(string kind)
    {
        await using var git = await GitServer.StartAsync(Enum.Parse<GitHostKind>(kind));
        await using var stage = await OwnedAsync(git.Options());
        var asked = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        const string wrong = "wrong-wrong-wrong-wrong-1";
        git.WriteToken(wrong);
        await stage.StartExecutorAsync();
        var end = await stage.UntilAsync(asked, found => found.IsAtRest);

        Assert.Equal((RequestState.Applied, UndoRollout.Healthy), (end.State, end.Outcome!.Rollout));
        Assert.StartsWith("It was not opened: git.example.com answered 401", end.Revert!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong, await File.ReadAllTextAsync(stage.AuditFile, TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.DoesNotContain(wrong, end.Revert.Message, StringComparison.Ordinal);
        Assert.Empty(git.Opened);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task WhatCannotBeRevertedByThenIsLeftToPeople(string kind)
    {
        await using var git = await GitServer.StartAsync(Enum.Parse<GitHostKind>(kind));
        await using var stage = await OwnedAsync(git.Options());
        var asked = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        git.CannotRevert = "conflict";
        await stage.StartExecutorAsync();
        var end = await stage.UntilAsync(asked, found => found.IsAtRest);

        Assert.Equal(RequestState.Applied, end.State);
        Assert.StartsWith("It was not opened: git.example.com ", end.Revert!.Message, StringComparison.Ordinal);
        Assert.Empty(git.Opened);
    }

    [Fact]
    public async Task AttemptsEndWhateverFails()
    {
        await using var git = await GitServer.StartAsync(GitHostKind.GitHub);
        await using var stage = await OwnedAsync(git.Options());
        var asked = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        stage.RevertPatience = TimeSpan.Zero;
        await stage.RestartAsync();
        stage.GitHosts.Dispose();
        await stage.StartExecutorAsync();
        var end = await stage.UntilAsync(asked, found => found.IsAtRest);

        Assert.Contains("git.example.com could not be asked (ObjectDisposedException)", end.Revert!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoeverMayNotPushToTheBranchOpensItAllTheSame()
    {
        await using var git = await GitServer.StartAsync(GitHostKind.GitLab);
        git.IsProtected = true;
        await using var stage = await OwnedAsync(git.Options());
        var asked = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        await stage.StartExecutorAsync();

        Assert.True((await stage.UntilAsync(asked, found => found.IsAtRest)).Revert!.IsOpened);
        Assert.Single(git.Opened);
    }

    [Fact]
    public async Task AnAddressElsewhereIsNoLink()
    {
        await using var git = await GitServer.StartAsync(GitHostKind.GitLab);
        git.Origin = "https://evil.example.org";
        await using var stage = await OwnedAsync(git.Options());
        var asked = await stage.ApproveAsync(await stage.AskAsync(pausesOwner: true));
        await stage.StartExecutorAsync();
        var end = await stage.UntilAsync(asked, found => found.IsAtRest);

        Assert.True(end.Revert!.IsOpened, end.Revert.Message);
        Assert.Equal(("!1", null), (end.Revert.Name, end.Revert.Url));
    }

    [Theory]
    [InlineData("GitHub", "other/*", "Git:Hosts does not cover git.example.com/shop/deploy")]
    [InlineData("GitHub", "no pull request", "came with no pull request that was merged")]
    [InlineData("GitHub", "wrong token", "git.example.com answered 401")]
    [InlineData("GitLab", "wrong token", "git.example.com answered 401")]
    [InlineData("GitLab", "no answer", "its host did not answer within 3 seconds")]
    [InlineData("GitHub", "unreachable", "git.example.com cannot be reached")]
    public async Task WhatCannotBeOpenedIsSaidAndRefusesNoUndo(string kind, string why, string said)
    {
        await using var git = await GitServer.StartAsync(Enum.Parse<GitHostKind>(kind));
        await using var stage = await OwnedAsync(git.Options(why == "other/*" ? why : "shop/*"));
        git.HasPullRequest = why != "no pull request";
        if (why == "wrong token")
            git.WriteToken("wrong-wrong-wrong-wrong-1");
        if (why == "no answer")
            _ = git.Disturb(_ => true, GitFault.Hold);
        if (why == "unreachable")
            await git.StopAsync();
        var asked = await stage.AskAsync(pausesOwner: true);

        Assert.Null(asked.Plan.Revert);
        var finding = Assert.Single(asked.Findings, finding => finding.Code == "revert-by-hand");
        Assert.StartsWith("No revert can be opened of what Application argocd/shop brought: ", finding.Message, StringComparison.Ordinal);
        Assert.Contains(said, finding.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-wrong", JsonSerializer.Serialize(asked, RequestJson.Default.UndoRequest), StringComparison.Ordinal);
        if (why == "other/*")
            Assert.Empty(git.Calls);
    }

    [Fact]
    public async Task WhatIsSecretInACommitIsNotShown()
    {
        await using var git = await GitServer.StartAsync(GitHostKind.GitHub);
        git.Title = "Set password=hunter2-hunter2";
        await using var stage = await OwnedAsync(git.Options());
        var asked = await stage.AskAsync(pausesOwner: true);
        Assert.StartsWith("Set password=", asked.Plan.Revert!.Title, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", JsonSerializer.Serialize(asked, RequestJson.Default.UndoRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyIsAskedWithoutThePauseOrWithoutSettings()
    {
        await using var git = await GitServer.StartAsync(GitHostKind.GitLab);
        await using var stage = await OwnedAsync(git.Options());
        var asked = await stage.AskAsync();
        Assert.Null(asked.Plan.Revert);
        Assert.Empty(git.Calls);

        await using var unset = await OwnedAsync(null);
        var plain = await unset.AskAsync(pausesOwner: true);
        Assert.Null(plain.Plan.Revert);
        Assert.DoesNotContain(plain.Findings, finding => finding.Code.Contains("revert", StringComparison.Ordinal));
    }

    private static async Task<ExecutorStage> OwnedAsync(GitHostOptions? git)
    {
        var stage = await ExecutorStage.SetAsync(git: git);
        await stage.SendAsync(HttpMethod.Post, "/api/v1/namespaces", JsonNode.Parse("""{"metadata":{"name":"argocd"}}"""));
        await stage.SendAsync(HttpMethod.Post, Path.GetDirectoryName(Owner)!, JsonNode.Parse($$$"""
            {"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"shop"},
             "spec":{"syncPolicy":{"automated":{"prune":true,"selfHeal":true} },
               "source":{"repoURL":"https://git:hunter2-hunter2@git.example.com/shop/deploy.git","path":"./apps/web",
                 "targetRevision":"HEAD"} },
             "status":{"history":[{"revision":"{{{GitServer.Applied}}}"}]} }
            """));
        await stage.ChangeAsync(JsonNode.Parse(
            """{"metadata":{"annotations":{"argocd.argoproj.io/tracking-id":"shop:apps/Deployment:shop/checkout"}}}""")!.AsObject());
        await stage.UntilSettledAsync();
        return stage;
    }
}
