namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>The sinks that are on, by what is owed to them.</summary>
internal sealed record AuditSinks(IReadOnlyList<SinkRunner> Required, IReadOnlyList<SinkRunner> BestEffort) : IAsyncDisposable
{
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(Required.Concat(BestEffort).Select(sink => sink.DisposeAsync().AsTask()));

    /// <summary>Makes those that the settings ask for.</summary>
    public static AuditSinks From(IServiceProvider services)
    {
        var (options, time) = (services.GetRequiredService<IOptions<AuditOptions>>().Value, services.GetRequiredService<TimeProvider>());
        SinkSource[] all = [.. services.GetServices<SinkSource>()];
        return new(Of(SinkLevel.Required), Of(SinkLevel.BestEffort));

        List<SinkRunner> Of(SinkLevel level) =>
            [.. all.Where(each => each.Level(options) == level)
                .Select(each => new SinkRunner(each.Name, each.Make(services), options.Deadline, time))];
    }
}

/// <summary>A sink that can be turned on.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Level">What is owed to it, by the settings.</param>
/// <param name="Make">Makes it; asked only if it is on.</param>
internal sealed record SinkSource(string Name, Func<AuditOptions, SinkLevel> Level, Func<IServiceProvider, IAuditSink> Make);
