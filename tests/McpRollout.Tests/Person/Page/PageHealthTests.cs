using McpRollout.Rollouts.Cluster;
using static McpRollout.Tests.Person.Page.Decisions;

namespace McpRollout.Tests.Person.Page;

public sealed class PageHealthTests(PageHost host) : IClassFixture<PageHost>
{
    [Fact]
    public async Task ThePodsOwnReasonsAreShown()
    {
        var page = await PageAsync();

        Assert.Contains("CrashLoopBackOff", page, StringComparison.Ordinal);
        Assert.Contains("exceeded its progress deadline", page, StringComparison.Ordinal);
        Assert.DoesNotContain("no longer what this page shows", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWorkloadThatMovedIsAnnouncedBeforeAnybodyDecides()
    {
        host.Cluster.CurrentRevision = 8;

        Assert.Contains("The workload is no longer what this page shows.", await PageAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWorkloadThatIsGoneIsAnnounced()
    {
        host.Cluster.Failure = new ClusterFailure(ClusterFailureKind.NotFound, "deployments.apps \"checkout\" not found");

        Assert.Contains("no longer exists in namespace shop", await PageAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClusterThatFailsDoesNotKeepThePageBack()
    {
        host.Cluster.Failure = new ClusterFailure(ClusterFailureKind.Unreachable,
            "https://10.40.0.1:6443 could not be reached: connection refused.");

        var page = await PageAsync();

        Assert.Contains("The health could not be read: https://10.40.0.1:6443 could not be reached: connection refused.", page,
            StringComparison.Ordinal);
        Assert.Contains("<form method=\"post\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClusterThatDoesNotAnswerDoesNotKeepThePageBack()
    {
        (host.Cluster.Ready, host.Time.Pace) = (new TaskCompletionSource().Task, 0.05);

        Assert.Contains("The health could not be read: the cluster did not answer within 2 seconds.", await PageAsync(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARequestForAnotherClusterSaysSo()
    {
        host.Cluster.ConnectedTo = new ClusterIdentity("staging", "https://10.50.0.1:6443");

        var page = await PageAsync();

        Assert.Contains("This request is for another cluster than this server", page, StringComparison.Ordinal);
        Assert.Contains("<b>staging</b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Health now", page, StringComparison.Ordinal);
    }

    private async Task<string> PageAsync()
    {
        try
        {
            return await TextOf(await host.Client.GetAsync(PathOf(await host.AskAsync()), PageHost.Cancellation));
        }
        finally
        {
            (host.Cluster.CurrentRevision, host.Cluster.Failure, host.Cluster.Ready) = (7, null, Task.CompletedTask);
            (host.Cluster.ConnectedTo, host.Time.Pace) = (IncidentCluster.Identity, 1);
        }
    }
}
