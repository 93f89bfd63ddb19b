using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using McpRollout.Processes;
using McpRollout.Rollouts.Cluster;
using Microsoft.Extensions.DependencyInjection;

namespace McpRollout.Tests.EndToEnd;

/// <summary>The main job and what must not happen, word for word the same on the practice cluster and on a real control plane.</summary>
public abstract partial class ClusterCases
{
    private const string Undo = "k8s_rollout_undo";

    internal abstract Task<ClusterUnderTest> StartClusterAsync();

    [Theory]
    [InlineData("deployment")]
    [InlineData("statefulset")]
    [InlineData("daemonset")]
    public async Task AnApprovedUndoIsAppliedFollowedAndOnRecord(string kind)
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync(kind);
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var history = await server.CallAsync("k8s_rollout_history", Workload(cluster, kind));
        Assert.Equal("2", history.Text("current_revision"));
        Assert.Equal(["2", "1"], history.GetProperty("revisions").EnumerateArray().Select(revision => revision.Text("revision")!));
        Assert.StartsWith("\"kubectl-client-side-apply\" ", history.Text("written_by"), StringComparison.Ordinal);

        var request = await AskAsync(server, cluster, kind);
        Assert.Equal("pending", request.Text("state"));
        Assert.Contains(request.GetProperty("changes").EnumerateArray(),
            line => line.ToString().Contains("app:1", StringComparison.Ordinal));
        Assert.Equal("app:2", await cluster.ImageAsync(kind));

        using (var decided = await server.DecideAsync(request.Text("request_id")!, "approve"))
            Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
        var end = await server.EndOfAsync(request.Text("request_id")!);

