using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Notifications;

/// <summary>How far each channel was told, which process tells it now, and why it could not be told, in the store: so that a restart loses
/// nothing, and of several processes one tells.</summary>
internal sealed class NotificationStore(IDatabase database)
{
    /// <summary>The last record that the channel was told of, or that was none of its own; null before it was told for the first
    /// time.</summary>
    public async Task<long?> PositionAsync(string channel, CancellationToken cancellationToken) =>
        await database.ReadAsync(session => PositionsAsync(session, channel), cancellationToken) is [var seq] ? seq : null;

    /// <summary>Has a new channel begin after this record.</summary>
    public Task BeginAsync(string channel, long seq, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.ExecuteAsync(
            "INSERT INTO notification_channels (name, seq, leased_until) VALUES (@channel, @seq, 0) ON CONFLICT (name) DO NOTHING",
            ("@channel", channel), ("@seq", seq)),
        cancellationToken);

    /// <summary>Claims the channel for one process, until then.</summary>
    /// <returns>How far it was told; null while another process tells it.</returns>
    public Task<long?> ClaimAsync(
        string channel, string holder, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.WriteAsync(
        async session => await session.ExecuteAsync(
            """
            UPDATE notification_channels SET holder = @holder, leased_until = @until
            WHERE name = @channel AND (holder = @holder OR leased_until <= @now)
            """,
            ("@channel", channel), ("@holder", holder), ("@until", until.ToUnixTimeMilliseconds()),
            ("@now", now.ToUnixTimeMilliseconds())) == 1
            ? (await PositionsAsync(session, channel))[0]
            : (long?)null,
        cancellationToken);

    /// <summary>Moves the position on, and the claim with it; false if another process has taken it over.</summary>
    public async Task<bool> AdvanceAsync(
        string channel, string holder, long seq, DateTimeOffset until, CancellationToken cancellationToken) => await database.WriteAsync(
        session => session.ExecuteAsync(
            """
            UPDATE notification_channels SET seq = @seq, leased_until = @until, failure = NULL, failing_since = NULL
            WHERE name = @channel AND holder = @holder AND seq <= @seq
            """,
            ("@channel", channel), ("@holder", holder), ("@seq", seq), ("@until", until.ToUnixTimeMilliseconds())),
        cancellationToken) == 1;

    /// <summary>Lets the next process have the channel.</summary>
    public Task ReleaseAsync(string channel, string holder, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.ExecuteAsync(
            "UPDATE notification_channels SET leased_until = 0 WHERE name = @channel AND holder = @holder",
            ("@channel", channel), ("@holder", holder)),
        cancellationToken);

    /// <summary>Keeps why a message was not taken, for people to see.</summary>
    public Task FailAsync(
        string channel, string holder, string failure, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.ExecuteAsync(
            """
            UPDATE notification_channels SET failure = @failure, failed_at = @now, failing_since = COALESCE(failing_since, @now)
            WHERE name = @channel AND holder = @holder
            """,
            ("@channel", channel), ("@holder", holder), ("@failure", failure), ("@now", now.ToUnixTimeMilliseconds())),
        cancellationToken);

    /// <summary>The channels whose last message was not taken, unless nobody has tried since then.</summary>
    public Task<List<FailingChannel>> FailingAsync(DateTimeOffset triedSince, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.RowsAsync(
            """
            SELECT name, failure, failing_since FROM notification_channels
            WHERE failure IS NOT NULL AND failed_at >= @since ORDER BY name
            """,
            row => new FailingChannel(row.GetString(0), row.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2))),
            ("@since", triedSince.ToUnixTimeMilliseconds())),
        cancellationToken);

    /// <summary>The requests whose end the channel was reminded of.</summary>
    public async Task<IReadOnlySet<string>> RemindedAsync(string channel, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            session => session.RowsAsync(
                "SELECT request FROM notification_reminders WHERE channel = @channel", row => row.GetString(0), ("@channel", channel)),
            cancellationToken)).ToHashSet();

    /// <summary>Keeps that it was reminded, for as long as the request is open.</summary>
    public Task RemindAsync(string channel, string request, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            await session.ExecuteAsync(
                "DELETE FROM notification_reminders WHERE request NOT IN (SELECT id FROM requests WHERE is_open = 1)");
            return await session.ExecuteAsync(
                "INSERT INTO notification_reminders (channel, request) VALUES (@channel, @request) ON CONFLICT DO NOTHING",
                ("@channel", channel), ("@request", request));
        },
        cancellationToken);

    /// <summary>When the channel was told last of a pause that lasts, by the request that paused.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> ToldOfPausesAsync(string channel, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            session => session.RowsAsync(
                "SELECT request, told_at FROM notification_pauses WHERE channel = @channel",
                row => KeyValuePair.Create(row.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1))),
                ("@channel", channel)),
            cancellationToken)).ToDictionary();

    /// <summary>Keeps that it was told of a pause now, or that there is nothing to tell of it any more.</summary>
    public Task TellOfPauseAsync(string channel, string request, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session => session.ExecuteAsync(
                """
                INSERT INTO notification_pauses (channel, request, told_at) VALUES (@channel, @request, @now)
                ON CONFLICT (channel, request) DO UPDATE SET told_at = excluded.told_at
                """,
                ("@channel", channel), ("@request", request), ("@now", now.ToUnixTimeMilliseconds())),
            cancellationToken);

    private static Task<List<long>> PositionsAsync(StoreSession session, string channel) => session.RowsAsync(
        "SELECT seq FROM notification_channels WHERE name = @channel", row => row.GetInt64(0), ("@channel", channel));
}

/// <summary>A channel that cannot be told.</summary>
/// <param name="Name">What people know it by.</param>
/// <param name="Failure">Why.</param>
/// <param name="Since">Since when.</param>
internal sealed record FailingChannel(string Name, string Failure, DateTimeOffset Since);
