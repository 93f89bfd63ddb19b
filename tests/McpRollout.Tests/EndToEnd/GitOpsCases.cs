using System.Net;
using System.Text.Json;
using McpRollout.Rollouts.Owners;
using static McpRollout.Tests.EndToEnd.Told;

namespace McpRollout.Tests.EndToEnd;

/// <summary>A workload that Argo CD or Flux keeps as Git says, with a stand-in for its controller that puts it back.</summary>
public abstract class GitOpsCases
{
    internal abstract Task<ClusterUnderTest> StartClusterAsync();

    [Theory]
    [InlineData("Application", "(https://git:***@git.example.com/shop.git deploy at 4d5e6f) and puts that back within seconds")]
    [InlineData("Kustomization", "(GitRepository shop ./deploy) and puts that back when it next syncs")]
    [InlineData("HelmRelease", "(HelmRepository charts shop) and puts that back when it next syncs")]
    public async Task WithoutThePauseTheOwnerPutsItBackAndThatIsSaidBefore(string kind, string said)
    {
        await using var cluster = await StartClusterAsync();
        await using var standIn = await GitOpsStandIn.StartAsync(cluster, Enum.Parse<OwnerKind>(kind));
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var history = await server.CallAsync("k8s_rollout_history", Workload(cluster));
        var owner = $"{kind} {cluster.Namespace}/shop";
        Assert.StartsWith(owner, Found(history, "managed-by"), StringComparison.Ordinal);
        Assert.Contains(said, Found(history, "managed-by"), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", history.GetRawText(), StringComparison.Ordinal);

        var asked = await server.CallAsync("k8s_rollout_undo", UndoOf(cluster));
        Assert.StartsWith(owner, Found(asked, "managed-by"), StringComparison.Ordinal);
        await ApproveAsync(server, asked);
        await cluster.UntilAsync("get deployment/web -o jsonpath={.metadata.annotations.mcp-rollout\\.dev/request-id}/"
            + "{.spec.template.spec.containers[0].image}", $"{asked.Text("request_id")}/app:2");
        var end = await server.EndOfAsync(asked.Text("request_id")!);
        Assert.Equal("applied", end.Text("state"));
    }

    [Theory]
    [InlineData("Application", "\"automated\":{\"enabled\":false,\"prune\":true,\"selfHeal\":true}",
        "\"automated\":{\"prune\":true,\"selfHeal\":true}")]
    [InlineData("Kustomization", "\"suspend\":true", "")]
    [InlineData("HelmRelease", "\"suspend\":true", "")]
    public async Task WithThePauseTheUndoStays(string kind, string paused, string before)
    {
        await using var cluster = await StartClusterAsync();
        await using var standIn = await GitOpsStandIn.StartAsync(cluster, Enum.Parse<OwnerKind>(kind));
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        var spec = JsonDocument.Parse(await standIn.SpecAsync()).RootElement.GetRawText();

        var asked = await server.CallAsync("k8s_rollout_undo", UndoOf(cluster, pauses: true));

        Assert.StartsWith($"Pause {kind} {cluster.Namespace}/shop", asked.GetProperty("steps")[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("This undo pauses it first", Found(asked, "pauses-owner"), StringComparison.Ordinal);
        Assert.DoesNotContain("managed-by", asked.GetProperty("findings").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(spec, await standIn.SpecAsync());
        await ApproveAsync(server, asked);
        var end = await server.EndOfAsync(asked.Text("request_id")!);

        Assert.Equal(("applied", "healthy"), (end.Text("state"), end.Text("outcome", "rollout")));
        await standIn.RoundsAsync(5);
        Assert.Equal("app:1", await cluster.ImageAsync("deployment"));
        var now = await standIn.SpecAsync();
        Assert.Contains(paused, now, StringComparison.Ordinal);
        var restored = before.Length == 0
            ? now.Replace($"{paused},", "", StringComparison.Ordinal).Replace($",{paused}", "", StringComparison.Ordinal)
            : now.Replace(paused, before, StringComparison.Ordinal);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(spec), JsonElement.Parse(restored)), now);
        Assert.Equal(
            ["undo.requested", "undo.approved", "undo.executing", "undo.pausing_owner", "undo.owner_paused", "undo.applied"],
            Recorded(folder).Where(name => name.StartsWith("undo.", StringComparison.Ordinal)).Take(6));
        Assert.Contains("is paused until somebody has changed its source and resumes it", end.Text("next_step"), StringComparison.Ordinal);

        var history = await server.CallAsync("k8s_rollout_history", Workload(cluster));
        Assert.Contains($"{asked.Text("request_id")} paused it 20", Found(history, "owner-paused"), StringComparison.Ordinal);
        Assert.DoesNotContain("managed-by", history.GetProperty("findings").GetRawText(), StringComparison.Ordinal);
        var status = await server.CallAsync("k8s_rollout_status", Workload(cluster));
        Assert.Equal(($"{kind} {cluster.Namespace}/shop", asked.Text("request_id")),
            (status.Text("paused_owner", "owner"), status.Text("paused_owner", "request_id")));

        await cluster.KubectlAsync($"patch {standIn.Owner} --type=merge --patch-file=/dev/stdin", kind == "Application"
            ? """{"spec":{"syncPolicy":{"automated":{"enabled":null}}}}"""
            : """{"spec":{"suspend":null}}""");
        await cluster.UntilAsync("get deployment/web -o jsonpath={.spec.template.spec.containers[0].image}", "app:2");
        Assert.Null((await server.CallAsync("k8s_rollout_status", Workload(cluster))).Text("paused_owner", "owner"));
    }

    [Theory]
    [InlineData("Application")]
    [InlineData("Kustomization")]
    [InlineData("HelmRelease")]
    public async Task WhatAnUndoPausedIsResumedOnceAPersonApproves(string kind)
    {
        await using var cluster = await StartClusterAsync();
        await using var standIn = await GitOpsStandIn.StartAsync(cluster, Enum.Parse<OwnerKind>(kind));
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        var spec = await standIn.SpecAsync();
        var undo = await server.CallAsync("k8s_rollout_undo", UndoOf(cluster, pauses: true));
        await ApproveAsync(server, undo);
        await server.EndOfAsync(undo.Text("request_id")!);

        // A revision that is current already is asked for by nobody but who wants the owner resumed.
        Assert.EndsWith("(code: target-current)", await server.RefusalAsync("k8s_rollout_undo", ResumeOf(cluster, resumes: false)),
            StringComparison.Ordinal);
        var asked = await server.CallAsync("k8s_rollout_undo", ResumeOf(cluster));
        Assert.Contains("is paused since 20", Found(asked, "resumes-owner"), StringComparison.Ordinal);
        Assert.Contains(kind == "Application" ? "has 4d5e6f still, which is what was undone" : "does not say what its source has now",
            Found(asked, "source-unchanged"), StringComparison.Ordinal);
        Assert.Equal($"{kind} {cluster.Namespace}/shop", asked.Text("resumes_owner"));
        Assert.Equal("app:1", await cluster.ImageAsync("deployment"));
        await ApproveAsync(server, asked);
        var end = await server.EndOfAsync(asked.Text("request_id")!);

        Assert.Equal("applied", end.Text("state"));
        Assert.Contains("is resumed and syncs by itself", end.Text("next_step"), StringComparison.Ordinal);
        await cluster.UntilAsync("get deployment/web -o jsonpath={.spec.template.spec.containers[0].image}", "app:2");
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(spec), JsonElement.Parse(await standIn.SpecAsync())));
        Assert.Null((await server.CallAsync("k8s_rollout_status", Workload(cluster))).Text("paused_owner", "owner"));
        Assert.Contains("is not paused", await server.RefusalAsync("k8s_rollout_undo", ResumeOf(cluster, revision: 4)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThePageOfThePausingUndoPreparesTheResumption()
    {
        await using var cluster = await StartClusterAsync();
        await using var standIn = await GitOpsStandIn.StartAsync(cluster, OwnerKind.Application);
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        var undo = await server.CallAsync("k8s_rollout_undo", UndoOf(cluster, pauses: true));
        var id = undo.Text("request_id")!;
        await ApproveAsync(server, undo);
        await server.EndOfAsync(id);
        var button = $"Prepare to resume Application {cluster.Namespace}/shop";
        Assert.Contains(button, await server.PageAsync($"approvals/{id}"), StringComparison.Ordinal);
        Assert.Contains(button, await server.PageAsync(""), StringComparison.Ordinal);

        var prepared = await server.PrepareToResumeAsync(id);

        Assert.Equal(("pending", id), (prepared.Text("state"), prepared.Text("way_home_of")));
        var page = await server.PageAsync($"approvals/{prepared.Text("request_id")}");
        Assert.Contains("Resume the owner of deployment", page, StringComparison.Ordinal);
        Assert.Contains("The undone template comes back", page, StringComparison.Ordinal);
        await ApproveAsync(server, prepared);
        Assert.Equal("applied", (await server.EndOfAsync(prepared.Text("request_id")!)).Text("state"));
        Assert.DoesNotContain(button, await server.PageAsync($"approvals/{id}"), StringComparison.Ordinal);
        Assert.DoesNotContain(button, await server.PageAsync(""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatCannotBePausedIsRefusedBeforeAnybodyIsAsked()
    {
        await using var cluster = await StartClusterAsync();
        await using var standIn = await GitOpsStandIn.StartAsync(cluster, OwnerKind.Application);
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        Task<string> RefusedAsync() => server.RefusalAsync("k8s_rollout_undo", UndoOf(cluster, pauses: true));
        var space = cluster.Namespace;

        // An Application of Applications would resume it, unless that one is paused.
        await cluster.KubectlAsync("create -f -", """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: root}
            spec: {syncPolicy: {automated: {selfHeal: true} } }
            """);
        await cluster.KubectlAsync(
            $"annotate {standIn.Owner} argocd.argoproj.io/tracking-id={space}_root:argoproj.io/Application:{space}/shop");
        Assert.Equal($"Application {space}/root would resume Application {space}/shop once it is paused, and the undo would be put back. "
            + "Nobody was asked. Tell the user: a person must pause that one first; then ask again. (code: owner-resumed)",
            await RefusedAsync());
        await cluster.KubectlAsync("patch application root --type=merge --patch={\\\"spec\\\":{\\\"syncPolicy\\\":{\\\"automated\\\":"
            + "{\\\"enabled\\\":false}}}}");
        Assert.Equal("pending", (await server.CallAsync("k8s_rollout_undo", UndoOf(cluster, pauses: true))).Text("state"));
        Assert.Contains(
            "with pause_owner, pending", await server.RefusalAsync("k8s_rollout_undo", UndoOf(cluster)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOwnerThatIsPausedOrNotThereCannotBePaused()
    {
        await using var cluster = await StartClusterAsync();
        await using var standIn = await GitOpsStandIn.StartAsync(cluster, OwnerKind.Kustomization);
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        Task<string> RefusedAsync() => server.RefusalAsync("k8s_rollout_undo", UndoOf(cluster, pauses: true));
        var owner = $"Kustomization {cluster.Namespace}/shop";

        await cluster.KubectlAsync($"patch {standIn.Owner} --type=merge --patch={{\\\"spec\\\":{{\\\"suspend\\\":true}}}}");
        Assert.Equal($"{owner} puts nothing back by itself: it is paused, or is synced by hand. Nobody was asked. Ask again without "
            + "pause_owner. (code: nothing-to-pause)", await RefusedAsync());
        await cluster.KubectlAsync("label deployment web kustomize.toolkit.fluxcd.io/name=gone --overwrite");
        Assert.Contains("which a mark on deployment/web names, is not there", await RefusedAsync(), StringComparison.Ordinal);
        await cluster.KubectlAsync("label deployment web kustomize.toolkit.fluxcd.io/name-");
        Assert.Contains("No mark of Argo CD or Flux on deployment/web names an owner.", await RefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOwnerThatWasChangedAfterTheApproverSawItIsLeftAlone()
    {
        await using var cluster = await StartClusterAsync();
        await using var standIn = await GitOpsStandIn.StartAsync(cluster, OwnerKind.Application);
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        var asked = await server.CallAsync("k8s_rollout_undo", UndoOf(cluster, pauses: true));

        await cluster.KubectlAsync($"patch {standIn.Owner} --type=json "
            + "--patch=[{\\\"op\\\":\\\"remove\\\",\\\"path\\\":\\\"/spec/syncPolicy/automated/prune\\\"}]");
        await ApproveAsync(server, asked);
        var end = await server.EndOfAsync(asked.Text("request_id")!);

        Assert.Equal("stale", end.Text("state"));
        Assert.Equal($"Application {cluster.Namespace}/shop was changed since it was shown. Nothing was changed.",
            end.Text("outcome", "message"));
        Assert.Equal("app:2", await cluster.ImageAsync("deployment"));
        Assert.DoesNotContain("enabled", await standIn.SpecAsync(), StringComparison.Ordinal);
    }

    private static async Task ApproveAsync(ServerProcess server, JsonElement asked)
    {
        using var decided = await server.DecideAsync(asked.Text("request_id")!, "approve");
        Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
    }

    private static object UndoOf(ClusterUnderTest cluster, bool pauses = false) => new
    {
        resource_type = "deployment",
        @namespace = cluster.Namespace,
        name = "web",
        to_revision = 1,
        current_revision = 2,
        reason = "The new release is broken.",
        pause_owner = pauses,
    };

    private static object ResumeOf(ClusterUnderTest cluster, bool resumes = true, int revision = 3) => new
    {
        resource_type = "deployment",
        @namespace = cluster.Namespace,
        name = "web",
        to_revision = revision,
        current_revision = revision,
        reason = "The commit is reverted.",
        resume_owner = resumes,
    };

    private static object Workload(ClusterUnderTest cluster) =>
        new { resource_type = "deployment", @namespace = cluster.Namespace, name = "web" };
}

public sealed class GitOpsOnThePracticeCluster : GitOpsCases
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.PracticeAsync();
}

public sealed class GitOpsOnARealControlPlane : GitOpsCases
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.RealWithOwnersAsync();
}
