using McpRollout.Hosting;
using McpRollout.Rollouts.Json;
using McpRollout.Tests.EndToEnd;
using McpRollout.Tests.Tools;

namespace McpRollout.Tests.Packaging;

/// <summary>What helm makes of the chart's values.</summary>
public class ChartRules
{
    [Theory]
    [InlineData("file")]
    [InlineData("postgres")]
    public async Task TheChartPassesHelmsLint(string values)
    {
        var (_, output, errors) = await HelmChart.RunAsync("lint", "--strict", Manifests.Chart, "--values", Manifests.Values(values));

        Assert.Equal("", errors);
        Assert.Contains("0 chart(s) failed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheValuesThatTheDocsShowAreTakenAsTheyStand()
    {
        var docs = await File.ReadAllTextAsync(Path.Combine(SchemaFiles.Root, "docs", "hosted.md"), TestContext.Current.CancellationToken);
        var values = docs.Split("```yaml\n")[1].Split("```")[0];
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, values, TestContext.Current.CancellationToken);

        var (_, output, errors) = await HelmChart.RunAsync("template", "test", Manifests.Chart, "--values", file);

        Assert.Equal("", errors);
        Assert.Single(Manifests.Read(output).Of("Ingress"));
        File.Delete(file);
    }

    [Theory]
    [InlineData("replicas=2", "replicas is 2, and a file is the store of one server: set postgres.connection, or replicas to 1.")]
    [InlineData("ingress.enabled=true", "ingress.tlsSecret is not set, and passphrases would travel in the clear")]
    [InlineData("issuers=null", "Nobody could call at /mcp: name an issuer of tokens in issuers, or an agent in agents.")]
    [InlineData("replica=2", "additional properties 'replica' not allowed")]
    [InlineData("replicas=-1", "/replicas")]
    [InlineData("publicUrl=http://rollouts.example.com", "/publicUrl")]
    [InlineData("publicUrl=null", "publicUrl")]
    [InlineData("namespaces={}", "/namespaces")]
    [InlineData("namespaces={*}", "/namespaces/0")]
    [InlineData("postgres.connection=Host=db;Password=hunter2-hunter2", "/postgres/connection")]
    [InlineData("settings.Storage:Path=/tmp/state.db", "Storage:Path")]
    [InlineData("settings.Cluster:Namespaces:0=all", "Cluster:Namespaces:0")]
    [InlineData("network.from={a b}", "/network/from/0")]
    [InlineData("metrics.port=7391", "/metrics/port")]
    [InlineData("settings.Metrics:Listen=http://0.0.0.0:9464", "Metrics:Listen")]
    public async Task AWrongValueIsRefusedInWords(string value, string said)
    {
        var (_, output, errors) = await HelmChart.RunAsync(
            "template", "test", Manifests.Chart, "--values", Manifests.Values("file"), "--set", value);

        Assert.Equal("", output);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherSettingStartsThePodsAnew()
    {
        const string Checksum = "checksum/settings";
        var before = Assert.Single((await Manifests.ObjectsAsync("a file")).Pods());
        var after = Assert.Single((await Manifests.ObjectsAsync("a file", "--set", "settings.Registry:Check=\"true\"")).Pods());

        Assert.NotNull(before.TextAt("metadata", "annotations", Checksum));
        Assert.NotEqual(before.TextAt("metadata", "annotations", Checksum), after.TextAt("metadata", "annotations", Checksum));
    }

    [Theory]
    [InlineData("1.20.2", "policy/v1beta1")]
    [InlineData("1.21.0", "policy/v1")]
    public async Task TheBudgetIsOfAVersionThatTheClusterServes(string cluster, string version) => Assert.Equal(
        version,
        Assert.Single((await Manifests.ObjectsAsync("PostgreSQL", "--kube-version", cluster)).Of("PodDisruptionBudget"))
            .TextAt("apiVersion"));

    [Fact]
    public void TheChartIsOfTheProgramsVersion()
    {
        var version = typeof(SettingsCheck).Assembly.GetName().Version!.ToString(fieldCount: 3);
        var chart = Assert.Single(Manifests.Read(File.ReadAllText(Path.Combine(Manifests.Chart, "Chart.yaml"))));

        Assert.Equal((version, version), (chart.TextAt("version"), chart.TextAt("appVersion")));
    }
}
