using McpRollout.Approvals.Git;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Reverts;
using McpRollout.Mcp.Answers;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Owners;
using McpRollout.Tests.Broker;

namespace McpRollout.Tests.Git;

public sealed class RevertTextRules
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void NobodysWordsCanMentionLinkOrCommandAtTheHost()
    {
        var request = Applied() with
        {
            Reason = "x\n/merge\n`@everyone` ![](https://evil.example) password=hunter2-hunter2",
            Decisions = [new Decision("alice", Verdict.Approve, Now, "/approve\n@all")],
        };
        var body = RevertText.Draft(request, null).Body;

        Assert.DoesNotContain("hunter2", body, StringComparison.Ordinal);
        Assert.All(body.Split('\n'), line =>
        {
            Assert.DoesNotMatch(@"^\s*/", line);
            var outside = string.Concat(line.Split('`').Where((_, at) => at % 2 == 0));
            Assert.DoesNotContain("@", outside, StringComparison.Ordinal);
            Assert.DoesNotContain("evil", outside, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void TheTitleHasTheCommitTheWorkloadAndTheRequest() =>
        Assert.Equal("Revert 4d5e6f0011: deployment/checkout went back to revision 3 (undo-1)", RevertText.Draft(Applied(), null).Title);

    [Fact]
    public void WhereItStandsIsToldWithWhatIsLeftToPeople()
    {
        var request = Applied();
        Assert.Null(RevertText.Standing(request with { State = RequestState.Approved }));
        Assert.EndsWith("is about to be opened. Call k8s_rollout_undo_status with wait_seconds 50 for it.", Next(request),
            StringComparison.Ordinal);

        var progress = new RevertProgress("a", Now, 1, Now) { EndedAt = Now };
        Assert.EndsWith("The merge request !3 that reverts commit 4d5e6f0011 is open at https://git.example.com/x: have it reviewed and "
            + "merged, and only then resume Kustomization flux-system/shop.",
            Next(request with { Revert = progress with { Name = "!3", Url = "https://git.example.com/x" } }), StringComparison.Ordinal);
        Assert.EndsWith($"It was not opened: busy. To revert it by hand: git revert {GitServer.Commit}, in git.example.com/shop/deploy",
            Next(request with { Revert = progress with { Message = "It was not opened: busy." } }), StringComparison.Ordinal);
    }

    [Fact]
    public void AnAttemptThatSleptIsNotToldInPlaceOfTheOneThatTookOver()
    {
        var limits = new RevertLimits(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(1));
        var first = RevertTransitions.Announce(Applied(), "one", _ => false, limits, Now)!.Next;
        Assert.Null(RevertTransitions.Announce(first, "two", _ => true, limits, Now));
        var second = RevertTransitions.Announce(first, "two", _ => false, limits, Now)!;

        Assert.Empty(second.Records);
        Assert.Null(RevertTransitions.After(second.Next, first, false, new RevertResult.Opened("!1", null), limits, Now));
        Assert.True(RevertTransitions.After(second.Next, second.Next, true, new RevertResult.Opened("!1", null), limits, Now)!
            .Next.Revert!.IsOpened);
    }

    [Fact]
    public void WhatMayBeOpenedIsNotToldAsUnopenedWhereTheLookForItIsRefused()
    {
        var limits = new RevertLimits(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(1));
        var held = RevertTransitions.Announce(Applied(), "one", _ => false, limits, Now)!.Next;
        string? Told(bool mayBeOpened) => RevertTransitions.After(
            held, held, mayBeOpened, new RevertResult.Refused("it answered 401"), limits, Now)!.Next.Revert!.Message;

        Assert.Equal("It was not opened: it answered 401.", Told(mayBeOpened: false));
        Assert.StartsWith("Whether it was opened is not known, and it is not asked for again: it answered 401.", Told(mayBeOpened: true),
            StringComparison.Ordinal);
    }

    [Fact]
    public void WhatNobodyCanOpenIsGivenUpAndSaysSo()
    {
        var given = RevertTransitions.GiveUp(Applied(), _ => false, Now)!;
        Assert.Equal("It was not opened: no server that runs has the settings for its host.", given.Next.Revert!.Message);
        Assert.False(given.Next.AwaitsRevert);
        Assert.Null(RevertTransitions.GiveUp(given.Next, _ => false, Now));
    }

    private static string Next(UndoRequest request) => NextSteps.For(request, "https://page", null);

    private static UndoRequest Applied()
    {
        var request = TempStore.NewRequest(now: Now);
        return request with
        {
            State = RequestState.Applied,
            Outcome = new UndoOutcome("Done.", Now, UndoRollout.Healthy),
            PausedAt = Now,
            Plan = request.Plan with
            {
                Pause = new(OwnerKind.Kustomization, "flux-system", "shop", "u", "null"),
                Revert = new(GitHostKind.GitLab, GitServer.Host, GitServer.Repository, "apps/web", GitServer.Commit, "main")
                {
                    Title = "Use image app:2",
                    Author = "Mallory",
                },
            },
        };
    }
}
