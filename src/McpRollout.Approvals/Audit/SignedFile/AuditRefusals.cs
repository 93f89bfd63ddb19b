namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>Why nothing is written to an audit's files, each with its remedy.</summary>
internal static class AuditRefusals
{
    /// <summary>The file's last line is no record of the store.</summary>
    public static AuditUnavailableException NotOurs(AuditPaths paths) => new(
        $"The audit file {paths.File} does not end with a record of this store: run 'mcp-rollout audit verify'. 'mcp-rollout audit repair' "
            + "puts aside what is no record at all. If it is another store's audit, keep it and set Audit:File.");

    /// <summary>What stands behind the last line was not cut off while it was written.</summary>
    public static AuditUnavailableException NotTornOff(string file, int bytes) => new(
        $"{file} ends with {bytes} bytes that are no beginning of what was to be written there: run 'mcp-rollout audit repair', which puts "
            + "them aside, on record.");

    /// <summary>The checkpoints end with something else.</summary>
    public static AuditUnavailableException NoCheckpoint(AuditPaths paths) => new(
        $"{paths.Checkpoints} does not end with a checkpoint that holds: run 'mcp-rollout audit verify'. 'mcp-rollout audit repair' puts "
            + "aside what is no checkpoint at all.");

    /// <summary>The store has another record than was signed.</summary>
    public static AuditUnavailableException NotSigned(AuditPaths paths, long seq) => new(
        $"The store no longer has record {seq} as {paths.Checkpoints} has signed it: run 'mcp-rollout audit verify'. If another store was "
            + "put in place, keep the old audit and set Audit:File.");

    /// <summary>What the store remembers is no longer there.</summary>
    public static AuditUnavailableException Lost(AuditPaths paths, AuditLoss loss, RememberedCheckpoint remembered) => new(
        $"{What(paths, loss, remembered)}. Nothing is written to {paths.File}, nor sent to a cluster. Bring back what is missing; or, at a "
            + "terminal, run 'mcp-rollout audit rekey', which says what is missing and has the audit signed with a new key, on record.");

    /// <summary>The key's file holds none.</summary>
    public static AuditUnavailableException NoKey(IOException broken) => new(
        $"{broken.Message} Bring the key back; or, at a terminal, run 'mcp-rollout audit rekey'.", broken);

    private static string What(AuditPaths paths, AuditLoss loss, RememberedCheckpoint remembered) => loss switch
    {
        AuditLoss.Key => $"{paths.Key}, the key that signed the audit so far, is gone",
        AuditLoss.OtherKey => $"{paths.Key} is another key than the one that signed the audit so far ({remembered.KeyId})",
        _ => $"Checkpoints are missing from {paths.Checkpoints}: the last one covered record {remembered.Seq}"
            + (remembered.Length == 0 ? "" : $", and with it there were {remembered.Length} bytes of them"),
    };
}
