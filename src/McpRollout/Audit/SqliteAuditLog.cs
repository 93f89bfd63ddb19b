using System.Globalization;
using McpRollout.Broker.Storage;
using Microsoft.Data.Sqlite;

namespace McpRollout.Audit;

/// <summary>The audit inside the store, where a record commits together with what it records.</summary>
internal sealed class SqliteAuditLog(TimeProvider time)
{
    /// <summary>Adds the record to the chain, in the caller's transaction.</summary>
    public AuditEntry Append(SqliteConnection transaction, AuditDraft draft)
    {
        var last = transaction.Rows(
            "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", row => (Seq: row.GetInt64(0), Hash: row.GetString(1)));
        var (seq, prev) = last is [var end] ? end : (0, AuditChain.Start);
        var entry = AuditChain.Append(draft, seq + 1, prev, time.GetUtcNow());
        transaction.Execute(
            "INSERT INTO audit (seq, hash, line) VALUES ($seq, $hash, $line)",
            ("$seq", entry.Seq), ("$hash", entry.Hash), ("$line", entry.Line));
        return entry;
    }

    /// <summary>The records after <paramref name="seq"/>, in order.</summary>
    public static List<AuditEntry> After(SqliteConnection connection, long seq, int limit) => connection.Rows(
        string.Create(CultureInfo.InvariantCulture, $"SELECT seq, hash, line FROM audit WHERE seq > $seq ORDER BY seq LIMIT {limit}"),
        row => new AuditEntry(row.GetInt64(0), row.GetString(1), row.GetString(2)),
        ("$seq", seq));
}
