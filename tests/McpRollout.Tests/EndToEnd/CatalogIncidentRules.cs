using System.Net;

namespace McpRollout.Tests.EndToEnd;

/// <summary>The practice cluster's incident with a release of Helm, by the real helm.</summary>
public sealed class CatalogIncidentRules
{
    private static readonly object Catalog = new { resource_type = "helm_release", @namespace = "catalog", name = "catalog" };

    [Fact]
    public async Task ARollbackOfTheReleaseBringsBackWhatNoUndoOfItsDeploymentWould()
    {
        await using var cluster = await ClusterUnderTest.IncidentAsync("catalog");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(
            folder, cluster, "--Helm:Enabled=true", $"--Helm:Program={HelmChart.Program}");

        var history = await server.CallAsync("k8s_rollout_history", Catalog);
        Assert.Equal("3", history.Text("current_revision"));
        Assert.Contains("deployment/catalog: ", history.GetProperty("revisions")[0].GetProperty("evidence").GetRawText(),
            StringComparison.Ordinal);
        var workload = await server.CallAsync(
            "k8s_rollout_history", new { resource_type = "deployment", @namespace = "catalog", name = "catalog" });
        Assert.Contains("changed-since", workload.GetProperty("revisions")[1].GetProperty("findings").GetRawText(),
            StringComparison.Ordinal);
        Assert.Contains("ask with resource_type helm_release, name catalog", workload.GetRawText(), StringComparison.Ordinal);

        var asked = await server.CallAsync("k8s_rollout_undo", new
        {
            resource_type = "helm_release",
            @namespace = "catalog",
            name = "catalog",
            to_revision = 2,
            current_revision = 3,
            reason = "The upgrade crashes.",
        });
        using (var answer = await server.DecideAsync(asked.Text("request_id")!, "approve"))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var end = await server.EndOfAsync(asked.Text("request_id")!);

        Assert.Equal(("applied", "healthy", "4"), (end.Text("state"), end.Text("outcome", "rollout"), end.Text("outcome", "revision")));
        Assert.Equal("v1", await cluster.KubectlAsync("get configmap/catalog-settings -o jsonpath={.data.index}"));
        Assert.Equal("registry.example/catalog/catalog:5.1.0",
            await cluster.KubectlAsync("get deployment/catalog -o jsonpath={.spec.template.spec.containers[0].image}"));
    }
}
