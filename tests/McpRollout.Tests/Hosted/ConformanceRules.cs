using System.Diagnostics;
using System.Text.RegularExpressions;
using McpRollout.Tests.EndToEnd;

namespace McpRollout.Tests.Hosted;

/// <summary>The official conformance suite against the server itself: all scenarios of both versions that need nothing but what it
/// has.</summary>
public sealed partial class ConformanceRules : IAsyncLifetime
{
    private StateFolder _folder = null!;
    private TestIssuer _issuer = null!;
    private ClusterUnderTest _cluster = null!;
    private HostedProcess _hosted = null!;
    private TokenProxy _proxy = null!;

    public async ValueTask InitializeAsync()
    {
        _folder = await StateFolder.CreateAsync();
        _issuer = await TestIssuer.StartAsync();
        _cluster = await ClusterUnderTest.PracticeAsync();
        _hosted = await HostedProcess.StartAsync(_folder, _cluster, _issuer.Settings);
        _proxy = await TokenProxy.StartAsync(_folder.Page, _issuer.Token(_hosted.Audience));
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _hosted.DisposeAsync();
        await _cluster.DisposeAsync();
        await _issuer.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("2025-11-25",
        "server-initialize", "ping", "logging-set-level", "tools-list", "prompts-list", "dns-rebinding-protection")]
    [InlineData("2026-07-28",
        "tools-list", "prompts-list", "dns-rebinding-protection", "server-sse-multiple-streams", "sep-2164-resource-not-found",
        "input-required-result-unsupported-methods")]
    public async Task EveryCheckOfAScenarioPasses(string version, params string[] scenarios)
    {
        foreach (var scenario in scenarios)
        {
            var (exitCode, told) = await RunAsync(
                "server", "--url", $"{_proxy.Address}mcp", "--scenario", scenario, "--spec-version", version);
            var counted = Counted().Match(told);
            Assert.True(exitCode == 0 && counted.Success && counted.Groups["passed"].Value == counted.Groups["all"].Value
                && counted.Groups["all"].Value != "0", $"{scenario} at {version}, exit code {exitCode}: {told}");
        }
    }

    [GeneratedRegex(@"Passed: (?<passed>\d+)/(?<all>\d+), 0 failed")]
    private static partial Regex Counted();

    private static async Task<(int ExitCode, string Told)> RunAsync(params string[] arguments)
    {
        var program = Environment.GetEnvironmentVariable("ROLLOUT_TEST_CONFORMANCE");
        if (program is null)
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is not null,
                "ROLLOUT_TEST_CONFORMANCE names no conformance suite: .ci/conformance");
            Assert.Fail("ROLLOUT_TEST_CONFORMANCE names no conformance suite.");
        }

        var cancelled = TestContext.Current.CancellationToken;
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancelled), process.StandardError.ReadToEndAsync(cancelled));
        await process.WaitForExitAsync(cancelled);
        return (process.ExitCode, await output + await errors);
    }
}
