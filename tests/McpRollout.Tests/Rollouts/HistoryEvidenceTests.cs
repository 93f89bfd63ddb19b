using System.Text.Json;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.History;
using McpRollout.Tests.Broker;

namespace McpRollout.Tests.Rollouts;

public sealed class HistoryEvidenceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 1, 0, 49, TimeSpan.Zero);

    [Fact]
    public void A_Deployment_tells_which_pods_fail_and_how_long_each_revision_served()
    {
        var evidence = HistoryEvidence.Of(Samples.DeploymentHistory(), [], Now);
        var (current, before) = (Of(evidence, 2), Of(evidence, 1));

        Assert.StartsWith("app CrashLoopBackOff", current.Failing, StringComparison.Ordinal);
        Assert.Equal("20 min", current.Served.ToString());
        Assert.False(current.IsRolledOut);
        Assert.Null(before.Failing);
        Assert.Equal(TimeSpan.FromSeconds(1122), before.Served.Longest);
        Assert.Equal(["served 18 min (by ReplicaSet times; how healthy it was then is not kept)"], before.Lines(evidence.History));
    }

    [Fact]
    public void A_StatefulSets_status_names_the_last_revision_that_was_rolled_out()
    {
        var evidence = HistoryEvidence.Of(Samples.StatefulSetHistory(), [], Now);

        Assert.True(Of(evidence, 1).IsRolledOut);
        Assert.False(Of(evidence, 2).IsRolledOut);
        Assert.NotNull(Of(evidence, 2).Failing);
    }

    [Fact]
    public void A_DaemonSets_pods_are_told_apart_by_revision()
    {
        var evidence = HistoryEvidence.Of(Samples.DaemonSetHistory(), [], Now);

        Assert.NotNull(Of(evidence, 2).Failing);
    }

    [Fact]
    public void Where_pods_were_not_read_nothing_is_said_of_them()
    {
        var unread = RevisionHistory.From(Samples.Deployment(), Samples.List(Recorded.ReplicaSets));
        Assert.Null(Of(HistoryEvidence.Of(unread, [], Now), 2).Problems);
    }

    [Fact]
    public void A_revision_that_was_brought_back_did_not_begin_when_it_was_made()
    {
        var evidence = HistoryEvidence.Of(BroughtBack(), [], Now);

        // As revision 1 from 00:22:07 to 00:40:49, and as 3 since nobody knows when.
        Assert.Equal("18 min to 38 min", Of(evidence, 3).Served.ToString());
        Assert.Equal("at most 20 min", Of(evidence, 2).Served.ToString());
        Assert.Contains("was revision 1 before (annotation of the ReplicaSet)", Of(evidence, 3).Lines(evidence.History));
    }

    [Fact]
    public void An_undo_on_record_says_when_it_was_what_became_of_it_and_what_it_left()
    {
        var history = BroughtBack();
        var undo = Undo(history, made: 3);
        var evidence = HistoryEvidence.Of(history, [undo], Now);

        Assert.Equal("28 min", Of(evidence, 3).Served.ToString());
        Assert.Equal("10 min", Of(evidence, 2).Served.ToString());
        Assert.Equal("undo-1", Of(evidence, 3).MadeByUndo);
        Assert.Contains("brought back by undo-1, 2 -> 1, 2026-11-22 00:50Z: healthy (record of this server)",
            Of(evidence, 3).Lines(history));
        Assert.Contains("undone by undo-1, 2 -> 1, 2026-11-22 00:50Z: healthy (record of this server)", Of(evidence, 2).Lines(history));
    }

    [Fact]
    public void An_undo_of_a_workload_that_was_made_again_says_nothing_of_this_one()
    {
        var history = BroughtBack();
        var evidence = HistoryEvidence.Of(history, [Undo(history, made: 3) with { WorkloadUid = "another" }], Now);

        Assert.Null(Of(evidence, 3).MadeByUndo);
        Assert.Empty(Of(evidence, 2).Undone);
    }

    [Fact]
    public void Annotations_that_a_Deployment_hands_on_make_no_later_release_an_undo()
    {
        const string Left = "\"mcp-rollout.dev/request-id\": \"undo-7\", \"kubernetes.io/change-cause\": \"mcp-rollout: undo to revision "
            + "1, approved by alice (undo-7)\", ";
        var history = BroughtBack(Left, released: true);
        var evidence = HistoryEvidence.Of(history, [], Now);

        Assert.Equal("undo-7", Of(evidence, 3).MadeByUndo);
        Assert.Contains("undo-7", Of(evidence, 3).ChangeCause, StringComparison.Ordinal);
        Assert.Equal((null, null), (Of(evidence, 4).MadeByUndo, Of(evidence, 4).ChangeCause));
    }

    [Fact]
    public void The_store_tells_only_of_undos_that_arrived()
    {
        var request = TempStore.NewRequest();
        Assert.Null(EarlierUndos.Of(request));
        Assert.Null(EarlierUndos.Of(request with { State = RequestState.Stale, ExecutingSince = Now, Outcome = new("moved", Now) }));

        var applied = request with
        {
            State = RequestState.Applied,
            ExecutingSince = Now,
            AppliedDigest = "d",
            Outcome = new("fine", Now.AddMinutes(1), UndoRollout.Healthy, 5),
        };
        Assert.Equal(
            new EarlierUndo("undo-1", "uid-1", 4, 3, request.Plan.FromDigest, "d", Now, Now.AddMinutes(1), 5, UndoRollout.Healthy),
            EarlierUndos.Of(applied));

        // What is current once another change has come in between is not what the undo made.
        Assert.Null(EarlierUndos.Of(applied with { Outcome = applied.Outcome with { Rollout = UndoRollout.Superseded } })!.MadeRevision);
    }

    private static RevisionEvidence Of(HistoryEvidence evidence, long number) => evidence[evidence.History.Find(number)!];

    private static EarlierUndo Undo(RevisionHistory history, long made) => new(
        "undo-1", history.Workload.Uid, 2, 1, history.Find(2)!.TemplateDigest, history.Find(made)!.TemplateDigest,
        Now.AddMinutes(-10), Now.AddMinutes(-9.5), made, UndoRollout.Healthy);

    // What kubectl rollout undo leaves: the first ReplicaSet as revision 3, with its creation as it was.
    private static RevisionHistory BroughtBack(string annotations = "", bool released = false)
    {
        var sets = Recorded.ReplicaSets.Replace(
            "\"deployment.kubernetes.io/revision\": \"1\"",
            $"{annotations}\"deployment.kubernetes.io/revision\": \"3\", \"deployment.kubernetes.io/revision-history\": \"1\"",
            StringComparison.Ordinal);
        List<JsonElement> list = [.. Samples.List(sets)];
        if (released)
        {
            list.Add(Samples.Json(list[1].GetRawText()
                .Replace("\"deployment.kubernetes.io/revision\": \"2\"", $"{annotations}\"deployment.kubernetes.io/revision\": \"4\"",
                    StringComparison.Ordinal)
                .Replace("00:40:49Z", "00:58:00Z", StringComparison.Ordinal)
                .Replace("crash-1.4.2", "1.4.3", StringComparison.Ordinal)
                .Replace("checkout-86b4b99d5d", "checkout-77", StringComparison.Ordinal)));
        }

        var current = released ? "4" : "3";
        return RevisionHistory.From(
            Samples.Deployment(("\"deployment.kubernetes.io/revision\": \"2\"", $"\"deployment.kubernetes.io/revision\": \"{current}\"")),
            list,
            Samples.List(Recorded.DeploymentPods));
    }
}
