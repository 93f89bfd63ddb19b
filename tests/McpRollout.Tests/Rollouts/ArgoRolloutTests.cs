using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Status;
using McpRollout.Rollouts.Undo;

namespace McpRollout.Tests.Rollouts;

/// <summary>Rollouts of Argo Rollouts, in the form in which its controller v1.8 leaves them.</summary>
public sealed class ArgoRolloutTests
{
    private const string Steps =
        """{"canary": {"steps": [{"setWeight": 20}, {"pause": {}}, {"setWeight": 50}, {"pause": {"duration": "1h"}}]}}""";

    [Fact]
    public void The_current_revision_is_the_one_whose_hash_the_status_names()
    {
        var history = History(current: "bb", stable: "aa");
        Assert.Equal((2, true), (history.Current!.Number, history.IsSettled));
        Assert.Equal([1, 2], history.Find(2)!.EarlierNumbers.Append(history.Find(2)!.Number));
        Assert.Null(History(current: "none", stable: "aa").Current);
    }

    [Fact]
    public void What_the_controller_put_into_a_template_is_not_brought_back()
    {
        const string Rule = """
            {"topologyKey": "host", "labelSelector": {"matchExpressions": [{"key": "rollouts-pod-template-hash", "operator": "In"}]}}
            """;
        var template = History(current: "bb", stable: "aa").Find(2)!.Template;
        string? Affinity(string affinity) => Revision.FromReplicaSet(
            Samples.Json(Sets[0].GetRawText()
                .Replace("\"dnsPolicy\"", $"\"affinity\": {affinity}, \"dnsPolicy\"", StringComparison.Ordinal)),
            ReplicaSetMarks.OfRollouts)!.Template.GetProperty("spec").TryGetProperty("affinity", out var left) ? left.GetRawText() : null;

        Assert.Null(Affinity($$$"""{"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{{{Rule}}}]}}"""));
        Assert.Equal(
            """{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"podAffinityTerm":{"topologyKey":"zone"}}]}}""",
            Affinity($$$"""
                {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution":
                  [{"podAffinityTerm": {{{Rule}}} }, {"podAffinityTerm": {"topologyKey": "zone"}}]}}
                """));
        Assert.Equal("""{"labels":{"app":"web"},"annotations":{"team":"shop"}}""", template.GetProperty("metadata").GetRawText());
    }

    [Fact]
    public void A_template_is_compared_with_the_defaults_that_only_ReplicaSets_have()
    {
        var history = History(current: "bb", stable: "aa");
        Assert.NotEqual(history.Workload.TemplateDigest, history.Current!.TemplateDigest);
        Assert.True(history.HasTemplateOf(history.Current));
        Assert.False(history.HasTemplateOf(history.Find(3)!));
        Assert.Equal(history.Current.Template.GetRawText(), history.Template.GetRawText());
    }

