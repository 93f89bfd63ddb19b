using System.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace McpRollout.Telemetry;

/// <summary>Gives each tool call a trace id, the client's if it sent one, also when no spans are exported: records and annotations name it.</summary>
internal sealed class TraceIds : IHostedService, IDisposable
{
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == Exporting.ModelContextProtocol,
        Sample = (ref _) => ActivitySamplingResult.PropagationData,
    };

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        ActivitySource.AddActivityListener(_listener);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();
}
