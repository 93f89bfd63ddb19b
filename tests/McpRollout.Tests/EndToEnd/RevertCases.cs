using System.Net;
using System.Text.Json;
using McpRollout.Approvals.Git;
using McpRollout.Rollouts.Owners;
using McpRollout.Tests.Git;
using static McpRollout.Tests.EndToEnd.Told;

namespace McpRollout.Tests.EndToEnd;

/// <summary>A workload that Argo CD or Flux brought from Git: the undo pauses the owner, and the revert is opened for people to
/// merge.</summary>
public abstract class RevertCases
{
    internal abstract Task<ClusterUnderTest> StartClusterAsync();

    [Fact]
    public async Task AnUndoThatPausesItsOwnerOpensOneMergeRequest()
    {
        await using var cluster = await StartClusterAsync();
        await using var git = await GitServer.StartAsync(GitHostKind.GitLab);
        await using var standIn = await FromGitAsync(cluster, OwnerKind.Kustomization);
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster, git.Settings());

        var asked = await server.CallAsync("k8s_rollout_undo", UndoOf(cluster));
        var id = asked.Text("request_id")!;
        Assert.Contains("commit 4d5e6f0011 (\"Use image app:2\", by \"Mallory\"", Found(asked, "opens-revert"), StringComparison.Ordinal);
        Assert.Contains(asked.GetProperty("steps").EnumerateArray(), step => step.GetString()!.StartsWith(
            "Once it is applied, open a merge request that reverts commit 4d5e6f0011", StringComparison.Ordinal));
        Assert.DoesNotContain(git.Calls, call => call.IsWrite);
        var end = await ApproveAsync(server, id);

        Assert.Equal(("applied", "healthy", "opened"),
            (end.Text("state"), end.Text("outcome", "rollout"), end.Text("revert", "state")));
        const string url = "https://git.example.com/shop/deploy/-/merge_requests/1";
        Assert.Equal(url, end.Text("revert", "url"));
        Assert.Contains($"is open at {url}", end.Text("next_step"), StringComparison.Ordinal);
        var opened = Assert.Single(git.Opened);
        Assert.Equal(($"mcp-rollout/{id}", "main"), ((string?)opened["source_branch"], (string?)opened["target_branch"]));
        await UntilRecordedAsync(folder, "undo.revert_opened");
        Assert.Equal(["undo.opening_revert", "undo.revert_opened"],
            Recorded(folder).Where(name => name.Contains("revert", StringComparison.Ordinal)));

        using var http = new HttpClient();
        var page = await http.GetStringAsync(new Uri(folder.Page, $"approvals/{id}"), TestContext.Current.CancellationToken);
        Assert.Contains($"<a href=\"{url}\" rel=\"noreferrer\">", page, StringComparison.Ordinal);
        var shown = await BuiltProgram.RunAsync(["approvals", "show", id, .. folder.Settings,
            $"--Cluster:Kubeconfig={cluster.Kubeconfig}", $"--Cluster:Context={cluster.Context}"]);
        Assert.Contains(url, shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(git.Token, await File.ReadAllTextAsync(folder.AuditFile, TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GitHub")]
    [InlineData("GitLab")]
    public async Task AServerThatIsKilledAfterTheHostTookItOpensNoSecondOne(string kind)
    {
        await using var cluster = await StartClusterAsync();
        await using var git = await GitServer.StartAsync(Enum.Parse<GitHostKind>(kind));
        await using var standIn = await FromGitAsync(cluster, OwnerKind.Application);
        using var folder = await StateFolder.CreateAsync();
        string id;
        await using (var doomed = await ServerProcess.StartAsync(folder, cluster, git.Settings()))
        {
            var asked = await doomed.CallAsync("k8s_rollout_undo", UndoOf(cluster));
            id = asked.Text("request_id")!;
            var taken = git.Disturb(call => call.Opens, GitFault.Hold);
            using var decided = await doomed.DecideAsync(id, "approve");
            Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
            await taken;
            await doomed.KillAsync();
        }

        await using var server = await ServerProcess.StartAsync(folder, cluster, git.Settings());
        var end = await EndOfAsync(server, id);

        Assert.Equal(("applied", "opened"), (end.Text("state"), end.Text("revert", "state")));
        Assert.Single(git.Opened);
        Assert.Single(git.Calls, call => call.Opens);
    }

    private static async Task<GitOpsStandIn> FromGitAsync(ClusterUnderTest cluster, OwnerKind kind)
    {
        var standIn = await GitOpsStandIn.StartAsync(cluster, kind);
        if (kind == OwnerKind.Application)
        {
            await cluster.KubectlAsync($"patch {standIn.Owner} --type=merge --patch-file=/dev/stdin", $$$"""
                {"spec":{"source":{"repoURL":"git@git.example.com:shop/deploy.git","path":"apps/web"}},
                 "status":{"history":[{"id":3,"revision":"{{{GitServer.Applied}}}"}]}}
                """);
            return standIn;
        }

        await cluster.KubectlAsync("create -f -", """
            apiVersion: source.toolkit.fluxcd.io/v1
            kind: GitRepository
            metadata: {name: shop}
            spec: {interval: 1m, url: "ssh://git@git.example.com/shop/deploy", ref: {branch: main} }
            """);
        await cluster.KubectlAsync(
            $"patch {standIn.Owner} --type=merge --patch-file=/dev/stdin", """{"spec":{"path":"./apps/web"}}""");
        await cluster.KubectlAsync(
            $"patch {standIn.Owner} --subresource=status --type=merge --patch-file=/dev/stdin",
            $$$"""{"status":{"lastAppliedRevision":"main@sha1:{{{GitServer.Applied}}}"}}""");
        return standIn;
    }

    // A state is seen as soon as it is in the store; its record follows into the file.
    private static async Task UntilRecordedAsync(StateFolder folder, string name)
    {
        while (!Recorded(folder).Contains(name))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static async Task<JsonElement> ApproveAsync(ServerProcess server, string id)
    {
        using var decided = await server.DecideAsync(id, "approve");
        Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
        return await EndOfAsync(server, id);
    }

    private static async Task<JsonElement> EndOfAsync(ServerProcess server, string id)
    {
        while (true)
        {
            var end = await server.CallAsync("k8s_rollout_undo_status", new { request_id = id, wait_seconds = 30 });
            if (end.Text("state") is not ("approved" or "executing" or "unknown" or "applied")
                || (end.Text("outcome", "rollout") is "healthy" or "degraded" or "superseded" && end.Text("revert", "state") != "opening"))
                return end;
        }
    }

    private static object UndoOf(ClusterUnderTest cluster) => new
    {
        resource_type = "deployment",
        @namespace = cluster.Namespace,
        name = "web",
        to_revision = 1,
        current_revision = 2,
        reason = "The new release is broken.",
        pause_owner = true,
        verify_seconds = 0,
    };
}

public sealed class RevertsOnThePracticeCluster : RevertCases
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.PracticeAsync();
}