    [Fact]
    public void A_spec_that_the_controller_does_not_take_is_not_settled_and_why_is_said()
    {
        var history = History(current: "bb", stable: "bb",
            status: """, "conditions": [{"type": "InvalidSpec", "status": "True", "message": "spec.strategy is missing"}]""");
        Assert.False(history.IsSettled);
        Assert.Contains("\"spec.strategy is missing\"", RolloutFindings.NotSettled(history)!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Healthy", null, nameof(RolloutState.Complete), "Healthy")]
    [InlineData("Paused", "CanaryPauseStep", nameof(RolloutState.Paused), "Paused - CanaryPauseStep")]
    [InlineData("Degraded", "ProgressDeadlineExceeded: ReplicaSet \\\"web-bb\\\" has timed out progressing.", nameof(RolloutState.Failed),
        "Degraded - ProgressDeadlineExceeded: ReplicaSet \"web-bb\" has timed out progressing.")]
    [InlineData("Progressing", "more replicas need to be updated", nameof(RolloutState.Progressing),
        "Progressing - more replicas need to be updated")]
    public void The_state_is_what_the_controller_says(string phase, string? said, string state, string message)
    {
        var status = RolloutStatus.Judge(Rollout("bb", "bb", phase, said is null ? "" : $", \"message\": \"{said}\""));
        Assert.Equal((state, message), (status.State.ToString(), status.Message));
    }

    [Theory]
    [InlineData("7", "", "Progressing - waiting for rollout spec update to be observed")]
    [InlineData("8", ", \"controllerPause\": true", "Progressing - waiting for rollout to unpause")]
    public void What_the_controller_has_not_seen_yet_it_says_nothing_of(string observed, string status, string message)
    {
        var judged = RolloutStatus.Judge(Rollout("bb", "bb", "Healthy", status, observed: observed));
        Assert.Equal((RolloutState.Progressing, message), (judged.State, judged.Message));
    }

    [Fact]
    public void While_the_ReplicaSet_of_the_latest_spec_is_refused_nothing_is_settled_or_complete()
    {
        const string Refused = """
            , "conditions": [{"type": "Progressing", "status": "False", "reason": "ReplicaSetCreateError", "message": "exceeded quota"}]
            """;
        var history = History(current: "bb", stable: "bb", status: Refused);
        Assert.False(history.IsSettled);
        Assert.Contains("\"exceeded quota\"", RolloutFindings.NotSettled(history)!.Message, StringComparison.Ordinal);
        var status = RolloutStatus.Judge(Rollout("bb", "bb", "Healthy", Refused));
        Assert.Equal((RolloutState.Progressing, "Progressing - the ReplicaSet of the latest spec cannot be made: exceeded quota"),
            (status.State, status.Message));
    }

    [Fact]
    public void An_undo_that_waits_in_a_step_says_how_it_goes_on()
    {
        var now = Rollout("bb", "aa", "Paused", ", \"message\": \"CanaryPauseStep\"");
        var verdict = UndoVerdict.Judge(
            now, now.Uid, now.TemplateDigest, "undo-1", [], TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(20));
        Assert.Equal((UndoRollout.Progressing, "Paused - CanaryPauseStep: it goes on when the pause is over, or when somebody says so "
            + "(kubectl argo rollouts promote web -n shop)."), (verdict.Rollout, verdict.Message));
    }

    [Theory]
    // The target is older than the stable one by one revision.
    [InlineData(Steps, "cc", "cc", 2, 0, "its 4 steps (one waits for somebody to go on)")]
    [InlineData(Steps, "cc", "cc", 2, 1, null)]
    // By two: one lies between.
    [InlineData(Steps, "cc", "cc", 1, 1, "within its spec.rollbackWindow (1 revisions)")]
    [InlineData(Steps, "cc", "cc", 1, 2, null)]
    // In the middle of an update: to the stable one, and to another.
    [InlineData(Steps, "cc", "bb", 2, 0, null)]
    [InlineData(Steps, "cc", "bb", 1, 0, "its 4 steps")]
    [InlineData("""{"canary": {}}""", "cc", "cc", 2, 0, null)]
    [InlineData("""{"canary": {"analysis": {}}}""", "cc", "cc", 2, 0, "goes through its analysis again")]
    // Revision 2 still runs.
    [InlineData("""{"blueGreen": {"prePromotionAnalysis": {}}}""", "cc", "cc", 2, 0, null)]
    [InlineData("""{"blueGreen": {"prePromotionAnalysis": {}, "autoPromotionEnabled": false}}""", "cc", "cc", 1, 0,
        "its analysis before promotion, its wait for somebody to promote it")]
    public void Steps_run_again_unless_the_controller_goes_straight_back(
        string strategy, string current, string stable, int to, int window, string? said)
    {
        var history = History(current, stable, strategy: strategy, spec: $", \"rollbackWindow\": {{\"revisions\": {window}}}");
        var finding = ArgoRolloutChecks.StepsAgain(history, history.Find(to)!);
        if (said is null)
            Assert.Null(finding);
        else
            Assert.Contains(said, finding?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_pinned_images_the_target_is_a_new_revision_and_goes_through_the_steps()
    {
        var history = History("cc", "bb", strategy: Steps).WithPins(2, [new ImagePin("app", "web@sha256:" + new string('0', 64))]);
        Assert.NotNull(ArgoRolloutChecks.StepsAgain(history, history.Find(2)!));
    }

    [Theory]
    [InlineData("bb", "", true)]
    [InlineData("bb", ", \"abort\": true", false)]
    [InlineData("cc", "", false)]
    [InlineData("", "", false)]
    public void Abort_is_offered_while_an_update_is_under_way(string stable, string status, bool isOffered) =>
        Assert.Equal(isOffered, ArgoRolloutChecks.AbortInstead(History("cc", stable, status: status)) is not null);

    [Theory]
    [InlineData("Deployment", "with resource_type \"deployment\" and name \"api\"")]
    [InlineData("PodTemplate", "It keeps no revisions: what it said before has to be put back there.")]
    public void A_template_that_stands_elsewhere_is_named(string kind, string said)
    {
        var raw = JsonNode.Parse(Text("cc", "cc", "Healthy", "", Steps, "", "8"))!;
        raw["spec"]!.AsObject().Remove("template");
        raw["spec"]!.AsObject().Remove("selector");
        raw["spec"]!["workloadRef"] = new JsonObject { ["kind"] = kind, ["name"] = "api" };
        var workload = Workload.From(ResourceType.Rollout, Samples.Json(raw.ToJsonString()));
        var history = RevisionHistory.From(workload, Sets);

        Assert.Equal("app=web", workload.LabelSelector);
        Assert.Equal(3, history.Current?.Number);
        var finding = ArgoRolloutChecks.TemplateElsewhere(history)!;
        Assert.Equal(FindingSeverity.Blocks, finding.Severity);
        Assert.Contains(said, finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_both_it_cannot_be_read()
    {
        var raw = JsonNode.Parse(Text("cc", "cc", "Healthy", "", Steps, "", "8"))!;
        raw["spec"]!.AsObject().Remove("template");
        Assert.Throws<JsonException>(() => Workload.From(ResourceType.Rollout, Samples.Json(raw.ToJsonString())));
    }

    private static IReadOnlyList<JsonElement> Sets =>
    [
        Set("aa", 1, "01", pods: 0),
        Set("bb", 2, "02", pods: 1, """, "rollout.argoproj.io/revision-history": "1" """.TrimEnd()
            + """, "rollout.argoproj.io/ephemeral-metadata": "{\"labels\":{\"role\":\"canary\"},\"annotations\":{\"until\":\"noon\"}}" """),
        Set("cc", 3, "03", pods: 2),
    ];

    private static RevisionHistory History(string current, string stable, string strategy = Steps, string spec = "", string status = "") =>
        RevisionHistory.From(Rollout(current, stable, "Healthy", status, strategy, spec), Sets);

    private static Workload Rollout(
        string current, string stable, string phase, string status = "", string strategy = Steps, string spec = "",
        string observed = "8") =>
        Workload.From(ResourceType.Rollout, Samples.Json(Text(current, stable, phase, status, strategy, spec, observed)));

    private static string Text(
        string current, string stable, string phase, string status, string strategy, string spec, string observed) => $$$$"""
        {"metadata": {"name": "web", "namespace": "shop", "uid": "u", "generation": 8,
          "annotations": {"rollout.argoproj.io/revision": "3"}},
         "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "strategy": {{{{strategy}}}}{{{{spec}}}},
          "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "app", "image": "web:{{{{current}}}}"}]}}},
         "status": {"observedGeneration": "{{{{observed}}}}", "currentPodHash": "{{{{current}}}}", "stableRS": "{{{{stable}}}}",
          "selector": "app=web", "phase": "{{{{phase}}}}"{{{{status}}}} } }
        """;

    private static JsonElement Set(string hash, int revision, string day, int pods, string annotations = "") => Samples.Json($$$$"""
        {"metadata": {"name": "web-{{{{hash}}}}", "uid": "rs-{{{{hash}}}}", "creationTimestamp": "2026-11-{{{{day}}}}T10:00:00Z",
          "labels": {"app": "web", "rollouts-pod-template-hash": "{{{{hash}}}}"},
          "annotations": {"rollout.argoproj.io/revision": "{{{{revision}}}}"{{{{annotations}}}} },
          "ownerReferences": [{"uid": "u", "kind": "Rollout", "name": "web", "controller": true}]},
         "spec": {"template": {
          "metadata": {"labels": {"app": "web", "role": "canary", "rollouts-pod-template-hash": "{{{{hash}}}}"},
           "annotations": {"team": "shop", "until": "noon"}},
          "spec": {"dnsPolicy": "ClusterFirst", "containers": [{"name": "app", "image": "web:{{{{hash}}}}"}]}}},
         "status": {"replicas": {{{{pods}}}} } }
        """);
}
