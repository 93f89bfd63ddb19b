using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Requests;
using McpRollout.PracticeCluster.Faults;

namespace McpRollout.Tests.Agent;

/// <summary>What the agent is told where it chooses a revision, and when it has asked for one.</summary>
public sealed class ChoiceTests
{
    private const string Checkout = "/apis/apps/v1/namespaces/shop/deployments/checkout";
    private const string ReplicaSets = "/apis/apps/v1/namespaces/shop/replicasets";

    [Theory]
    [InlineData("ledger", 2, "statefulset-stuck-pods", "  against it: statefulset-stuck-pods", "payments", "statefulset")]
    [InlineData("lost-secret", 1, "missing-reference", "  against it: missing-reference (Secret lost-secret-2025)")]
    [InlineData("lost-key", 1, "missing-key", "  against it: missing-key (ConfigMap lost-key-settings has no key LOG_FORMAT)")]
    [InlineData("edited-config", 1, "changed-since", "  against it: changed-since (ConfigMap edited-config-settings was last written by")]
    [InlineData("twice-broken", 2, "target-was-failing", "  against it: target-was-failing")]
    [InlineData("lost-image", 2, "image-not-pullable", "  against it: image-not-pullable")]
    public async Task AHistoryTellsWhatStandsAgainstGoingBackToARevision(
        string name, long revision, string code, string line, string space = "drills", string type = "deployment")
    {
        await using var rig = await AgentRig.StartAsync(drills: true);

        var (text, facts) = await rig.CallAsync("k8s_rollout_history", Of(type, space, name));

        Assert.Contains(code, Codes(Revision(facts, revision)));
        Assert.Contains(line, text, StringComparison.Ordinal);
        Assert.Empty(Codes(Revision(facts, facts.GetProperty("current_revision").GetInt64())));
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(text), 1, 2048);
    }

    [Theory]
    [InlineData("deployment", "by-argocd", "managed-by", "Application drills/drills (Argo CD) keeps deployment/by-argocd")]
    [InlineData("deployment", "by-flux", "managed-by", "Kustomization drills/drills (Flux) keeps deployment/by-flux")]
    [InlineData("deployment", "autoscaled", "autoscaler", "HorizontalPodAutoscaler autoscaled")]
    [InlineData("statefulset", "partition", "partition",
        "The update strategy has partition 1: the undo reaches only pods with an ordinal of 1 or higher, of 2 pods")]
    [InlineData("daemonset", "on-delete", "on-delete", "daemonset/on-delete has the update strategy OnDelete")]
    public async Task AHistoryTellsWhoElseDecidesAboutTheWorkload(string type, string name, string code, string said)
    {
        await using var rig = await AgentRig.StartAsync(drills: true);
        var (text, facts) = await rig.CallAsync("k8s_rollout_history", Of(type, "drills", name));
        Assert.Contains(facts.GetProperty("findings").EnumerateArray(), each => each.GetProperty("code").GetString() == code
            && each.GetProperty("message").GetString()!.StartsWith(said, StringComparison.Ordinal));
        Assert.Contains($" {code}: {said}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANumberThatTwoRevisionsClaimIsSaidAndNotUndone()
    {
        await using var rig = await AgentRig.StartAsync();
        var second = Assert.Single(await rig.Cluster.ListAsync(ReplicaSets),
            set => (string?)set["metadata"]!["annotations"]?["deployment.kubernetes.io/revision"] == "2"
                && (string?)set["metadata"]!["ownerReferences"]![0]!["name"] == "checkout");
        var name = (string)second["metadata"]!["name"]!;
        await rig.Cluster.PatchAsync(
            $"{ReplicaSets}/{name}", """{"metadata":{"annotations":{"deployment.kubernetes.io/revision":"1"} } }""");

        var (text, facts) = await rig.CallAsync("k8s_rollout_history", Of("deployment", "shop", "checkout"));
        var refusal = await rig.RefusalAsync("k8s_rollout_undo", Undo(facts));

        var alike = facts.GetProperty("revisions").EnumerateArray().Where(each => each.GetProperty("revision").GetInt64() == 1).ToList();
        Assert.Equal(2, alike.Count);
        Assert.All(alike, revision => Assert.Contains("ambiguous-revision", Codes(revision)));
        Assert.Matches($"  against it: ambiguous-revision \\(.*{name}.*\\)", text);
        Assert.Contains("Revision 1 is claimed by ", refusal, StringComparison.Ordinal);
        Assert.Contains(name, refusal, StringComparison.Ordinal);
        Assert.EndsWith("(code: ambiguous-revision)", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStatusWithoutTheRightToListPodsTellsWhatTheWorkloadSays()
    {
        await using var rig = await AgentRig.StartAsync();
        using var forbidden = rig.Cluster.Faults.Answer(403, FaultInjection.On("GET", "/pods"), times: int.MaxValue);

        var (text, facts) = await rig.CallAsync("k8s_rollout_status", Of("deployment", "shop", "checkout"));

        Assert.StartsWith("deployment/checkout in shop: failed, revision 4\ndeployment \"checkout\" exceeded its progress deadline\npods: ",
            text, StringComparison.Ordinal);
        Assert.Contains("\nThe pods could not be read: what holds them up is not known.", text, StringComparison.Ordinal);
        Assert.True(facts.GetProperty("pods_unread").GetBoolean());
        Assert.Equal(4, facts.GetProperty("revision").GetInt64());
    }

    [Fact]
    public async Task AChangeCauseIsSomebodysWordsAndRevisionsOfTheSameMinutesAreToldApartBySeconds()
    {
        await using var rig = await AgentRig.StartAsync();
        await rig.Cluster.PatchAsync(Checkout, """{"metadata":{"annotations":{"kubernetes.io/change-cause":"all is well\", undo 9"} } }""");
        await ReleaseAsync(rig, ("LOG_LEVEL", "debug"));
        await ReleaseAsync(rig, ("LOG_LEVEL", "info"), ("TAX_ENGINE", "v4"));

        var (text, _) = await rig.CallAsync("k8s_rollout_history", Of("deployment", "shop", "checkout"));

        Assert.Matches(
            "\n6 \\(current\\) [-0-9]{10} \\d\\d:\\d\\d:\\d\\dZ, .*, cause \\(somebody's words\\) \"all is well', undo 9\"", text);
        Assert.Matches("\n5 [-0-9]{10} \\d\\d:\\d\\d:\\d\\dZ, ", text);
        Assert.Matches("\n1 [-0-9]{10} \\d\\d:\\d\\dZ, ", text);
    }

    [Fact]
    public async Task EachRevisionTellsWhatItReadsAndHowItsImagesAreNamed()
    {
        await using var rig = await AgentRig.StartAsync(drills: true);
        var (text, facts) = await rig.CallAsync("k8s_rollout_history", Of("deployment", "drills", "lost-secret"));
        Assert.Equal("Secret lost-secret-2025", Revision(facts, 1).GetProperty("reads")[0].GetString());
        Assert.Contains("  reads Secret lost-secret-2025", text, StringComparison.Ordinal);
        Assert.Equal("tag", Assert.Single(Revision(facts, 1).GetProperty("image_refs").EnumerateObject()).Value.GetString());

        var (moving, tags) = await rig.CallAsync("k8s_rollout_history", Of("deployment", "drills", "latest-tag"));
        Assert.Equal("moving_tag", Assert.Single(Revision(tags, 1).GetProperty("image_refs").EnumerateObject()).Value.GetString());
        Assert.Contains("(a tag that moves)", moving, StringComparison.Ordinal);
    }

    /// <summary>checkout's token is one in revisions 1 and 2, and another one since; the flag came later.</summary>
    [Fact]
    public async Task ValuesOfTheEnvironmentAreToldApartWithoutBeingTold()
    {
        await using var rig = await AgentRig.StartAsync();
        await ReleaseAsync(rig, ("LOG_LEVEL", "debug"));
        await ReleaseAsync(rig, ("LOG_LEVEL", "info"), ("TAX_ENGINE", "v4"));

        var (text, facts) = await rig.CallAsync("k8s_rollout_history", Of("deployment", "shop", "checkout"));

        Assert.Equal(
            ["value A", "value A", "value A", "value A", "value B", "value A"],
            Enumerable.Range(1, 6).Select(number => Value(Revision(facts, number), "LOG_LEVEL of checkout")));
        Assert.Equal(
            ["value A", "value A", "value B", "value B", "value B", "value B"],
            Enumerable.Range(1, 6).Select(number => Value(Revision(facts, number), "PAYMENT_API_TOKEN of checkout")));
        Assert.Contains("  env LOG_LEVEL of checkout: value A", text, StringComparison.Ordinal);
        Assert.DoesNotContain("env PAYMENT_API_TOKEN of checkout: value", text, StringComparison.Ordinal);
        Assert.DoesNotContain("debug", facts.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatTheCredentialsLackIsSaidOnceAndNotAskedForAgain()
    {
        await using var rig = await AgentRig.StartAsync(drills: true);
        using var forbidden = rig.Cluster.Faults.Answer(403, FaultInjection.On("GET", "/secrets/"));

        var first = await rig.CallAsync("k8s_rollout_history", Of("deployment", "drills", "lost-secret"));
        var asked = Secrets(rig);
        await rig.CallAsync("k8s_rollout_history", Of("deployment", "drills", "lost-secret"));

        Assert.Single(first.Facts.GetProperty("findings").EnumerateArray(), each => each.GetProperty("code").GetString() == "not-checked");
        Assert.Equal((1, 1), (asked, Secrets(rig)));
    }

    [Fact]
    public async Task OldPodsThatServeAreCounted()
    {
        await using var rig = await AgentRig.StartAsync();
        await rig.Cluster.UntilAsync("/api/v1/namespaces/shop/pods",
            pod => pod.ToJsonString().Contains("CrashLoopBackOff", StringComparison.Ordinal));
        var (history, _) = await rig.CallAsync("k8s_rollout_history", Of("deployment", "shop", "checkout"));
        var (status, facts) = await rig.CallAsync("k8s_rollout_status", Of("deployment", "shop", "checkout"));
        Assert.Matches("\\d of \\d pods that serve run revision 3", history);
        Assert.Matches("\\d of \\d pods that serve run revision 3", status);
        Assert.Matches("\\d of \\d pods that serve run revision 3", facts.GetProperty("serving").GetString());
    }

    [Fact]
    public async Task AWorkloadThatIsBeingDeletedSaysSoAndIsNotUndone()
    {
        await using var rig = await AgentRig.StartAsync();
        await rig.Cluster.PatchAsync(Checkout, """{"metadata":{"finalizers":["example.com/keep"]}}""");
        await rig.Cluster.SendAsync(HttpMethod.Delete, Checkout);

        var (history, facts) = await rig.CallAsync("k8s_rollout_history", Of("deployment", "shop", "checkout"));
        var (status, _) = await rig.CallAsync("k8s_rollout_status", Of("deployment", "shop", "checkout"));

        Assert.Contains("blocks being-deleted: deployment/checkout is being deleted since", history, StringComparison.Ordinal);
        Assert.Contains("It is being deleted since", status, StringComparison.Ordinal);
        Assert.Contains("(code: being-deleted)", await rig.RefusalAsync("k8s_rollout_undo", Undo(facts)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheAnswerOnARequestAlwaysHasItsAddressMatchCodeAndWarningsAndIsShortWhereNothingIsNew()
    {
        await using var rig = await AgentRig.StartAsync(carriesOut: false);
        var (_, history) = await rig.CallAsync("k8s_rollout_history", Of("deployment", "shop", "checkout"));
        var (pending, facts) = await rig.CallAsync("k8s_rollout_undo", Undo(history));
        var id = facts.GetProperty("request_id").GetString()!;
        var (url, code) = (facts.GetProperty("approval_url").GetString()!, facts.GetProperty("match_code").GetString()!);
        var (again, _) = await rig.CallAsync("k8s_rollout_undo_status", new { request_id = id, wait_seconds = 0 });
        await rig.DecideAsync(id, Verdict.Deny, "Not now.");
        var (denied, _) = await rig.CallAsync("k8s_rollout_undo_status", new { request_id = id, wait_seconds = 0 });

        Assert.All([pending, again, denied], text => Assert.Contains(url, text, StringComparison.Ordinal));
        Assert.All([pending, again, denied], text => Assert.Contains(code, text, StringComparison.Ordinal));
        Assert.All([pending, again, denied], text => Assert.Contains("warns", text, StringComparison.Ordinal));
        Assert.Equal(2, again.Split('\n').Length);
        Assert.Contains("Not now.", denied, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("applied")]
    [InlineData("stale")]
    [InlineData("failed")]
    [InlineData("expired")]
    public async Task AnEndedRequestsAnswerHasItsAddressMatchCodeAndWarningsToo(string state)
    {
        await using var rig = await AgentRig.StartAsync(
            settings: $"--Approvals:RequestLifetime={(state == "expired" ? "00:00:01" : "00:15:00")}");
        var (_, history) = await rig.CallAsync("k8s_rollout_history", Of("deployment", "shop", "checkout"));
        var (_, facts) = await rig.CallAsync("k8s_rollout_undo", Undo(history));
        var id = facts.GetProperty("request_id").GetString()!;
        if (state == "stale")
            await ReleaseAsync(rig, ("LOG_LEVEL", "debug"));
        using var refused = rig.Cluster.Faults.Answer(422, request => state == "failed" && FaultInjection.On("PATCH", Checkout)(request)
            && !request.PathAndQuery.Contains("dryRun", StringComparison.Ordinal));
        if (state != "expired")
            await rig.DecideAsync(id, Verdict.Approve);

        var (text, ended) = await rig.CallAsync("k8s_rollout_undo_status", new { request_id = id, wait_seconds = 50 });

        Assert.Equal(state, ended.GetProperty("state").GetString());
        Assert.Contains(
            $"request at {facts.GetProperty("approval_url").GetString()}, match code {facts.GetProperty("match_code").GetString()}", text,
            StringComparison.Ordinal);
        Assert.All(
            facts.GetProperty("findings").EnumerateArray().Where(finding => finding.GetProperty("severity").GetString() == "warns"),
            finding => Assert.Contains($"\nwarns {finding.GetProperty("code").GetString()}: ", text, StringComparison.Ordinal));
        Assert.Contains("\nwarns ", text, StringComparison.Ordinal);
    }

    private static object Of(string type, string space, string name) => new { resource_type = type, @namespace = space, name };

    private static object Undo(JsonElement history) => new
    {
        resource_type = "deployment",
        @namespace = "shop",
        name = "checkout",
        to_revision = 1,
        current_revision = history.GetProperty("current_revision").GetInt64(),
        reason = "It crashes.",
    };

    private static JsonElement Revision(JsonElement history, long number) =>
        Assert.Single(history.GetProperty("revisions").EnumerateArray(), each => each.GetProperty("revision").GetInt64() == number);

    private static IEnumerable<string?> Codes(JsonElement revision) =>
        revision.GetProperty("findings").EnumerateArray().Select(code => code.GetString());

    private static string Value(JsonElement revision, string variable) => revision.GetProperty("environment").EnumerateArray()
        .Select(label => label.GetString()!.Split(": "))
        .Single(label => label[0] == variable)[1];

    private static int Secrets(AgentRig rig) =>
        rig.Cluster.Faults.Requests.Count(request => request.PathAndQuery.Contains("/secrets/", StringComparison.Ordinal));

    private static async Task ReleaseAsync(AgentRig rig, params (string Name, string Value)[] variables)
    {
        var deployment = await rig.Cluster.GetAsync(Checkout);
        var containers = deployment["spec"]!["template"]!["spec"]!["containers"]!.DeepClone();
        foreach (var (name, value) in variables)
            containers[0]!["env"]!.AsArray().Single(each => (string?)each!["name"] == name)!["value"] = value;
        var template = new JsonObject { ["spec"] = new JsonObject { ["containers"] = containers } };
        var answer = await rig.Cluster.PatchAsync(
            Checkout, new JsonObject { ["spec"] = new JsonObject { ["template"] = template } }.ToJsonString());
        var changed = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        await rig.Cluster.UntilAsync(Checkout[..Checkout.LastIndexOf('/')], each => (string?)each["metadata"]!["name"] == "checkout"
            && (long?)each["status"]?["observedGeneration"] >= (long?)changed["metadata"]!["generation"]);
    }
}
