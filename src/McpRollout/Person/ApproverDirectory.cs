using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Audit;
using McpRollout.Broker.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;

namespace McpRollout.Person;

/// <summary>Who may approve. Enrolled by a person at a terminal; never through a tool or the page.</summary>
internal sealed class ApproverDirectory(SqliteDatabase database, SqliteAuditLog audit, IAuditSink sink, TimeProvider time)
{
    // The hasher takes a user for the sake of subclasses; the built-in one ignores it.
    private static readonly object AnyUser = new();

    private readonly PasswordHasher<object> _hasher = new();
    private string? _decoyHash;

    /// <summary>All approvers, by name.</summary>
    public IReadOnlyList<Approver> List() => database.Read(connection => connection.Rows(
        "SELECT name, groups FROM approvers ORDER BY name", row => new Approver(row.GetString(0), ReadGroups(row.GetString(1)))));

    /// <summary>Whether anybody could approve at all.</summary>
    public bool IsEmpty() => database.Read(connection => connection.Scalar<long>("SELECT count(*) FROM approvers")) == 0;

    /// <summary>The name as it may go on record: what a stranger typed could be a passphrase in the wrong field.</summary>
    public string NameOnRecord(string name) => database.Read(connection => Find(connection, name))?.Name ?? "(not enrolled)";

    /// <summary>Enrols a person; false if the name is taken.</summary>
    public async Task<bool> AddAsync(Approver approver, string passphrase, AuditActor actor, CancellationToken cancellationToken)
    {
        // Whoever could not be put on record is not enrolled.
        await sink.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var hash = _hasher.HashPassword(AnyUser, passphrase);
        var added = database.Write(connection =>
        {
            var inserted = connection.Execute(
                """
                INSERT INTO approvers (name, groups, passphrase_hash, created_at) VALUES ($name, $groups, $hash, $now)
                ON CONFLICT (name) DO NOTHING
                """,
                ("$name", approver.Name),
                ("$groups", GroupsOf(approver).ToJsonString()),
                ("$hash", hash),
                ("$now", time.GetUtcNow().ToUnixTimeMilliseconds())) == 1;
            if (inserted)
            {
                connection.Execute("DELETE FROM failed_attempts WHERE name = $name", ("$name", KeyOf(approver.Name)));
                audit.Append(connection, new AuditDraft(AuditEvent.ApproverAdded, actor, Detail: new JsonObject
                {
                    ["approver"] = approver.Name,
                    ["groups"] = GroupsOf(approver),
                }));
            }

            return inserted;
        });
        await sink.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return added;
    }

    /// <summary>Takes the right to approve away; false if there is no such approver.</summary>
    public async Task<bool> RemoveAsync(string name, AuditActor actor, CancellationToken cancellationToken)
    {
        await sink.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var removed = database.Write(connection =>
        {
            var deleted = connection.Execute("DELETE FROM approvers WHERE name = $name", ("$name", name)) == 1;
            if (deleted)
                audit.Append(connection, new AuditDraft(AuditEvent.ApproverRemoved, actor, Detail: new JsonObject { ["approver"] = name }));
            return deleted;
        });
        await sink.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return removed;
    }

    /// <summary>
    /// Checks a name and passphrase. The attempt is counted before it is checked, so that guesses made at once do not escape the lock;
    /// an unknown name takes as long as a wrong passphrase.
    /// </summary>
    public Authentication Authenticate(string name, string passphrase)
    {
        var now = time.GetUtcNow();
        var (hash, attempts, lockedUntil) = database.Write(connection => CountAttempt(connection, name, now));
        if (lockedUntil > now)
            return new Authentication.Locked(lockedUntil - now);
        var verdict = _hasher.VerifyHashedPassword(AnyUser, hash ?? Decoy(), passphrase);
        if (hash is null || verdict == PasswordVerificationResult.Failed)
            return new Authentication.Wrong(FailedAttempts.SlowdownAfter(attempts));
        return database.Write<Authentication>(connection =>
        {
            connection.Execute("DELETE FROM failed_attempts WHERE name = $name", ("$name", KeyOf(name)));
            return Find(connection, name) is { } approver ? new Authentication.Proven(approver) : new Authentication.Wrong(TimeSpan.Zero);
        });
    }

    private static (string? Hash, int Attempts, DateTimeOffset LockedUntil) CountAttempt(
        SqliteConnection connection, string name, DateTimeOffset now)
    {
        var hash = connection.Scalar<string>("SELECT passphrase_hash FROM approvers WHERE name = $name", ("$name", name));
        var earlier = connection.Rows(
            "SELECT count, locked_until FROM failed_attempts WHERE name = $name",
            row => (Count: row.GetInt32(0), LockedUntil: DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1))),
            ("$name", KeyOf(name)));
        var (count, lockedUntil) = earlier is [var found] ? found : (0, default);

        // Without a lock the time is that of the last attempt, which of two at once may be a moment ahead of this one's.
        if (lockedUntil > now && FailedAttempts.LockAfter(count) > TimeSpan.Zero)
            return (hash, count, lockedUntil);
        connection.Execute("DELETE FROM failed_attempts WHERE locked_until < $old", ("$old", now.AddDays(-1).ToUnixTimeMilliseconds()));
        connection.Execute(
            """
            INSERT INTO failed_attempts (name, count, locked_until) VALUES ($name, $count, $until)
            ON CONFLICT (name) DO UPDATE SET count = $count, locked_until = $until
            """,
            ("$name", KeyOf(name)),
            ("$count", count + 1),
            ("$until", (now + FailedAttempts.LockAfter(count + 1)).ToUnixTimeMilliseconds()));
        return (hash, count + 1, now);
    }

    // What a stranger typed is not kept in the clear.
    private static string KeyOf(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name.ToLowerInvariant())));

    private static Approver? Find(SqliteConnection connection, string name) => connection.Rows(
        "SELECT name, groups FROM approvers WHERE name = $name",
        row => new Approver(row.GetString(0), ReadGroups(row.GetString(1))),
        ("$name", name)).FirstOrDefault();

    private static JsonArray GroupsOf(Approver approver) => new([.. approver.Groups.Select(group => JsonValue.Create(group))]);

    private static IReadOnlyList<string> ReadGroups(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(group => group.GetString()!)];
    }

    private string Decoy() => _decoyHash ??= _hasher.HashPassword(AnyUser, Guid.NewGuid().ToString());
}
