extern alias typed;

using System.Text;
using McpRollout.PracticeCluster;
using typed::k8s;
using typed::k8s.Models;

namespace McpRollout.Tests.PracticeCluster;

/// <summary>A client that nobody here wrote finds the practice cluster to be what the real one is.</summary>
public class OfficialClientRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public Task DeploymentsAreToldAlike() => ToldAlikeAsync<V1Deployment, V1DeploymentList>("deployment");

    [Fact]
    public Task StatefulSetsAreToldAlike() => ToldAlikeAsync<V1StatefulSet, V1StatefulSetList>("statefulset");

    [Fact]
    public Task DaemonSetsAreToldAlike() => ToldAlikeAsync<V1DaemonSet, V1DaemonSetList>("daemonset");

    private static async Task ToldAlikeAsync<T, TList>(string kind)
        where T : class, IKubernetesObject<V1ObjectMeta>
        where TList : IKubernetesObject, IItems<T>
    {
        using (Kubectl.ForRealCluster()) // Skips the test, or in CI fails it, when there is none.
        {
        }

        await using var cluster = await EmbeddedCluster.StartAsync(
            new() { Seed = false, PodStartupTime = TimeSpan.FromMilliseconds(10) }, Cancelled);
        var real = Environment.GetEnvironmentVariable("KUBECONFIG");
        using var realAdmin = Real(real, Environment.GetEnvironmentVariable("ROLLOUT_TEST_CONTEXT"));
        using var realUndoer = Real(real, "undoer");
        using var practiceAdmin = Practice(cluster, "practice");
        using var practiceUndoer = Practice(cluster, "undoer");
        var space = $"typed-{Guid.NewGuid():n}"[..20];
        using var onReal = new OfficialClientStory<T, TList>(realAdmin, realUndoer, space, kind);
        using var onPractice = new OfficialClientStory<T, TList>(practiceAdmin, practiceUndoer, space, kind);
        try
        {
            var stories = await Task.WhenAll(onReal.TellAsync(), onPractice.TellAsync());
            TestContext.Current.TestOutputHelper?.WriteLine(stories[0]);
            Assert.Equal(stories[0], stories[1]);
        }
        finally
        {
            await realAdmin.CoreV1.DeleteNamespaceAsync(space, cancellationToken: CancellationToken.None);
        }
    }

    private static typed::k8s.Kubernetes Real(string? kubeconfig, string? context) =>
        new(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig, context));

    private static typed::k8s.Kubernetes Practice(EmbeddedCluster cluster, string context)
    {
        using var kubeconfig = new MemoryStream(Encoding.UTF8.GetBytes(cluster.Kubeconfig));
        return new typed::k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig, context));
    }
}
