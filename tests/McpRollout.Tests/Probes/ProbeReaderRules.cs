using System.Diagnostics;
using McpRollout.Approvals.Probes;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Undo;
using McpRollout.Tests.Notifications;

namespace McpRollout.Tests.Probes;

/// <summary>Probes against a real HTTP server.</summary>
public sealed class ProbeReaderRules
{
    private static readonly WorkloadRef Checkout = new(ResourceType.Deployment, "shop", "checkout");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnAddressIsReadForTheWorkload()
    {
        await using var target = await ProbeTarget.StartAsync();
        var reading = Assert.Single(await AskAsync(Options($"{target.Url}/{{namespace}}/{{name}}")));

        Assert.Equal(("probe", 200, null), (reading.Probe, reading.Status, reading.Why));
        Assert.Equal([("/shop/checkout", "")], target.Asked);
    }

    [Fact]
    public async Task ARedirectIsAnAnswerAndIsNotFollowed()
    {
        await using var target = await ProbeTarget.StartAsync();
        target.Status = 302;

        Assert.Equal(302, Assert.Single(await AskAsync(Options($"{target.Url}/a"))).Status);
        Assert.Equal("/a", Assert.Single(target.Asked).Address);
    }

    [Fact]
    public async Task AQuestionIsAskedOfPrometheusWithItsToken()
    {
        await using var target = await ProbeTarget.StartAsync();
        using var file = new SecretInFile(NotificationReceiver.Secret);
        var options = Options(null, "sum(rate(errors{app=\"{name}\"}[1m])) > 0");
        (options.Prometheus, options.PrometheusTokenFile) = ($"{target.Url}/", file.Path);

        Assert.Equal(0.02, Assert.Single(await AskAsync(options)).Figure);
        Assert.Equal(
            [("/api/v1/query?query=sum%28rate%28errors%7Bapp%3D%22checkout%22%7D%5B1m%5D%29%29%20%3E%200",
                $"Bearer {NotificationReceiver.Secret}")],
            target.Asked);
    }

    [Fact]
    public async Task WhatPrometheusRefusesOrSendsWithoutEndIsNoFigure()
    {
        await using var target = await ProbeTarget.StartAsync();
        var options = Options(null, "vector(1)");
        options.Prometheus = target.Url;
        target.Body = new string(' ', 100_000);
        Assert.Equal("its answer is too long", Assert.Single(await AskAsync(options)).Why);
        target.Status = 401;
        Assert.Equal("Prometheus answered 401", Assert.Single(await AskAsync(options)).Why);
    }

    [Fact]
    public async Task NoProbeIsWaitedForLong()
    {
        await using var target = await ProbeTarget.StartAsync();
        target.Opened = Task.Delay(Timeout.Infinite, Cancelled);
        var options = Options($"{target.Url}/slow");
        options.Probes.Add(new ProbeOptions { Name = "gone", Url = "http://127.0.0.1:9/" });
        var begun = Stopwatch.GetTimestamp();
        var readings = await AskAsync(options);

        Assert.Equal(["no answer within 3 s", "it cannot be reached"], readings.Select(reading => reading.Why));
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task WhatCannotBeUsedIsNoFigureAndNoFailure()
    {
        await using var target = await ProbeTarget.StartAsync();
        var options = Options(null, "vector(1)");
        options.Prometheus = target.Url;
        target.Body = """{"status":"success","data":{"resultType":"scalar","result":[1,"\ud800"]}}""";
        Assert.Equal("its answer is no figure", Assert.Single(await AskAsync(options)).Why);

        var token = Path.GetTempFileName();
        await File.WriteAllTextAsync(token, "two\nlines", Cancelled);
        options.PrometheusTokenFile = token;
        Assert.Equal("the token of Prometheus cannot be read", Assert.Single(await AskAsync(options)).Why);
        File.Delete(token);
    }

    [Fact]
    public async Task ATokenThatCannotBeReadIsNotToldFurther()
    {
        var options = Options(null, "vector(1)");
        (options.Prometheus, options.PrometheusTokenFile) = ("http://127.0.0.1:9", "/nowhere/at/all");

        Assert.Equal("the token of Prometheus cannot be read", Assert.Single(await AskAsync(options)).Why);
    }

    [Theory]
    [InlineData("eu-*", "shop", "check*", "deployment", true)]
    [InlineData(null, "s?op", null, null, true)]
    [InlineData("staging", null, null, null, false)]
    [InlineData(null, "prod", null, null, false)]
    [InlineData(null, null, "ledger", null, false)]
    [InlineData(null, null, null, "statefulset", false)]
    public void AProbeIsForTheWorkloadsThatItsMatchersName(
        string? cluster, string? @namespace, string? workload, string? type, bool isFor)
    {
        var probe = new ProbeOptions { Name = "probe", Url = "http://shop.example/" };
        Add(probe.Clusters, cluster);
        Add(probe.Namespaces, @namespace);
        Add(probe.Workloads, workload);
        Add(probe.ResourceTypes, type);

        Assert.Equal(isFor, new Probe(probe).IsFor("eu-prod", Checkout));
        Assert.False(new Probe(new ProbeOptions { Name = "probe" })
            .IsFor("eu-prod", new WorkloadRef(ResourceType.HelmRelease, "shop", "checkout")));

        static void Add(IList<string> list, string? value)
        {
            if (value is not null)
                list.Add(value);
        }
    }

    [Fact]
    public void WhatFollowsAQuestionMarkIsNotShown()
    {
        var probe = new Probe(new ProbeOptions { Name = "probe", Url = "http://shop.example/{name}?key=hunter2#hunter2" });
        Assert.Equal(new ProbeMeasure.Answer("GET http://shop.example/checkout"), probe.MeasureOf(Checkout));
    }

    private static VerifyOptions Options(string? url, string? promQl = null) =>
        new() { Probes = { new ProbeOptions { Name = "probe", Url = url, PromQl = promQl } } };

    private static async Task<IReadOnlyList<ProbeReading>> AskAsync(VerifyOptions options)
    {
        using var reader = new ProbeReader(Microsoft.Extensions.Options.Options.Create(options), TimeProvider.System);
        return await reader.AskAsync("eu-prod", Checkout, Cancelled);
    }
}
