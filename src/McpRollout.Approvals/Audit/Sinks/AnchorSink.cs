using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Approvals.Files;

namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>
/// Takes each checkpoint to where this machine's user cannot rewrite it. It is told in the background: from its start on every checkpoint,
/// or at least the last, which covers all before it.
/// </summary>
internal sealed class AnchorSink(
    AuditPaths paths, IOptions<AuditOptions> options, TimeProvider time, ICollectorLog? collector = null) : IAuditSink, IDisposable
{
    private readonly HttpReceiver? _receiver = options.Value.AnchorUrl is { } url ? new(url, time) : null;
    private long? _told;

    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(paths.Checkpoints))
            return;
        var (lines, end) = Untold();
        foreach (var checkpoint in lines)
        {
            if (await FailureAsync(checkpoint, cancellationToken) is { } failure)
                throw new AuditUnavailableException(
                    $"The audit's anchor {_receiver?.Authority ?? options.Value.Anchor} did not take the checkpoint of record "
                        + $"{checkpoint.Seq}: {failure}. The next one covers it too.");
        }

        _told = end;
    }

    public void Dispose() => _receiver?.Dispose();

    // After a start, and after the file was cut, the last one.
    private (IReadOnlyList<Checkpoint> Checkpoints, long End) Untold()
    {
        using var file = new FileStream(paths.Checkpoints, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var (last, torn) = JsonLines.ReadEnd(file);
        var end = file.Length - torn.Length;
        if (_told is not { } told || told > end)
            return (ParseAll([Encoding.UTF8.GetString(last)]), end);
        var added = new byte[end - told];
        file.Position = told;
        file.ReadExactly(added);
        return (ParseAll(Encoding.UTF8.GetString(added).Split('\n')), end);
    }

    private static IReadOnlyList<Checkpoint> ParseAll(IEnumerable<string> lines) =>
        [.. lines.Select(Checkpoint.Parse).OfType<Checkpoint>()];

    private async Task<string?> FailureAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        if (_receiver is not null)
            return await _receiver.PostAsync(checkpoint.ToLine(), sign: null, cancellationToken);
        if (options.Value.Anchor == AuditOptions.Otlp)
            return collector?.Takes(checkpoint.ToLine()) is true ? null : "the collector did not acknowledge it";
        try
        {
            Append(options.Value.Anchor!, checkpoint);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
    }

    private static void Append(string path, Checkpoint checkpoint)
    {
        var (last, torn) = File.Exists(path) ? JsonLines.ReadEnd(path) : ([], []);
        if (Checkpoint.Parse(Encoding.UTF8.GetString(last)) is { } before
            && before.KeyId == checkpoint.KeyId && before.Seq >= checkpoint.Seq)
            return;
        if (torn.Length > 0 && !Checkpoint.IsTornOff(torn))
            throw new IOException("it ends with something else than checkpoints");

        // Where the file is append-only, what was torn off stays, as a line of its own that covers nothing.
        var end = torn.Length > 0 && !IsCutOff(path, torn) ? "\n" : "";
        using var file = PrivateFiles.OpenAppendOnly(path);
        file.Write(Encoding.UTF8.GetBytes($"{end}{checkpoint.ToLine()}\n"));
        file.Flush(flushToDisk: true);
    }

    private static bool IsCutOff(string path, byte[] torn)
    {
        try
        {
            using var file = PrivateFiles.OpenToAppend(path);
            JsonLines.Cut(file, torn);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>Where the OpenTelemetry collector takes log lines.</summary>
internal interface ICollectorLog
{
    /// <summary>Sends a line; whether the collector acknowledged it.</summary>
    bool Takes(string line);
}
