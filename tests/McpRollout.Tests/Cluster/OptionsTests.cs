using McpRollout.Hosting;
using McpRollout.Kubernetes;
using McpRollout.Kubernetes.Connections;
using McpRollout.Rollouts.Cluster;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace McpRollout.Tests.Cluster;

public sealed class OptionsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("shop", true, "*")]
    [InlineData("shop", true, "default", "shop")]
    [InlineData("shop-1", true, "shop-?")]
    [InlineData("shop-12", false, "shop-?")]
    [InlineData("kube-system", false, "team-*")]
    [InlineData("team-a", true, "team-*")]
    [InlineData("a-team-a", false, "team-*")]
    [InlineData("shop", false, "SHOP")]
    public void OnlyTheNamespacesOfTheListAreAllowed(string name, bool allowed, params string[] globs) =>
        Assert.Equal(allowed, new ClusterScope(globs).Allows(name));

    [Fact]
    public void AnEmptyListAllowsAllNamespaces() => Assert.True(new ClusterScope([]).Allows("any"));

    [Fact]
    public void AllErrorsAreToldAtOnce()
    {
        var errors = ClusterOptionsValidation.Validate(
            new ClusterOptions { Sandbox = true, Kubeconfig = "k", Context = "c", Namespaces = { "", "Shop", "ok-*" } }).ToList();
        Assert.Equal(4, errors.Count);
        Assert.Contains("'Shop'", errors[3], StringComparison.Ordinal);
    }

    [Fact]
    public void TheDefaultsAreValid() => Assert.Empty(ClusterOptionsValidation.Validate(new ClusterOptions()));

    [Fact]
    public void AMissingKubeconfigIsAnError() => Assert.Contains(
        "which does not exist",
        Assert.Single(ClusterOptionsValidation.Validate(new ClusterOptions { Kubeconfig = "/does/not/exist" })),
        StringComparison.Ordinal);

    [Fact]
    public void AnUnknownContextIsToldWithThoseThatExist()
    {
        File.WriteAllText(_file, "contexts: [{name: prod, context: {cluster: a}}, {name: dev, context: {cluster: a}}]");
        Assert.Empty(ClusterOptionsValidation.Validate(new ClusterOptions { Kubeconfig = _file, Context = "dev" }));
        Assert.EndsWith(
            "it has dev, prod: set one that exists.",
            Assert.Single(ClusterOptionsValidation.Validate(new ClusterOptions { Kubeconfig = _file, Context = "test" })),
            StringComparison.Ordinal);
    }

    [Fact]
    public void ReaderAndWriterAreOneClient_AndOptionsAreBoundAndValidated()
    {
        using var services = new ServiceCollection()
            .AddProduct(new ConfigurationBuilder().AddInMemoryCollection([new("Cluster:Namespaces:0", "Shop")]).Build())
            .BuildServiceProvider();
        Assert.Same(services.GetRequiredService<IClusterReader>(), services.GetRequiredService<IClusterWriter>());
        Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<ClusterOptions>>().Value);
    }

    [Fact]
    public void AnotherSourceCanTakeThePlaceOfTheKubeconfig()
    {
        var source = new KubeconfigText("", TimeProvider.System, "practice");
        using var services = new ServiceCollection().AddSingleton<IConnectionSource>(source).AddCluster().BuildServiceProvider();
        Assert.Same(source, services.GetRequiredService<IConnectionSource>());
    }
}
