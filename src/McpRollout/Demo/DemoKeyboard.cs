using System.Threading.Channels;

namespace McpRollout.Demo;

/// <summary>The lines that the person types, for whoever waits for one. One thread reads: a read of the console cannot be taken
/// back.</summary>
internal sealed class DemoKeyboard
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public DemoKeyboard() => _ = Task.Run(() =>
    {
        while (Console.ReadLine() is { } line)
            _lines.Writer.TryWrite(line);
        _lines.Writer.Complete();
    });

    /// <summary>The next line; null once there is nobody any more.</summary>
    public async Task<string?> NextAsync(CancellationToken cancellationToken)
    {
        while (await _lines.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_lines.Reader.TryRead(out var line))
                return line;
        }

        return null;
    }

    /// <summary>Forgets what was typed and not taken.</summary>
    public void Clear()
    {
        while (_lines.Reader.TryRead(out _))
        {
        }
    }
}
