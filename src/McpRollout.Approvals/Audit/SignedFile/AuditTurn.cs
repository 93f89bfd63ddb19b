using McpRollout.Approvals.Files;

namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>Processes that share an audit take turns by a lock file beside it.</summary>
internal sealed class AuditTurn(AuditPaths paths, IOptions<AuditOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until nobody else writes. The turn ends when what is returned is disposed of.</summary>
    /// <exception cref="IOException">Another process has the turn, and keeps it.</exception>
    public async Task<FileStream> TakeAsync(CancellationToken cancellationToken)
    {
        PrivateFiles.CreateFolder(Path.GetDirectoryName(paths.File)!);
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return PrivateFiles.OpenAlone(paths.Lock);
            }
            catch (IOException) when (time.GetElapsedTime(started) < options.Value.Deadline && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(Pause, time, CancellationToken.None);
            }
        }
    }
}
