using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Rollouts;

public sealed class RolloutFindingsTests
{
    [Fact]
    public void Config_that_the_target_reads_is_not_restored()
    {
        var history = Samples.DeploymentHistory();
        var finding = Assert.Single(RolloutFindings.For(history, history.Find(1)!));
        Assert.Equal((FindingSeverity.Informs, "config-not-restored"), (finding.Severity, finding.Code));
        Assert.Contains("Secret db ", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_paused_Deployment_blocks() => Assert.Equal(
        "Blocks paused, Informs config-not-restored",
        Codes(Samples.DeploymentHistory(("\"progressDeadlineSeconds\"", "\"paused\": true, \"progressDeadlineSeconds\"")), 1));

    [Fact]
    public void A_change_that_waits_for_a_paused_Deployment_is_no_reason_to_wait() => Assert.Equal(
        "Blocks paused, Informs config-not-restored",
        Codes(
            Samples.DeploymentHistory(
                ("\"progressDeadlineSeconds\"", "\"paused\": true, \"progressDeadlineSeconds\""),
                ("crash-1.4.2", "1.4.3")),
            1));

    [Fact]
    public void An_unsettled_history_blocks() => Assert.Equal(
        "Blocks not-settled", Codes(Samples.DaemonSetHistory(("\"generation\": 2", "\"generation\": 3")), 1));

    [Fact]
    public void What_lasts_is_never_called_wait_a_few_seconds()
    {
        const string Progressing = """
            "message": "ReplicaSet \"checkout-86b4b99d5d\" is progressing.",
                    "reason": "ReplicaSetUpdated",
                    "status": "True",
            """;
        var settling = Samples.DeploymentHistory(("crash-1.4.2", "1.4.3"));
        var refused = Samples.DeploymentHistory(("crash-1.4.2", "1.4.3"), (Progressing,
            """ "message": "exceeded quota: small", "reason": "ReplicaSetCreateError", "status": "False", """));
        var deleted = Samples.DeploymentHistory(("crash-1.4.2", "1.4.3"),
            ("\"generation\": 2", "\"generation\": 2, \"deletionTimestamp\": \"2026-11-22T00:50:00Z\""));

        Assert.Contains("in a few seconds", RolloutFindings.NotSettled(settling)!.Message, StringComparison.Ordinal);
        Assert.IsType<IntakeRefusal.NotSettled>(UndoPlanning.Refusal(Ask(settling), settling));
        Assert.EndsWith("\"exceeded quota: small\". That must be mended first; it does not pass by itself.",
            RolloutFindings.NotSettled(refused)!.Message, StringComparison.Ordinal);
        Assert.Equal(RolloutFindings.NotSettled(refused), Blocking(refused));
        Assert.Null(RolloutFindings.NotSettled(deleted));
        Assert.Equal("being-deleted", Blocking(deleted).Code);

        static IntakeInput Ask(RevisionHistory history) => new(history.Workload.Ref, 1, 2, "It crashes.", new Requester("dev", "test"));
        static Finding Blocking(RevisionHistory history) =>
            Assert.IsType<IntakeRefusal.Blocked>(UndoPlanning.Refusal(Ask(history), history)).Finding;
    }

    [Fact]
    public void A_workload_that_is_being_deleted_says_so_before_it_has_a_revision() => Assert.Equal(
        "being-deleted",
        Assert.Single(HistoryFindings.WithoutRevisions(
            RevisionHistory.From(
                Samples.Deployment(("\"generation\": 2", "\"generation\": 2, \"deletionTimestamp\": \"2026-11-22T00:50:00Z\"")), [], []),
            areUndosKnown: true)).Code);

    [Fact]
    public void The_current_revision_blocks() => Assert.Equal("Blocks target-current", Codes(Samples.DaemonSetHistory(), 2));

    [Fact]
    public void An_older_revision_with_the_same_template_blocks() => Assert.Equal(
        "Blocks same-template",
        Codes(
            RevisionHistory.From(
                Samples.DaemonSet(),
                Samples.List(Recorded.DaemonSetRevisions.Replace("shop/agent:3", "shop/agent:missing-4", StringComparison.Ordinal))),
            1));

    [Fact]
    public void A_pod_that_an_ordered_StatefulSet_waits_for_warns()
    {
        var history = Samples.StatefulSetHistory();
        var finding = Assert.Single(RolloutFindings.For(history, history.Find(1)!));
        Assert.Equal((FindingSeverity.Warns, "statefulset-stuck-pods"), (finding.Severity, finding.Code));
        Assert.StartsWith("db-1 is not ready.", finding.Message, StringComparison.Ordinal);
        Assert.EndsWith("(kubectl -n rollouts-lab delete pod db-1).", finding.Message, StringComparison.Ordinal);
        Assert.Equal("", Codes(Samples.StatefulSetHistory(("OrderedReady", "Parallel")), 1));
    }

    [Fact]
    public void OnDelete_warns() => Assert.Equal(
        "Warns on-delete", Codes(Samples.DaemonSetHistory(("\"type\": \"RollingUpdate\"", "\"type\": \"OnDelete\"")), 1));

    [Fact]
    public void A_partition_warns() => Assert.Equal(
        "Warns statefulset-stuck-pods, Warns partition", Codes(Samples.StatefulSetHistory(("\"partition\": 0", "\"partition\": 1")), 1));

    [Fact]
    public void References_to_config_are_found_wherever_they_are() => Assert.Equal(
        ["ConfigMap c1", "ConfigMap c2", "ConfigMap c3", "ConfigMap c4", "Secret s1", "Secret s2", "Secret s3", "Secret s4"],
        TemplateReference.ReadBy(Samples.Json("""
            {"spec":{"volumes":[{"name":"a","configMap":{"name":"c1"}},{"name":"b","secret":{"secretName":"s1"}},
              {"name":"c","projected":{"sources":[{"configMap":{"name":"c2"}},{"secret":{"name":"s2"}}]}},{"name":"d","emptyDir":{}}],
             "containers":[{"envFrom":[{"configMapRef":{"name":"c3"}},{"secretRef":{"name":"s3"}}]}],
             "initContainers":[{"env":[{"valueFrom":{"configMapKeyRef":{"name":"c4","key":"k"}}},{"valueFrom":{"secretKeyRef":{"name":"s4","key":"k"}}},{"name":"x","value":"y"}]}]}}
            """)));

    private static string Codes(RevisionHistory history, long target) =>
        string.Join(", ", RolloutFindings.For(history, history.Find(target)!).Select(finding => $"{finding.Severity} {finding.Code}"));
}
