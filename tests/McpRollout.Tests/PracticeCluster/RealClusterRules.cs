using McpRollout.PracticeCluster;

namespace McpRollout.Tests.PracticeCluster;

public class RealClusterRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("deployment")]
    [InlineData("statefulset")]
    [InlineData("daemonset")]
    public async Task KubectlCannotTellThePracticeClusterFromARealOne(string kind)
    {
        using var real = Kubectl.ForRealCluster();
        await using var cluster = await EmbeddedCluster.StartAsync(new() { Seed = false }, Cancelled);
        using var practice = Kubectl.For(cluster.Kubeconfig);
        var space = $"practice-{Guid.NewGuid():n}"[..20];
        try
        {
            var stories = await Task.WhenAll(KubectlStory.TellAsync(real, space, kind), KubectlStory.TellAsync(practice, space, kind));
            Assert.Equal(stories[0], stories[1]);
        }
        finally
        {
            await real.RunAsync($"delete namespace {space} --wait=false");
        }
    }

    [Fact]
    public async Task RefusedPodsAndWritersOfKeysAreToldAlike()
    {
        using var real = Kubectl.ForRealCluster();
        await using var cluster = await EmbeddedCluster.StartAsync(new() { Seed = false }, Cancelled);
        using var practice = Kubectl.For(cluster.Kubeconfig);
        var space = $"practice-{Guid.NewGuid():n}"[..20];
        try
        {
            var stories = await Task.WhenAll(RefusalStory.TellAsync(real, space), RefusalStory.TellAsync(practice, space));
            Assert.Equal(stories[0], stories[1]);
        }
        finally
        {
            await real.RunAsync($"delete namespace {space} --wait=false");
        }
    }
}