        Assert.Equal(("applied", "healthy", "3"), (end.Text("state"), end.Text("outcome", "rollout"), end.Text("outcome", "revision")));
        Assert.Equal("app:1", await cluster.ImageAsync(kind));
        Assert.Equal(
            $"payments,{request.Text("request_id")}",
            await cluster.KubectlAsync($"get {kind}/web -o "
                + $"jsonpath={{.metadata.annotations.team}},{{.metadata.annotations.mcp-rollout\\.dev/request-id}}"));
        await cluster.AssertEventAsync("RolloutUndo");
        var after = await server.CallAsync("k8s_rollout_history", Workload(cluster, kind));
        Assert.StartsWith("\"mcp-rollout\" ", after.Text("written_by"), StringComparison.Ordinal);
        Assert.Contains(Evidence(after, 3),
            line => line.StartsWith($"brought back by {request.Text("request_id")}, 2 -> 1, ", StringComparison.Ordinal));
        Assert.Contains(Evidence(after, 2),
            line => line.StartsWith($"undone by {request.Text("request_id")}, 2 -> 1, ", StringComparison.Ordinal));
        await AuditHoldsAsync(folder, "undo.requested", "undo.approved", "undo.executing", "undo.applied", "rollout.healthy");
    }

    [Theory]
    [InlineData("deployment")]
    [InlineData("statefulset")]
    [InlineData("daemonset")]
    public async Task ADeniedUndoLeavesTheWorkloadUntouched(string kind)
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync(kind);
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        var before = await TemplateAsync(cluster, kind);

        var id = (await AskAsync(server, cluster, kind)).Text("request_id")!;
        using (var decided = await server.DecideAsync(id, "deny"))
            Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
        using (var tooLate = await server.DecideAsync(id, "approve"))
            Assert.Equal(HttpStatusCode.Conflict, tooLate.StatusCode);

        Assert.Equal("denied", (await server.EndOfAsync(id)).Text("state"));
        Assert.Equal(before, await TemplateAsync(cluster, kind));
        await AuditHoldsAsync(folder, "undo.requested", "undo.denied", "decision.rejected");
    }

    [Theory]
    [InlineData("deployment")]
    [InlineData("statefulset")]
    [InlineData("daemonset")]
    public async Task AnExpiredUndoLeavesTheWorkloadUntouched(string kind)
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync(kind);
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster, "--Approvals:RequestLifetime=00:00:01");
        var before = await TemplateAsync(cluster, kind);

        var id = (await AskAsync(server, cluster, kind)).Text("request_id")!;
        Assert.Equal("expired", (await server.EndOfAsync(id)).Text("state"));
        using (var tooLate = await server.DecideAsync(id, "approve"))
            Assert.Equal(HttpStatusCode.Gone, tooLate.StatusCode);

        Assert.Equal(before, await TemplateAsync(cluster, kind));
        await AuditHoldsAsync(folder, "undo.requested", "undo.expired", "decision.rejected");
    }

    [Theory]
    [InlineData("deployment")]
    [InlineData("statefulset")]
    [InlineData("daemonset")]
    public async Task AnUndoOfAWorkloadThatChangedSinceIsStale(string kind)
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync(kind);
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var id = (await AskAsync(server, cluster, kind)).Text("request_id")!;
        await cluster.KubectlAsync($"set image {kind}/web app=app:3");
        await cluster.SettleAsync(kind, "app:3");
        using (var decided = await server.DecideAsync(id, "approve"))
            Assert.Equal(HttpStatusCode.OK, decided.StatusCode);

        Assert.Equal("stale", (await server.EndOfAsync(id)).Text("state"));
        Assert.Equal("app:3", await cluster.ImageAsync(kind));
        await AuditHoldsAsync(folder, "undo.requested", "undo.approved", "undo.stale");
    }

    [Fact]
    public async Task APendingRequestThatCanOnlyEndStaleDoesNotStandInTheWay()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var overtaken = (await AskAsync(server, cluster, "deployment")).Text("request_id")!;
        await cluster.KubectlAsync("set image deployment/web app=app:3");
        await cluster.SettleAsync("deployment", "app:3");
        var moved = (await server.ReadAsync(overtaken)).GetProperty("health").Text("moved");
        Assert.Contains("was changed since it was shown", moved, StringComparison.Ordinal);

        var next = await server.CallAsync(Undo, UndoOf(cluster, "deployment", to: 2, current: 3));
        Assert.NotEqual(overtaken, next.Text("request_id"));
        Assert.Equal("stale", (await server.EndOfAsync(overtaken)).Text("state"));
        await AuditHoldsAsync(folder, "undo.requested", "undo.stale", "undo.requested");
    }

    [Fact]
    public async Task AWishFromAnOldHistoryIsToldWhatIsCurrentNow()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        Assert.Contains("current_revision 7 is no longer current",
            await server.RefusalAsync(Undo, UndoOf(cluster, "deployment", to: 9, current: 7)), StringComparison.Ordinal);
        Assert.Contains("has no revision 9. Its revisions are 2, 1", await server.RefusalAsync(Undo, UndoOf(cluster, "deployment", to: 9)),
            StringComparison.Ordinal);
        Assert.Contains("is the current revision of deployment/web. Choose an earlier one: 1.",
            await server.RefusalAsync(Undo, UndoOf(cluster, "deployment", to: 2)), StringComparison.Ordinal);
        Assert.Contains("web", await server.RefusalAsync(Undo, new
        {
            resource_type = "deployment",
            @namespace = cluster.Namespace,
            name = "wep",
            to_revision = 1,
            current_revision = 2,
            reason = "x",
            wait_seconds = 0,
        }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ScalingAndAnnotatingDoNotMakeAnUndoStale()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var id = (await AskAsync(server, cluster, "deployment")).Text("request_id")!;
        await cluster.KubectlAsync("patch deployment/web --patch={\\\"spec\\\":{\\\"replicas\\\":3}}");
        await cluster.KubectlAsync("annotate deployment/web note=busy");
        using (await server.DecideAsync(id, "approve"))
        {
        }

        Assert.Equal("healthy", (await server.EndOfAsync(id)).Text("outcome", "rollout"));
        Assert.Equal("3,busy", await cluster.KubectlAsync("get deployment/web -o jsonpath={.spec.replicas},{.metadata.annotations.note}"));
    }

    [Fact]
    public async Task AnUndoToARevisionThatCrashesEndsDegradedWithThePodsOwnReasons()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment", first: "app:crash", second: "app:2", spec: "progressDeadlineSeconds: 2");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var id = (await AskAsync(server, cluster, "deployment")).Text("request_id")!;
        using (await server.DecideAsync(id, "approve"))
        {
        }

        var end = await server.EndOfAsync(id);
        Assert.Equal(("applied", "degraded"), (end.Text("state"), end.Text("outcome", "rollout")));
        Assert.Contains(end.GetProperty("outcome").GetProperty("problems").EnumerateArray(),
            problem => problem.Text("reason") == "CrashLoopBackOff");
        await AuditHoldsAsync(folder, "undo.requested", "undo.approved", "undo.executing", "undo.applied", "rollout.degraded");
    }

    [Fact]
    public async Task ADegradedUndoGoesHomeByOneDecision()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment", first: "app:crash", second: "app:2", spec: "progressDeadlineSeconds: 2");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        var undo = await DecidedAsync(server, (await AskAsync(server, cluster, "deployment")).Text("request_id")!);
        Assert.Equal("degraded", undo.Text("outcome", "rollout"));
        Assert.Contains("What ran before is revision 2, current_revision is 3.", undo.Text("next_step"), StringComparison.Ordinal);
        Assert.Contains("Prepare the way back to revision 2", await server.PageAsync($"approvals/{undo.Text("request_id")}"),
            StringComparison.Ordinal);

        var (status, home) = await server.GoHomeAsync(undo.Text("request_id")!);
        Assert.Equal((HttpStatusCode.OK, "pending"), (status, home.Text("state")));
        Assert.Equal((3, 2), (home.GetProperty("from_revision").GetInt32(), home.GetProperty("to_revision").GetInt32()));
        Assert.Equal(home.Text("request_id"), (await server.GoHomeAsync(undo.Text("request_id")!)).Answer.Text("request_id"));

        var end = await DecidedAsync(server, home.Text("request_id")!);
        Assert.Equal(("applied", "healthy"), (end.Text("state"), end.Text("outcome", "rollout")));
        Assert.Equal("app:2", await cluster.KubectlAsync("get deployment/web -o jsonpath={.spec.template.spec.containers[0].image}"));
        Assert.Contains(File.ReadLines(folder.AuditFile).Select(line => JsonDocument.Parse(line).RootElement), record =>
            record.Text("event") == "undo.requested" && record.Text("actor", "kind") == "system"
            && record.Text("detail", "way_home_of") == undo.Text("request_id"));
        Assert.Equal(HttpStatusCode.Conflict, (await server.GoHomeAsync(undo.Text("request_id")!)).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await server.GoHomeAsync(end.Text("request_id")!)).Status);
    }

    [Fact]
    public async Task AnUndoThatStaysHealthyIsVerified()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment", first: "app:1", second: "app:2");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        var asked = await server.CallAsync(Undo, UndoOf(cluster, "deployment", verify: 2));
        var healthy = await DecidedAsync(server, asked.Text("request_id")!);
        Assert.Contains("is watched until", healthy.Text("next_step"), StringComparison.Ordinal);

        var end = await server.EndOfAsync(healthy.Text("request_id")!);
        Assert.Equal("verified", end.Text("outcome", "verification", "state"));
        Assert.False(end.GetProperty("outcome").GetProperty("verification").TryGetProperty("restarts_before", out _));
        Assert.EndsWith("stayed so while it was watched: tell the user; nothing is left to do.", end.Text("next_step"),
            StringComparison.Ordinal);
        await AuditHoldsAsync(
            folder, "undo.requested", "undo.approved", "undo.executing", "undo.applied", "rollout.healthy", "rollout.verified");
    }

    [Fact]
    public async Task AChangeAfterTheUndoSupersedesIt()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment", first: "app:crash", second: "app:2");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var id = (await AskAsync(server, cluster, "deployment")).Text("request_id")!;
        using (await server.DecideAsync(id, "approve"))
        {
        }

        while ((await server.CallAsync("k8s_rollout_undo_status", new { request_id = id })).Text("state") is not "applied")
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        await cluster.KubectlAsync("set image deployment/web app=app:3");

        var end = await server.EndOfAsync(id);
        Assert.Equal(("applied", "superseded"), (end.Text("state"), end.Text("outcome", "rollout")));
    }

    [Fact]
    public async Task ARequestOfOneServerIsDecidedOnThePageOfAnotherAndCarriedOutOnce()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var first = await ServerProcess.StartAsync(folder, cluster);
        await using var second = await ServerProcess.StartAsync(folder, cluster);

        var id = (await AskAsync(second, cluster, "deployment")).Text("request_id")!;
        using (var decided = await first.DecideAsync(id, "approve"))
            Assert.Equal(HttpStatusCode.OK, decided.StatusCode);

        Assert.Equal("healthy", (await second.EndOfAsync(id)).Text("outcome", "rollout"));
        Assert.Equal("healthy", (await first.EndOfAsync(id)).Text("outcome", "rollout"));
        await AuditHoldsAsync(folder, "undo.requested", "undo.approved", "undo.executing", "undo.applied", "rollout.healthy");
    }

    [Fact]
    public async Task KillingTheServerLosesNoPendingRequest()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        JsonElement request;
        await using (var killed = await ServerProcess.StartAsync(folder, cluster))
        {
            request = await AskAsync(killed, cluster, "deployment");
            await killed.KillAsync();
        }

        await using var next = await ServerProcess.StartAsync(folder, cluster);
        var id = request.Text("request_id")!;
        Assert.Equal(request.Text("approval_url"), (await next.ReadAsync(id)).Text("approval_url"));
        using (var decided = await next.DecideAsync(id, "approve"))
            Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
        Assert.Equal("healthy", (await next.EndOfAsync(id)).Text("outcome", "rollout"));
        await AuditHoldsAsync(folder, "undo.requested", "undo.approved", "undo.executing", "undo.applied", "rollout.healthy");
    }

    [Fact]
    public async Task CredentialsThatMayNotPatchAreToldBeforeAPersonIsAsked()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        await cluster.KubectlAsync("create role reader --verb=get,list,watch --resource=deployments.apps,replicasets.apps,pods");
        await cluster.KubectlAsync("create rolebinding reader --role=reader --user=undoer");
        await cluster.UntilAllowedAsync("undoer", "get deployments.apps");
        using var folder = await StateFolder.CreateAsync();
        await using var undoer = await ServerProcess.StartAsync(folder, cluster.As("undoer"));
        Assert.Contains("may not patch deployments", await undoer.RefusalAsync(Undo, UndoOf(cluster, "deployment")),
            StringComparison.Ordinal);

        await using var viewer = await ServerProcess.StartAsync(folder, cluster.As("viewer"));
        Assert.Contains("forbidden", await viewer.RefusalAsync("k8s_rollout_history", Workload(cluster, "deployment")),
            StringComparison.OrdinalIgnoreCase);
        await AuditHoldsAsync(folder);
    }

    [Fact]
    public async Task TheRightsOfTheDocsAreEnoughForTheWholeJob()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        await GrantTheRightsOfTheDocsAsync(cluster);
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster.As("undoer"));

        Assert.Equal("2", (await server.CallAsync("k8s_rollout_history", Workload(cluster, "deployment"))).Text("current_revision"));
        Assert.Equal("complete", (await server.CallAsync("k8s_rollout_status", Workload(cluster, "deployment"))).Text("state"));
        var id = (await AskAsync(server, cluster, "deployment")).Text("request_id")!;
        using (await server.DecideAsync(id, "approve"))
        {
        }

        Assert.Equal("healthy", (await server.EndOfAsync(id)).Text("outcome", "rollout"));
    }

    [Fact]
    public async Task AStuckStatefulSetIsMendedByTheUndoAlone()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeStuckAsync();
        await GrantTheRightsOfTheDocsAsync(cluster);
        await cluster.UntilAllowedAsync("undoer", "delete pods");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster.As("undoer"));
        var (kept, stuck) = (await cluster.UidAsync("web-0"), await cluster.UidAsync("web-1"));

        var request = await AskAsync(server, cluster, "statefulset");
        Assert.Contains(request.GetProperty("steps").EnumerateArray(),
            step => step.ToString().Contains($"web-1 (uid {stuck})", StringComparison.Ordinal));
        Assert.Contains("The undo deletes it after the patch", FindingOf(request, "statefulset-stuck-pods"), StringComparison.Ordinal);
        using (await server.DecideAsync(request.Text("request_id")!, "approve"))
        {
        }

        Assert.Equal("healthy", (await server.EndOfAsync(request.Text("request_id")!)).Text("outcome", "rollout"));
        Assert.Equal(kept, await cluster.UidAsync("web-0"));
        Assert.NotEqual(stuck, await cluster.UidAsync("web-1"));
        Assert.Equal("app:1", await cluster.KubectlAsync("get pod web-1 -o jsonpath={.spec.containers[0].image}"));
        await AuditHoldsAsync(
            folder, "undo.requested", "undo.approved", "undo.executing", "undo.applied", "undo.deleting_pod", "undo.pod_deleted",
            "rollout.healthy");
    }

    [Fact]
    public async Task WithoutTheRightToDeletePodsThePlanSaysWhoMust()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeStuckAsync();
        await GrantTheRightsOfTheDocsAsync(cluster, rule => !rule.Contains("delete", StringComparison.Ordinal));
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster.As("undoer"));
        var stuck = await cluster.UidAsync("web-1");

        var request = await AskAsync(server, cluster, "statefulset");
        Assert.DoesNotContain(request.GetProperty("steps").EnumerateArray(),
            step => step.ToString().Contains("web-1", StringComparison.Ordinal));
        Assert.Contains($"by hand (kubectl -n {cluster.Namespace} delete pod web-1)", FindingOf(request, "statefulset-stuck-pods"),
            StringComparison.Ordinal);
        using (await server.DecideAsync(request.Text("request_id")!, "approve"))
        {
        }

        JsonElement now;
        do
            now = await server.CallAsync("k8s_rollout_undo_status", new { request_id = request.Text("request_id") });
        while (now.Text("outcome", "message")?.Contains("web-1 is not ready", StringComparison.Ordinal) is not true);
        Assert.Equal("progressing", now.Text("outcome", "rollout"));
        Assert.Equal(stuck, await cluster.UidAsync("web-1"));
        await cluster.KubectlAsync("delete pod web-1 --wait=false");
        Assert.Equal("healthy", (await server.EndOfAsync(request.Text("request_id")!)).Text("outcome", "rollout"));
        await AuditHoldsAsync(folder, "undo.requested", "undo.approved", "undo.executing", "undo.applied", "rollout.healthy");
    }

    [Fact]
    public async Task APodIsDeletedOnlyAsItWasLastSeen()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeStuckAsync();
        await using var services = new Whereabouts(null, null, "", cluster.Kubeconfig, cluster.Context, cluster.Namespace, "web").Compose()
            .BuildServiceProvider();
        var writer = services.GetRequiredService<IClusterWriter>();
        var (uid, version) = (await cluster.UidAsync("web-1"),
            await cluster.KubectlAsync("get pod web-1 -o jsonpath={.metadata.resourceVersion}"));

        Assert.Equal(ClusterFailureKind.Conflict, await DeleteAsync("web-1", await cluster.UidAsync("web-0"), version));
        Assert.Equal(ClusterFailureKind.Conflict, await DeleteAsync("web-1", uid, "1"));
        Assert.Equal(uid, await cluster.UidAsync("web-1"));
        Assert.Null(await DeleteAsync("web-1", uid, version));
        Assert.Equal(ClusterFailureKind.NotFound, await DeleteAsync("web-9", uid, version));

        async Task<ClusterFailureKind?> DeleteAsync(string name, string podUid, string podVersion) =>
            (await writer.DeletePodAsync(cluster.Namespace, name, podUid, podVersion, TestContext.Current.CancellationToken)).Failure?.Kind;
    }

    [Fact]
    public async Task APausedDeploymentIsRefused()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        await cluster.KubectlAsync("rollout pause deployment/web");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        Assert.Contains("paused", await server.RefusalAsync(Undo, UndoOf(cluster, "deployment")), StringComparison.Ordinal);
        await AuditHoldsAsync(folder);
    }

    [Fact]
    public async Task ARepeatedUndoIsTheSameRequestAndADifferentOneIsRefused()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        await cluster.KubectlAsync("set image deployment/web app=app:3");
        await cluster.SettleAsync("deployment", "app:3");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var id = (await server.CallAsync(Undo, UndoOf(cluster, "deployment", to: 1, current: 3))).Text("request_id")!;
        Assert.Equal(id, (await server.CallAsync(Undo, UndoOf(cluster, "deployment", to: 1, current: 3))).Text("request_id"));
        Assert.Contains(id, await server.RefusalAsync(Undo, UndoOf(cluster, "deployment", to: 2, current: 3)), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Evidence(JsonElement history, long number) => history.GetProperty("revisions").EnumerateArray()
        .Single(revision => revision.GetProperty("revision").GetInt64() == number).GetProperty("evidence").EnumerateArray()
            .Select(line => line.GetString()!);

    private static string FindingOf(JsonElement request, string code) =>
        request.GetProperty("findings").EnumerateArray().Single(finding => finding.Text("code") == code).Text("message")!;

    private static object Workload(ClusterUnderTest cluster, string kind) =>
        new { resource_type = kind, @namespace = cluster.Namespace, name = "web" };

    private static object UndoOf(ClusterUnderTest cluster, string kind, int to = 1, int current = 2, string name = "web",
        int verify = 120) => new
        {
            resource_type = kind,
            @namespace = cluster.Namespace,
            name,
            to_revision = to,
            current_revision = current,
            reason = "It fails since the release.",
            verify_seconds = verify,
            wait_seconds = 0,
        };

    private static async Task<JsonElement> DecidedAsync(ServerProcess server, string id)
    {
        using (await server.DecideAsync(id, "approve"))
        {
        }

        return await server.EndOfAsync(id);
    }

    private static Task<JsonElement> AskAsync(ServerProcess server, ClusterUnderTest cluster, string kind) =>
        server.CallAsync(Undo, UndoOf(cluster, kind));

    private static async Task GrantTheRightsOfTheDocsAsync(ClusterUnderTest cluster, Func<string, bool>? which = null)
    {
        await GrantAsync(cluster, "undoer", Path.Combine("docs", "rbac", "undo.yaml"), which);
        await cluster.UntilAllowedAsync("undoer", "create events");
    }

    // Rule by rule with `create`: the shared control plane's v1.20.2, as built there, dies of a nil pointer when roles come as JSON, as
    // `apply` sends them.
    private static async Task GrantAsync(ClusterUnderTest cluster, string user, string file, Func<string, bool>? which = null)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "McpRollout.sln")))
            folder = folder.Parent!;
        var manifest = await File.ReadAllTextAsync(Path.Combine(folder.FullName, file));
        var rules = Rule().Matches(manifest).Where(rule => which?.Invoke(rule.Value) ?? true).ToList();
        Assert.NotEmpty(rules);
        await Task.WhenAll(rules.Index().Select(async each =>
        {
            var (number, rule) = each;
            var group = rule.Groups["group"].Value.Trim('"');
            var resources = rule.Groups["resources"].Value.Split(", ")
                .Select(resource => group.Length == 0 ? resource : $"{resource}.{group}");
            await cluster.KubectlAsync($"create role {user}-{number} "
                + $"--verb={rule.Groups["verbs"].Value.Replace(" ", "", StringComparison.Ordinal)} "
                + $"--resource={string.Join(',', resources)}");
            await cluster.KubectlAsync($"create rolebinding {user}-{number} --role={user}-{number} --user={user}");
        }));
    }

    [GeneratedRegex(@"apiGroups: \[(?<group>[^]]*)\]\s+resources: \[(?<resources>[^]]*)\]\s+verbs: \[(?<verbs>[^]]*)\]")]
    private static partial Regex Rule();

    private static Task<string> TemplateAsync(ClusterUnderTest cluster, string kind) =>
        cluster.KubectlAsync($"get {kind}/web -o jsonpath={{.spec.template}}{{.metadata.annotations}}");

    private static async Task AuditHoldsAsync(StateFolder folder, params string[] events)
    {
        var verified = await BuiltProgram.RunAsync(["audit", "verify", .. folder.Settings]);
        Assert.Equal((0, ""), (verified.ExitCode, verified.Errors));
        var recorded = File.ReadLines(folder.AuditFile).Select(line => JsonDocument.Parse(line).RootElement.Text("event"));
        Assert.Equal(["approver.added", .. events], recorded);
        Assert.DoesNotContain(StateFolder.Passphrase, await File.ReadAllTextAsync(folder.AuditFile), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", await File.ReadAllTextAsync(folder.AuditFile), StringComparison.Ordinal);
    }
}

public sealed class OnThePracticeCluster : ClusterCases
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.PracticeAsync();
}

public sealed class OnARealControlPlane : ClusterCases
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.RealAsync();
}
