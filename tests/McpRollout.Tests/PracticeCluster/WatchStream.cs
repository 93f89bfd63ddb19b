using System.Text.Json.Nodes;

namespace McpRollout.Tests.PracticeCluster;

/// <summary>An open watch, event by event.</summary>
internal sealed class WatchStream(Stream stream) : IAsyncDisposable
{
    private readonly StreamReader _reader = new(stream);

    /// <summary>The next event; fails when the watch has ended.</summary>
    public async Task<JsonObject> NextAsync() =>
        JsonNode.Parse(await _reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new EndOfStreamException())!.AsObject();

    public async Task<bool> HasEndedAsync() => await _reader.ReadLineAsync(TestContext.Current.CancellationToken) is null;

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await stream.DisposeAsync();
    }
}
