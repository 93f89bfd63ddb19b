using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using McpRollout.Tests.Cluster;
using Microsoft.AspNetCore.Hosting;

namespace McpRollout.Tests.EndToEnd;

/// <summary>The agent's side and the approving side in two processes, each with the rights that the docs give it and no others.</summary>
public abstract partial class ClusterCases
{
    [Theory]
    [InlineData("deployment")]
    [InlineData("statefulset")]
    [InlineData("daemonset")]
    public async Task AnAgentsSideThatMayOnlyReadGetsAnUndoFromTheApprovingSide(string kind)
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync(kind);
        using var folder = await StateFolder.CreateAsync();
        await using var sides = await StartSidesAsync(folder, cluster);
        var agent = sides.Agent;

        Assert.Equal("2", (await agent.CallAsync("k8s_rollout_history", Workload(cluster, kind))).Text("current_revision"));
        var asked = await AskAsync(agent, cluster, kind);
        var id = asked.Text("request_id")!;
        Assert.Equal(("pending", $"{folder.Page}approvals/{id}"), (asked.Text("state"), asked.Text("approval_url")));
        Assert.Equal(id, (await AskAsync(agent, cluster, kind)).Text("request_id"));
        Assert.Equal(id, (await agent.CallAsync("k8s_rollout_status", Workload(cluster, kind))).Text("pending_undo", "request_id"));

        using (var decided = await agent.DecideAsync(id, "approve"))
            Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
        var end = await agent.EndOfAsync(id);

