namespace McpRollout.Approvals.Storage;

/// <summary>The store's tables as steps, each taken once, under a lock, by whoever starts first. Steps are only ever added.</summary>
internal static class StoreSchema
{
    /// <summary>SQLite's.</summary>
    public static IReadOnlyList<string> Sqlite { get; } =
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
        "CREATE TABLE sink_positions (sink TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT",
        "CREATE INDEX requests_by_workload ON requests (workload, created_at DESC)",
        "ALTER TABLE requests ADD COLUMN dossier TEXT",
    ];

    /// <summary>PostgreSQL's. It has what SQLite has; numbers are <c>bigint</c>, as SQLite's are.</summary>
    public static IReadOnlyList<string> Postgres { get; } =
    [
        """
        CREATE TABLE store (identity text NOT NULL);
        INSERT INTO store VALUES (replace(gen_random_uuid()::text, '-', ''));

        CREATE TABLE requests (
            id         text PRIMARY KEY,
            workload   text NOT NULL,
            is_open    bigint NOT NULL,
            finished   bigint NOT NULL,
            created_at bigint NOT NULL,
            body       text NOT NULL
        );
        CREATE UNIQUE INDEX one_open_request_a_workload ON requests (workload) WHERE is_open = 1;
        CREATE INDEX unfinished_requests ON requests (created_at) WHERE finished = 0;
        CREATE INDEX requests_by_age ON requests (created_at DESC);

        CREATE TABLE audit (
            seq  bigint PRIMARY KEY,
            hash text NOT NULL,
            line text NOT NULL
        );

        CREATE TABLE approvers (
            name            text NOT NULL,
            groups          text NOT NULL,
            passphrase_hash text NOT NULL,
            created_at      bigint NOT NULL
        );
        CREATE UNIQUE INDEX approvers_by_name ON approvers (lower(name));

        CREATE TABLE failed_attempts (
            name         text PRIMARY KEY,
            count        bigint NOT NULL,
            locked_until bigint NOT NULL
        );
        """,
        "CREATE TABLE sink_positions (sink text PRIMARY KEY, seq bigint NOT NULL)",
        "CREATE INDEX requests_by_workload ON requests (workload, created_at DESC)",
        "ALTER TABLE requests ADD COLUMN dossier text",
    ];

    /// <summary>The steps that are still to be taken.</summary>
    /// <exception cref="StoreUnavailableException">The store was made by a newer version of the program.</exception>
    public static IEnumerable<string> Missing(IReadOnlyList<string> steps, long taken, string place) => taken <= steps.Count
        ? steps.Skip((int)taken)
        : throw new StoreUnavailableException(
            $"The store {place} has schema {taken}, and this version knows {steps.Count}: run the newer mcp-rollout, or point Storage at "
                + "another store.");
}
