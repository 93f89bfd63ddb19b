namespace McpRollout.Approvals.Storage;

/// <summary>The store's tables as steps, each taken once, under a lock, by whoever starts first. Steps are only ever added.</summary>
internal static class StoreSchema
{
    /// <summary>SQLite's.</summary>
    public static IReadOnlyList<string> Sqlite { get; } = Steps(
        number: "INTEGER",
        strict: " STRICT",
        newIdentity: "lower(hex(randomblob(16)))",
        approverName: "TEXT PRIMARY KEY COLLATE NOCASE",
        attemptName: "TEXT PRIMARY KEY COLLATE NOCASE",
        nameIndex: "");

    /// <summary>PostgreSQL's. It has what SQLite has; numbers are <c>bigint</c>, as SQLite's are.</summary>
    public static IReadOnlyList<string> Postgres { get; } = Steps(
        number: "bigint",
        strict: "",
        newIdentity: "replace(gen_random_uuid()::text, '-', '')",
        approverName: "TEXT NOT NULL",
        attemptName: "TEXT PRIMARY KEY",
        nameIndex: "CREATE UNIQUE INDEX approvers_by_name ON approvers (lower(name));");

    private static IReadOnlyList<string> Steps(
        string number, string strict, string newIdentity, string approverName, string attemptName, string nameIndex) =>
    [
        $"""
        CREATE TABLE store (identity TEXT NOT NULL){strict};
        INSERT INTO store VALUES ({newIdentity});

        CREATE TABLE requests (
            id         TEXT PRIMARY KEY,
            workload   TEXT NOT NULL,
            is_open    {number} NOT NULL,
            finished   {number} NOT NULL,
            created_at {number} NOT NULL,
            body       TEXT NOT NULL
        ){strict};
        CREATE UNIQUE INDEX one_open_request_a_workload ON requests (workload) WHERE is_open = 1;
        CREATE INDEX unfinished_requests ON requests (created_at) WHERE finished = 0;
        CREATE INDEX requests_by_age ON requests (created_at DESC);

        CREATE TABLE audit (
            seq  {number} PRIMARY KEY,
            hash TEXT NOT NULL,
            line TEXT NOT NULL
        ){strict};

        CREATE TABLE approvers (
            name            {approverName},
            groups          TEXT NOT NULL,
            passphrase_hash TEXT NOT NULL,
            created_at      {number} NOT NULL
        ){strict};
        {nameIndex}

        CREATE TABLE failed_attempts (
            name         {attemptName},
            count        {number} NOT NULL,
            locked_until {number} NOT NULL
        ){strict};
        """,
        $"CREATE TABLE sink_positions (sink TEXT PRIMARY KEY, seq {number} NOT NULL){strict}",
        "CREATE INDEX requests_by_workload ON requests (workload, created_at DESC)",
        "ALTER TABLE requests ADD COLUMN dossier TEXT",
        $"CREATE TABLE browser_key (id {number} PRIMARY KEY, key TEXT NOT NULL){strict}",
        $"""
        CREATE TABLE remembered_checkpoints (
            audit  TEXT PRIMARY KEY,
            key_id TEXT NOT NULL,
            seq    {number} NOT NULL,
            hash   TEXT NOT NULL
        ){strict}
        """,
        $"""
        CREATE TABLE ran_images (
            cluster    TEXT NOT NULL,
            workload   TEXT NOT NULL,
            revision   TEXT NOT NULL,
            container  TEXT NOT NULL,
            image      TEXT NOT NULL,
            digest     TEXT NOT NULL,
            first_seen {number} NOT NULL,
            last_seen  {number} NOT NULL,
            PRIMARY KEY (cluster, workload, revision, container, image, digest)
        ){strict};
        CREATE INDEX ran_images_by_image ON ran_images (cluster, image);
        CREATE INDEX ran_images_by_age ON ran_images (last_seen, first_seen);
        """,
        $"""
        CREATE TABLE passkeys (
            id         TEXT PRIMARY KEY,
            approver   TEXT NOT NULL,
            label      TEXT NOT NULL,
            public_key TEXT NOT NULL,
            counter    {number} NOT NULL,
            added_at   {number} NOT NULL,
            used_at    {number}
        ){strict};
        CREATE TABLE invitations (
            link       TEXT PRIMARY KEY,
            approver   TEXT NOT NULL,
            expires_at {number} NOT NULL
        ){strict};
        CREATE TABLE used_nonces (
            nonce   TEXT PRIMARY KEY,
            used_at {number} NOT NULL
        ){strict};
        """,
        $"""
        CREATE TABLE notification_channels (
            name          TEXT PRIMARY KEY,
            seq           {number} NOT NULL,
            holder        TEXT,
            leased_until  {number} NOT NULL,
            failure       TEXT,
            failing_since {number},
            failed_at     {number}
        ){strict};
        CREATE TABLE notification_reminders (
            channel TEXT NOT NULL,
            request TEXT NOT NULL,
            PRIMARY KEY (channel, request)
        ){strict};
        """,
        $"ALTER TABLE remembered_checkpoints ADD COLUMN bytes {number} NOT NULL DEFAULT 0",
        $"""
        ALTER TABLE requests ADD COLUMN paused_at {number};
        UPDATE requests SET paused_at = created_at WHERE body LIKE '%"paused_at":"%';
        CREATE INDEX pausing_requests ON requests (paused_at) WHERE paused_at IS NOT NULL;
        CREATE TABLE notification_pauses (
            channel TEXT NOT NULL,
            request TEXT NOT NULL,
            told_at {number} NOT NULL,
            PRIMARY KEY (channel, request)
        ){strict};
        """,
        $"""
        ALTER TABLE approvers ADD COLUMN issuer TEXT;
        ALTER TABLE approvers ADD COLUMN subject TEXT;
        CREATE UNIQUE INDEX approvers_by_identity ON approvers (issuer, subject) WHERE issuer IS NOT NULL;
        CREATE TABLE sign_ins (
            session          TEXT PRIMARY KEY,
            approver         TEXT NOT NULL,
            enrolled_at      {number} NOT NULL,
            authenticated_at {number},
            ends_at          {number} NOT NULL
        ){strict};
        """,
    ];

    /// <summary>The steps that are still to be taken.</summary>
    /// <exception cref="StoreUnavailableException">The store was made by a newer version of the program.</exception>
    public static IEnumerable<string> Missing(IReadOnlyList<string> steps, long taken, string place) => taken <= steps.Count
        ? steps.Skip((int)taken)
        : throw new StoreUnavailableException(
            $"The store {place} has schema {taken}, and this version knows {steps.Count}: run the newer mcp-rollout, or point Storage at "
                + "another store.");
}
