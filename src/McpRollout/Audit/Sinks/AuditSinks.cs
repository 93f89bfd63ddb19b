using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace McpRollout.Audit.Sinks;

/// <summary>The sinks that are on, by what is owed to them.</summary>
internal sealed record AuditSinks(IReadOnlyList<AuditSink> Required, IReadOnlyList<AuditSink> BestEffort) : IAsyncDisposable
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(Required.Concat(BestEffort).Select(sink => sink.DisposeAsync().AsTask())).ConfigureAwait(false);

    /// <summary>Makes those that the settings ask for.</summary>
    public static AuditSinks From(IServiceProvider services)
    {
        var (options, time) = (services.GetRequiredService<IOptions<AuditOptions>>().Value, services.GetRequiredService<TimeProvider>());
        (string Name, SinkLevel Level, Func<IAuditSink> Make)[] all =
        [
            ("file", options.Sinks.File, services.GetRequiredService<AuditFile>),
            ("standard error", options.Sinks.StandardError, services.GetRequiredService<StandardErrorSink>),
            ("OpenTelemetry", options.Sinks.OpenTelemetry, services.GetRequiredService<OpenTelemetrySink>),
            ("webhook", options.Sinks.Webhook, services.GetRequiredService<WebhookSink>),
        ];
        return new(Of(SinkLevel.Required), Of(SinkLevel.BestEffort));

        List<AuditSink> Of(SinkLevel level) =>
            [.. all.Where(each => each.Level == level).Select(each => new AuditSink(each.Name, each.Make(), options.Deadline, time))];
    }
}
