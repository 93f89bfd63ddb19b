using McpRollout.Approvals.Probes;
using McpRollout.Rollouts.Undo;
using McpRollout.Tests.Notifications;

namespace McpRollout.Tests.Probes;

public sealed class VerifyOptionsRules
{
    [Fact]
    public void AProbeOfEachKindIsTaken()
    {
        using var file = new SecretInFile(NotificationReceiver.Secret);
        Assert.Empty(Errors(new VerifyOptions
        {
            Prometheus = "https://prometheus.example/prefix",
            PrometheusTokenFile = file.Path,
            Probes =
            {
                new ProbeOptions { Name = "page", Url = "http://{name}.{namespace}.svc:8080/healthz", Namespaces = { "shop" } },
                new ProbeOptions { Name = "errors", PromQl = "errors{app=\"{name}\"}", Worse = WorseWhen.Lower, Tolerance = 0 },
            },
        }));
    }

    [Fact]
    public void AllThatIsWrongIsSaidAtOnceAndNoSecretWithIt()
    {
        var errors = Errors(new VerifyOptions
        {
            Prometheus = "https://user:hunter2@prometheus.example",
            Probes =
            {
                new ProbeOptions { Url = "http://user:hunter2@shop.example/" },
                new ProbeOptions { Name = "page", Url = "ftp://shop.example/", Worse = WorseWhen.Higher },
                new ProbeOptions { Name = "page" },
                new ProbeOptions { Name = "both", Url = "http://shop.example/", PromQl = "vector(1)" },
                new ProbeOptions { Name = "raw", PromQl = "up{app={name}}", Tolerance = double.NaN, Namespaces = { "Shop" } },
                new ProbeOptions { Name = "typed", PromQl = "vector(1)", ResourceTypes = { "pod" } },
            },
        });

        foreach (var begin in new[]
        {
            "Verify:Prometheus holds a user", "Verify:Probes:0:Name is missing", "Verify:Probes:0:Url is no address",
            "Verify:Probes:1:Url is no address", "Verify:Probes:1 has Worse or Tolerance", "Verify:Probes:2 has neither",
            "Verify:Probes has 2 probes of the name 'page'", "Verify:Probes:3 has both", "Verify:Probes:4:PromQl cannot be asked",
            "Verify:Probes:4:Tolerance is NaN", "Verify:Probes:4:Namespaces has 'Shop'", "Verify:Probes:5:ResourceTypes has 'pod'",
        })
            Assert.Single(errors, error => error.StartsWith(begin, StringComparison.Ordinal));
        Assert.Equal(12, errors.Count);
        Assert.DoesNotContain(errors, error => error.Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, false, "Verify:Prometheus is not set, and a probe has PromQl")]
    [InlineData("prometheus", false, "Verify:Prometheus is no address")]
    [InlineData("https://prometheus.example/?a=b", false, "Verify:Prometheus is no address")]
    [InlineData("http://prometheus.example", true, "Verify:Prometheus is not https, and a token")]
    public void PrometheusIsAnAddressThatMayBeAsked(string? address, bool hasToken, string error)
    {
        using var file = new SecretInFile(NotificationReceiver.Secret);
        Assert.StartsWith(
            error,
            Assert.Single(Errors(new VerifyOptions
            {
                Prometheus = address,
                PrometheusTokenFile = hasToken ? file.Path : null,
                Probes = { new ProbeOptions { Name = "errors", PromQl = "vector(1)" } },
            })),
            StringComparison.Ordinal);
    }

    [Fact]
    public void AnAgentsSideAloneAsksNoProbes() => Assert.Contains(
        "Approvals:Host is false",
        Assert.Single(new VerifyOptionsValidation(hostsApprovals: false).Validate(
            null, new VerifyOptions { Probes = { new ProbeOptions { Name = "page", Url = "http://shop.example/" } } }).Failures!),
        StringComparison.Ordinal);

    private static IReadOnlyList<string> Errors(VerifyOptions options) =>
        [.. new VerifyOptionsValidation().Validate(null, options).Failures ?? []];
}
