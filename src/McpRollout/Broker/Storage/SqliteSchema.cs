using Microsoft.Data.Sqlite;

namespace McpRollout.Broker.Storage;

/// <summary>The store's tables, as a list of steps; <c>PRAGMA user_version</c> says how many were taken.</summary>
internal static class SqliteSchema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE store (identity TEXT NOT NULL) STRICT;
        INSERT INTO store VALUES (lower(hex(randomblob(16))));

        CREATE TABLE requests (
            id         TEXT PRIMARY KEY,
            workload   TEXT NOT NULL,
            is_open    INTEGER NOT NULL,
            finished   INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            body       TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX one_open_request_a_workload ON requests (workload) WHERE is_open = 1;
        CREATE INDEX unfinished_requests ON requests (created_at) WHERE finished = 0;
        CREATE INDEX requests_by_age ON requests (created_at DESC);

        CREATE TABLE audit (
            seq  INTEGER PRIMARY KEY,
            hash TEXT NOT NULL,
            line TEXT NOT NULL
        ) STRICT;

        CREATE TABLE approvers (
            name            TEXT PRIMARY KEY COLLATE NOCASE,
            groups          TEXT NOT NULL,
            passphrase_hash TEXT NOT NULL,
            created_at      INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE failed_attempts (
            name         TEXT PRIMARY KEY COLLATE NOCASE,
            count        INTEGER NOT NULL,
            locked_until INTEGER NOT NULL
        ) STRICT;
        """,
    ];

    /// <summary>Brings the store up to this program's schema.</summary>
    /// <exception cref="InvalidOperationException">The store was made by a newer version of the program.</exception>
    public static void Apply(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var taken = (int)connection.Scalar<long>("PRAGMA user_version");
        if (taken > Steps.Length)
        {
            throw new InvalidOperationException(
                $"The store {connection.DataSource} has schema {taken}, and this version knows {Steps.Length}: run the newer mcp-rollout, or point Storage:Path elsewhere.");
        }

        foreach (var step in Steps.Skip(taken))
            connection.Execute(step);
        connection.Execute($"PRAGMA user_version = {Steps.Length}");
        transaction.Commit();
    }
}
