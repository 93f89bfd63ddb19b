using System.Diagnostics;
using System.Text.RegularExpressions;
using McpRollout.Tests.EndToEnd;

namespace McpRollout.Tests.Hosted;

/// <summary>The official conformance suite, both versions of the protocol: each scenario that they require, at the version's own wire
/// format.</summary>
public sealed partial class ConformanceRules : IAsyncLifetime
{
    private StateFolder _folder = null!;
    private TestIssuer _issuer = null!;

    public async ValueTask InitializeAsync()
    {
        _folder = await StateFolder.CreateAsync();
        _issuer = await TestIssuer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _issuer.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>What needs nothing but what the server has.</summary>
    [Theory]
    [InlineData("2025-11-25",
        "server-initialize", "ping", "logging-set-level", "tools-list", "prompts-list", "dns-rebinding-protection")]
    [InlineData("2026-07-28",
        "tools-list", "prompts-list", "dns-rebinding-protection", "server-sse-multiple-streams",
        "input-required-result-unsupported-methods")]
    public async Task TheServerItselfPassesEveryCheck(string version, params string[] scenarios)
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await using var hosted = await HostedProcess.StartAsync(_folder, cluster, _issuer.Settings);
        await PassesAsync(version, scenarios);
    }

    /// <summary>What calls tools, prompts and resources by name. Without sessions a server cannot ask a client of 2025-11-25 anything, or
    /// tell it of changed resources: the scenarios of that are left out.</summary>
    [Theory]
    [InlineData("2025-11-25",
        "completion-complete", "tools-call-simple-text", "tools-call-image", "tools-call-audio", "tools-call-embedded-resource",
        "tools-call-mixed-content", "tools-call-error", "tools-call-with-progress", "tools-call-with-logging", "resources-list",
        "resources-read-text", "resources-read-binary", "resources-templates-read", "prompts-get-simple", "prompts-get-with-args",
        "prompts-get-embedded-resource", "prompts-get-with-image")]
    [InlineData("2026-07-28",
        "server-stateless", "completion-complete", "tools-call-simple-text", "tools-call-image", "tools-call-audio",
        "tools-call-embedded-resource", "tools-call-mixed-content", "tools-call-error", "tools-call-with-progress", "resources-list",
        "resources-read-text", "resources-read-binary", "resources-templates-read", "sep-2164-resource-not-found", "prompts-get-simple",
        "prompts-get-with-args", "prompts-get-embedded-resource", "prompts-get-with-image", "caching")]
    [InlineData("2026-07-28",
        "input-required-result-basic-elicitation", "input-required-result-basic-sampling", "input-required-result-basic-list-roots",
        "input-required-result-request-state", "input-required-result-multiple-input-requests", "input-required-result-multi-round",
        "input-required-result-missing-input-response", "input-required-result-non-tool-request", "input-required-result-result-type",
        "input-required-result-tampered-state", "input-required-result-capability-check", "input-required-result-ignore-extra-params",
        "input-required-result-validate-input")]
    public async Task TheTransportAndTheFiltersPassEveryCheck(string version, params string[] scenarios)
    {
        await using var host = await FixtureHost.StartAsync(_folder, _issuer.Settings);
        await PassesAsync(version, scenarios);
    }

    private async Task PassesAsync(string version, string[] scenarios)
    {
        foreach (var scenario in scenarios)
        {
            // Another caller for each: one may not call as often as all of them do.
            await using var proxy = await TokenProxy.StartAsync(_folder.Page, _issuer.Token($"{_folder.Page}mcp", subject: scenario));
            var (exitCode, told) = await RunAsync(
                "server", "--url", $"{proxy.Address}mcp", "--scenario", scenario, "--spec-version", version);
            var counted = Counted().Match(told);
            Assert.True(exitCode == 0 && counted.Success && counted.Groups["passed"].Value == counted.Groups["all"].Value
                && counted.Groups["all"].Value != "0", $"{scenario} at {version}, exit code {exitCode}: {told}");
        }
    }

    [GeneratedRegex(@"Passed: (?<passed>\d+)/(?<all>\d+), 0 failed, 0 warnings")]
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
