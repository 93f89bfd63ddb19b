using System.Diagnostics.Metrics;
using McpRollout.Approvals.Telemetry;

namespace McpRollout.Mcp;

/// <summary>Measures the tools' calls. The SDK's own metrics have a label with whatever name an agent sends, without end.</summary>
internal sealed class CallTelemetry(IReadOnlyCollection<string> tools)
{
    private const string Unknown = "unknown";

    private static readonly Histogram<double> Duration = ProductMeter.Meter.CreateHistogram(
        "mcp_rollout.tool.call.duration", "s", "How long a tool's call took, with what it waited for people and rollouts.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });

    /// <summary>Measures a call, whatever comes of it.</summary>
    public McpRequestHandler<CallToolRequestParams, CallToolResult> Measure(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next) =>
        async (call, cancellationToken) =>
        {
            var (began, outcome) = (TimeProvider.System.GetTimestamp(), "ended");
            try
            {
                var result = await next(call, cancellationToken);
                outcome = result.IsError is true ? "refused" : "ok";
                return result;
            }
            catch (InputRequiredException)
            {
                outcome = "asked";
                throw;
            }
            finally
            {
                var name = call.Params?.Name is { } given && tools.Contains(given) ? given : Unknown;
                Duration.Record(
                    TimeProvider.System.GetElapsedTime(began).TotalSeconds, new("gen_ai.tool.name", name),
                    new(ProductMeter.Outcome, outcome));
            }
        };
}
