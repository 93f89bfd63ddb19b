using System.Data.Common;
using System.Security.Cryptography;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Storage;
using Microsoft.AspNetCore.Identity;

namespace McpRollout.Approvals.Approvers;

/// <summary>Who may approve. Enrolled by a person at a terminal, or as the company's provider names them; never through a tool.</summary>
internal sealed class ApproverDirectory(IDatabase database, AuditLog audit, IAuditSink sink, TimeProvider time)
{
    // The hasher takes a user for the sake of subclasses; the built-in one ignores it.
    private static readonly object AnyUser = new();

    // What goes with an enrolment: a device or a link outlives none.
    private static readonly string[] OfApprovers =
    [
        "DELETE FROM passkeys WHERE approver = @name",
        "DELETE FROM invitations WHERE approver = @name",
        "DELETE FROM sign_ins WHERE approver = @name",
        "DELETE FROM approvers WHERE name = @name",
    ];

    /// <summary>In the place of a hash, for a person who has none.</summary>
    public const string NoPassphrase = "";

    private readonly PasswordHasher<object> _hasher = new();
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 16).Select(_ => new SemaphoreSlim(1))];
    private readonly Lazy<string> _decoy = new(() => new PasswordHasher<object>().HashPassword(AnyUser, Guid.NewGuid().ToString()));

    /// <summary>All approvers, by name.</summary>
    public Task<List<Approver>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync(ListAsync, cancellationToken);

    /// <summary>All approvers, by name, as the session sees them.</summary>
    public static async Task<List<Approver>> ListAsync(StoreSession session)
    {
        var rows = await session.RowsAsync(
            "SELECT name, groups, created_at, issuer, subject, id FROM approvers LEFT JOIN passkeys ON approver = name",
            row => (Approver: Read(row), Passkey: row.IsDBNull(5) ? null : row.GetString(5)));
        return
        [
            .. rows.GroupBy(row => row.Approver.Name, StringComparer.Ordinal)
                .Select(each => each.First().Approver with { Passkeys = [.. each.Select(row => row.Passkey).OfType<string>()] })
                .OrderBy(approver => approver.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>The name as it may go on record: what a stranger typed could be a passphrase in the wrong field.</summary>
    public async Task<string> NameOnRecordAsync(string name, CancellationToken cancellationToken) =>
        (await FindAsync(name, cancellationToken))?.Name ?? "(not enrolled)";

    /// <summary>The approver of that name, however its case is written; null if there is none.</summary>
    public async Task<Approver?> FindAsync(string name, CancellationToken cancellationToken) => ApproverName.Read(name) is { } known
        ? await database.ReadAsync(session => FindAsync(session, known), cancellationToken)
        : null;

    /// <summary>Enrols a person, unless the name is taken or could be taken for another's. Without a passphrase they decide by passkey
    /// alone.</summary>
    public async Task<EnrolmentResult> AddAsync(
        string name, IReadOnlyList<string> groups, string? passphrase, AuditActor actor, CancellationToken cancellationToken)
    {
        if (groups.Prepend(name).Select(Enrolment.NameError).OfType<string>().FirstOrDefault() is { } error)
            return new EnrolmentResult.Malformed(error);

        // Whoever could not be put on record is not enrolled.
        await sink.CatchUpAsync(cancellationToken);
        var hash = passphrase is null ? NoPassphrase : _hasher.HashPassword(AnyUser, passphrase);
        var result = await database.WriteAsync(
            session => EnrolAsync(session, audit, new Approver(name, groups, time.GetUtcNow()), hash, actor), cancellationToken);
        await sink.CatchUpAsync(cancellationToken);
        return result;
    }

    /// <summary>The same in the caller's transaction, of a person whose name is one.</summary>
    public static async Task<EnrolmentResult> EnrolAsync(
        StoreSession session, AuditLog audit, Approver person, string hash, AuditActor actor)
    {
        var (added, others) = (ApproverName.Read(person.Name)!, await ListAsync(session));
        if (others.Exists(other => ApproverName.Read(other.Name) == added))
            return new EnrolmentResult.Taken();
        if (others.Find(other => ApproverName.Read(other.Name)?.LooksLike(added) is true) is { } alike)
            return new EnrolmentResult.LooksLike(alike.Name);
        await session.ExecuteAsync(
            """
            INSERT INTO approvers (name, groups, passphrase_hash, created_at, issuer, subject)
            VALUES (@name, @groups, @hash, @now, @issuer, @subject)
            """,
            ("@name", person.Name),
            ("@groups", JsonOf(person.Groups).ToJsonString()),
            ("@hash", hash),
            ("@now", person.EnrolledAt.ToUnixTimeMilliseconds()),
            ("@issuer", person.Identity?.Issuer),
            ("@subject", person.Identity?.Subject));
        await session.ExecuteAsync(
            "DELETE FROM failed_attempts WHERE name IN (@page, @terminal)",
            ("@page", KeyOf(added, AttemptSource.Stranger)),
            ("@terminal", KeyOf(added, AttemptSource.Terminal)));
        var detail = new JsonObject { ["approver"] = person.Name, ["groups"] = JsonOf(person.Groups) };
        if (person.Identity is { } identity)
            (detail["issuer"], detail["subject"]) = (identity.Issuer, identity.Subject);
        await audit.AppendAsync(session, new AuditDraft(AuditEvent.ApproverAdded, actor, Detail: detail));
        return new EnrolmentResult.Enrolled();
    }

    /// <summary>Takes the right to approve away; false if there is no such approver.</summary>
    public async Task<bool> RemoveAsync(string name, AuditActor actor, CancellationToken cancellationToken)
    {
        await sink.CatchUpAsync(cancellationToken);
        var removed = await database.WriteAsync(
            async session =>
            {
                if (ApproverName.Read(name) is not { } known || await FindAsync(session, known) is not { } approver)
                    return false;
                foreach (var table in OfApprovers)
                    await session.ExecuteAsync(table, ("@name", approver.Name));
                await audit.AppendAsync(
                    session, new AuditDraft(AuditEvent.ApproverRemoved, actor, Detail: new JsonObject { ["approver"] = approver.Name }));
                return true;
            },
            cancellationToken);
        await sink.CatchUpAsync(cancellationToken);
        return removed;
    }

    /// <summary>
    /// Checks a name and passphrase. The attempt is counted before it is checked, so that guesses made at once do not escape the lock;
    /// an unknown name is counted, locked and answered as an enrolled one is, with the same work. Attempts for one name from one source
    /// take turns: right ones sent at once are no guesses. Each source is counted apart, so that whoever guesses at one without end keeps
    /// nobody from deciding at another. Under a name that nobody can be enrolled under nothing is counted, and nothing looked up.
    /// </summary>
    public async Task<Authentication> AuthenticateAsync(
        string name, string passphrase, AttemptSource source, CancellationToken cancellationToken)
    {
        if (ApproverName.Read(name) is not { } known)
            return new Authentication.Wrong(TimeSpan.Zero);
        var turn = _turns[(uint)HashCode.Combine(known, source) % _turns.Length];
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await CheckAsync(known, passphrase, KeyOf(known, source), cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<Authentication> CheckAsync(
        ApproverName name, string passphrase, string key, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (hash, attempts, lockedUntil) = await database.WriteAsync(
            session => CountAttemptAsync(session, name, key, now), cancellationToken);
        if (lockedUntil > now)
            return new Authentication.Locked(lockedUntil - now);
        var decoy = _decoy.Value;
        var verdict = _hasher.VerifyHashedPassword(AnyUser, hash is null or NoPassphrase ? decoy : hash, passphrase);
        if (hash is null or NoPassphrase || verdict == PasswordVerificationResult.Failed)
            return new Authentication.Wrong(FailedAttempts.SlowdownAfter(attempts));
        return await database.WriteAsync<Authentication>(
            async session =>
            {
                await session.ExecuteAsync("DELETE FROM failed_attempts WHERE name = @name", ("@name", key));
                return await FindAsync(session, name) is { } approver
                    ? new Authentication.Proven(approver)
                    : new Authentication.Wrong(TimeSpan.Zero);
            },
            cancellationToken);
    }

    private static async Task<(string? Hash, int Attempts, DateTimeOffset LockedUntil)> CountAttemptAsync(
        StoreSession session, ApproverName name, string key, DateTimeOffset now)
    {
        var hashes = await session.RowsAsync(
            "SELECT name, passphrase_hash FROM approvers", row => (Name: row.GetString(0), Hash: row.GetString(1)));
        var hash = hashes.Find(each => ApproverName.Read(each.Name) == name).Hash;
        var earlier = await session.RowsAsync(
            "SELECT count, locked_until FROM failed_attempts WHERE name = @name",
            row => (Count: (int)row.GetInt64(0), LockedUntil: DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1))),
            ("@name", key));
        var (count, lockedUntil) = earlier is [var found] ? found : (0, default);

        // Without a lock the time is that of the last attempt, which of two at once may be a moment ahead of this one's.
        // One that lasts longer than any does was set before the clock was set back.
        if (lockedUntil > now && lockedUntil <= now + FailedAttempts.LongestLock && FailedAttempts.LockAfter(count) > TimeSpan.Zero)
            return (hash, count, lockedUntil);
        await session.ExecuteAsync(
            "DELETE FROM failed_attempts WHERE locked_until < @old", ("@old", now.AddDays(-1).ToUnixTimeMilliseconds()));
        await session.ExecuteAsync(
            """
            INSERT INTO failed_attempts (name, count, locked_until) VALUES (@name, @count, @until)
            ON CONFLICT (name) DO UPDATE SET count = @count, locked_until = @until
            """,
            ("@name", key),
            ("@count", count + 1L),
            ("@until", (now + FailedAttempts.LockAfter(count + 1)).ToUnixTimeMilliseconds()));
        return (hash, count + 1, now);
    }

    // What a stranger typed is not kept in the clear.
    private static string KeyOf(ApproverName name, AttemptSource source) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(source switch
        {
            AttemptSource.OfTerminal => $"terminal {name.Canonical}",
            AttemptSource.OfKnownBrowser browser => $"browser {browser.Id} {name.Canonical}",
            _ => name.Canonical,
        })));

    private static async Task<Approver?> FindAsync(StoreSession session, ApproverName name) =>
        (await ListAsync(session)).Find(approver => ApproverName.Read(approver.Name) == name);

    /// <summary>Groups as the store and records have them.</summary>
    public static JsonArray JsonOf(IReadOnlyList<string> groups) => new([.. groups.Select(group => JsonValue.Create(group))]);

    private static Approver Read(DbDataReader row)
    {
        using var groups = JsonDocument.Parse(row.GetString(1));
        return new Approver(
            row.GetString(0),
            [.. groups.RootElement.EnumerateArray().Select(group => group.GetString()!)],
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)))
        {
            Identity = row.IsDBNull(3) ? null : new ProviderIdentity(row.GetString(3), row.GetString(4)),
        };
    }
}
