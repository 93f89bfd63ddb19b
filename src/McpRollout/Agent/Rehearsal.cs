using McpRollout.Telemetry;
using McpRollout.Tools;
using ModelContextProtocol.Server;

namespace McpRollout.Agent;

/// <summary>
/// Plays an agent's first questions to a server without a host, while the settings are read and the host is built. Most of a start is the runtime loading
/// types, and half of those belong to the first answers: on another core they are loaded at the same time.
/// </summary>
internal static class Rehearsal
{
    /// <summary>Begins it, and waits for nothing: nobody depends on how it ends. On one core it would be in the way; with telemetry, seen.</summary>
    public static void Begin()
    {
        if (Environment.ProcessorCount > 1 && !TelemetryServices.IsAskedForAny)
            _ = Task.Run(PlayAsync);
    }

    private static async Task PlayAsync()
    {
        try
        {
            using var questions = new MemoryStream(Questions.ToArray());
            var transport = new StreamServerTransport(questions, Stream.Null, nameof(Rehearsal));
            await using var _ = transport.ConfigureAwait(false);
            var options = new McpServerOptions();
            ServedTools.Offer(options, readOnly: false, hosted: true);
            var server = McpServer.Create(transport, options);
            await using var __ = server.ConfigureAwait(false);
            await server.RunAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // What fails here fails again where it is asked in earnest, and is told there.
        catch (Exception)
        {
        }
#pragma warning restore CA1031
    }

    private static ReadOnlySpan<byte> Questions => """
        {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"rehearsal","version":"1"}}}
        {"jsonrpc":"2.0","method":"notifications/initialized"}
        {"jsonrpc":"2.0","id":2,"method":"tools/list"}

        """u8;
}