        Assert.Equal(("applied", "healthy"), (end.Text("state"), end.Text("outcome", "rollout")));
        Assert.Equal("app:1", await cluster.ImageAsync(kind));
        var after = await agent.CallAsync("k8s_rollout_history", Workload(cluster, kind));
        Assert.Contains(Evidence(after, 3), line => line.StartsWith($"brought back by {id}, 2 -> 1, ", StringComparison.Ordinal));
        var first = JsonDocument.Parse(File.ReadLines(folder.AuditFile).Skip(1).First()).RootElement;
        Assert.Equal((Sides.AgentName, "test-agent 1.0"), (first.Text("actor", "name"), first.Text("actor", "client")));
        await AuditHoldsAsync(folder, "undo.requested", "undo.approved", "undo.executing", "undo.applied", "rollout.healthy");
    }

    [Fact]
    public async Task WithTheCredentialsOfTheAgentsSideThePatchIsRefusedByTheCluster()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var sides = await StartSidesAsync(folder, cluster);

        foreach (var attempt in new[]
        {
            "set image deployment/web app=app:1", "rollout undo deployment/web", "delete pod --all", "delete deployment web",
        })
        {
            var refusal = await cluster.KubectlAsync($"--context={Sides.AgentContext} {attempt}");
            Assert.Contains("forbidden", refusal, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal("app:2", await cluster.ImageAsync("deployment"));
        using var alone = await StateFolder.CreateAsync();
        await using var inOne = await ServerProcess.StartAsync(alone, cluster.As(Sides.AgentContext));
        Assert.Contains("may not patch deployments", await inOne.RefusalAsync(Undo, UndoOf(cluster, "deployment")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheTokenOfAnAgentsSideAsksAndCancelsAndDecidesNothing()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var sides = await StartSidesAsync(folder, cluster);
        var id = (await AskAsync(sides.Agent, cluster, "deployment")).Text("request_id")!;
        var digest = (await sides.Agent.ReadAsync(id)).Text("plan");

        using var http = new HttpClient { BaseAddress = folder.Page };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
            (await File.ReadAllTextAsync(sides.TokenFile, Cancelled)).Trim());
        var token = http.DefaultRequestHeaders.Authorization.Parameter;
        using (var decided = await http.PostAsJsonAsync(
            $"approvals/{id}/decision",
            new { decision = "approve", plan = digest, approver = StateFolder.Approver, passphrase = token },
            Cancelled))
            Assert.Equal(HttpStatusCode.Unauthorized, decided.StatusCode);
        using (var unproven = await http.PostAsJsonAsync(
            $"approvals/{id}/decision",
            new { decision = "approve", plan = digest, approver = StateFolder.Approver },
            Cancelled))
            Assert.Equal(HttpStatusCode.BadRequest, unproven.StatusCode);
        using (var noTool = await http.PostAsJsonAsync(
            "agent/tools/k8s_rollout_undo_approve",
            new { arguments = new { request_id = id } },
            Cancelled))
            Assert.Equal(HttpStatusCode.NotFound, noTool.StatusCode);
        using (var odd = await http.PostAsync("agent/tools/k8s_rollout_undo", new StringContent("[1"), Cancelled))
            Assert.Equal(HttpStatusCode.BadRequest, odd.StatusCode);
        Assert.Contains("is missing", await CallAsync(http, "k8s_rollout_undo", new { arguments = new { request_id = id } }),
            StringComparison.Ordinal);
        Assert.Contains("its uid is missing", await CallAsync(http, "k8s_rollout_undo", new { arguments = UndoOf(cluster, "deployment") }),
            StringComparison.Ordinal);
        Assert.Contains("no such deployment",
            await CallAsync(http, "k8s_rollout_undo", new { workload_uid = "guessed", arguments = UndoOf(cluster, "deployment") }),
            StringComparison.Ordinal);
        Assert.Contains(
            "no such deployment",
            await CallAsync(
                http,
                "k8s_rollout_undo",
                new { workload_uid = "guessed", arguments = UndoOf(cluster, "deployment", name: "nobody") }),
            StringComparison.Ordinal);

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", new string('0', 64));
        using (var stranger = await http.PostAsJsonAsync(
            "agent/tools/k8s_rollout_undo_cancel",
            new { arguments = new { request_id = id, reason = "mine" } },
            Cancelled))
            Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        using (var unseen = await http.GetAsync($"agent/undos/deployment/{cluster.Namespace}/web", Cancelled))
            Assert.Equal(HttpStatusCode.Unauthorized, unseen.StatusCode);

        Assert.Equal("cancelled",
            (await sides.Agent.CallAsync("k8s_rollout_undo_cancel", new { request_id = id, reason = "not needed" })).Text("state"));
        await AuditHoldsAsync(folder, "undo.requested", "decision.rejected", "undo.cancelled");
    }

    [Fact]
    public async Task TwoSidesThatSeeDifferentClustersAgreeOnNothing()
    {
        await using var cluster = await StartClusterAsync();
        await using var other = await ClusterUnderTest.PracticeAsync(cluster.Namespace);
        await cluster.MakeAsync("deployment");
        await other.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var sides = await StartSidesAsync(folder, cluster, agentsCluster: (other.Kubeconfig, other.Context));

        Assert.Contains("both sides speak to different clusters", await sides.Agent.RefusalAsync(Undo, UndoOf(cluster, "deployment")),
            StringComparison.Ordinal);
        await AuditHoldsAsync(folder);
    }

    [Fact]
    public async Task WithoutTheApprovingSideAnAgentsSideStillReadsAndSaysWhatIsMissing()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var sides = await StartSidesAsync(folder, cluster);
        await sides.EndApprovingAsync();

        var history = await sides.Agent.CallAsync("k8s_rollout_history", Workload(cluster, "deployment"));
        Assert.Contains(history.GetProperty("findings").EnumerateArray(), finding => finding.Text("code") == "undos-not-read");
        Assert.Equal("complete", (await sides.Agent.CallAsync("k8s_rollout_status", Workload(cluster, "deployment"))).Text("state"));
        Assert.Contains("'mcp-rollout approvals serve' must run there", await sides.Agent.RefusalAsync(Undo, UndoOf(cluster, "deployment")),
            StringComparison.Ordinal);
        Assert.Contains("There is no deployment", await sides.Agent.RefusalAsync(Undo, UndoOf(cluster, "deployment", name: "wbe")),
            StringComparison.Ordinal);

        await sides.StartApprovingAsync();
        Assert.Equal("pending", (await AskAsync(sides.Agent, cluster, "deployment")).Text("state"));
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("approvals.example.com", false)]
    public async Task OverHttpsAnAgentsSideSendsItsTokenOnlyToAServerOfThatName(string name, bool isSent)
    {
        await using var cluster = await StartClusterAsync();
        using var authority = new TestAuthority();
        using var certificate = authority.ServerCertificate(name);
        await using var server = await ScriptedServer.StartAsync(
            listen => listen.UseHttps(certificate), ScriptedServer.Json(200, """{"text":"fine"}"""));
        using var folder = await StateFolder.CreateAsync();
        var (trusted, token) = (Path.Combine(folder.Path, "ca.pem"), Path.Combine(folder.Path, "agent.token"));
        await File.WriteAllTextAsync(trusted, authority.Pem, Cancelled);
        Assert.Equal(0, (await BuiltProgram.RunAsync(["approvals", "agent-token", token])).ExitCode);
        folder.Environment["SSL_CERT_FILE"] = trusted;
        await using var agent = await ServerProcess.StartAsync(
            folder, cluster, "--Approvals:Host=false", $"--Approvals:Server=https://localhost:{server.Port}",
            $"--Approvals:TokenFile={token}");

        await agent.RefusalAsync("k8s_rollout_undo_status", new { request_id = "undo-000000000000" });

        Assert.Equal(
            isSent ? [$"Bearer {(await File.ReadAllTextAsync(token, Cancelled)).Trim()}"] : [],
            server.Requests.Select(seen => seen.Headers["Authorization"]));
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static async Task<Sides> StartSidesAsync(StateFolder folder, ClusterUnderTest cluster,
        (string Kubeconfig, string Context)? agentsCluster = null)
    {
        // Without the optional ones, which would only take their time.
        await GrantAsync(cluster, Sides.ApprovingContext, Path.Combine("docs", "rbac", "undo.yaml"), rule => Needed().IsMatch(rule));
        await cluster.UntilAllowedAsync(Sides.ApprovingContext, "create events");
        await GrantAsync(cluster, Sides.AgentContext, Path.Combine("docs", "kubernetes", "agent", "read.yaml"));
        await cluster.UntilAllowedAsync(Sides.AgentContext, "list pods");
        return await Sides.StartAsync(folder, cluster.As(Sides.ApprovingContext), agentsCluster ?? cluster.As(Sides.AgentContext));
    }

    [GeneratedRegex(@"\[apps\]|\[create\]|\[pods\]\s+verbs: \[list\]")]
    private static partial Regex Needed();

    private static async Task<string> CallAsync(HttpClient http, string tool, object call)
    {
        using var answer = await http.PostAsJsonAsync($"agent/tools/{tool}", call, Cancelled);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Cancelled);
    }
}
