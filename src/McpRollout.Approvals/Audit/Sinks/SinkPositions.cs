using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>How far a sink that forgets has been told, in the store, so that a restart loses nothing.</summary>
internal sealed class SinkPositions(IDatabase database)
{
    /// <summary>The last record that the sink acknowledged; 0 if none.</summary>
    public Task<long> ReadAsync(string sink, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.ScalarAsync<long>("SELECT seq FROM sink_positions WHERE sink = @sink", ("@sink", sink)), cancellationToken);

    /// <summary>Moves the position on; never back.</summary>
    public Task AdvanceAsync(string sink, long seq, CancellationToken cancellationToken) => database.NoteAsync(
        """
        INSERT INTO sink_positions (sink, seq) VALUES (@sink, @seq)
        ON CONFLICT (sink) DO UPDATE SET seq = excluded.seq WHERE sink_positions.seq < excluded.seq
        """,
        [("@sink", sink), ("@seq", seq)],
        cancellationToken);
}
