using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using McpRollout.Approvals.Telemetry;
using McpRollout.Kubernetes.Api;
using OpenTelemetry.Metrics;

namespace McpRollout.Telemetry;

/// <summary>
/// What <c>/metrics</c> shows: all of this product's own, and of the framework's only what is named here, each with the labels that are
/// named here. The MCP SDK's are left out: their labels have what agents send.
/// </summary>
internal static class ExposedMetrics
{
    /// <summary>The meters that are listened to.</summary>
    public static readonly string[] Meters = [ProductMeter.Name, "Microsoft.AspNetCore.Hosting", "System.Runtime"];

    // How many series one instrument may have; what is beyond goes into one.
    private const int MostSeries = 500;

    private static readonly Dictionary<string, string[]> OfTheFramework = new(StringComparer.Ordinal)
    {
        ["http.server.request.duration"] = ["http.route", "http.request.method", "http.response.status_code"],
        ["dotnet.process.cpu.time"] = ["cpu.mode"],
        ["dotnet.process.memory.working_set"] = [],
        ["dotnet.gc.collections"] = ["gc.heap.generation"],
        ["dotnet.gc.pause.time"] = [],
        ["dotnet.gc.last_collection.memory.committed_size"] = [],
    };

    /// <summary>The view of an instrument.</summary>
    public static MetricStreamConfiguration ViewOf(Instrument instrument) =>
        instrument.Meter.Name == ProductMeter.Name ? new MetricStreamConfiguration { CardinalityLimit = MostSeries }
        : OfTheFramework.TryGetValue(instrument.Name, out var labels)
            ? new MetricStreamConfiguration { CardinalityLimit = MostSeries, TagKeys = labels }
            : MetricStreamConfiguration.Drop;

    /// <summary>Makes the instruments, so that what has not happened yet is shown as 0.</summary>
    /// <param name="hostsApprovals">Whether this process has a store, a page and an executor.</param>
    public static void Show(bool hostsApprovals)
    {
        RuntimeHelpers.RunClassConstructor(typeof(ClusterTelemetry).TypeHandle);
        if (!hostsApprovals)
            return;
        RuntimeHelpers.RunClassConstructor(typeof(UndoTelemetry).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(ExecutionMeter).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(StoreMeter).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(SinkMeter).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(NotificationMeter).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(SignInMeter).TypeHandle);
    }
}
