using McpRollout.Approvals.Files;

namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>Notices that the audit's files are no longer those that this process wrote. For whoever holds the audit's lock.</summary>
internal sealed class KnownAudit(AuditPaths paths)
{
    private readonly KnownFile _file = new(paths.File);
    private readonly KnownFile _checkpoints = new(paths.Checkpoints);

    /// <summary>Refuses what was deleted or exchanged; another process may have put the file aside.</summary>
    /// <exception cref="AuditUnavailableException">Nothing may be written.</exception>
    public void Check()
    {
        if (_file.IsExchanged)
        {
            if (!_file.IsAmong(paths.Parts()))
                throw NotTheSame(paths.File);
            _file.Remember();
        }

        if (_checkpoints.IsExchanged)
            throw NotTheSame(paths.Checkpoints);
    }

    /// <summary>Takes those that are there now for those that they have to stay, once there are any.</summary>
    public void Remember()
    {
        _file.RememberFirst();
        _checkpoints.RememberFirst();
    }

    /// <summary>Takes the file that this process began, as it put the one before aside, for the one that it has to stay.</summary>
    public void RememberBegun() => _file.Remember();

    private static AuditUnavailableException NotTheSame(string path) => new(
        $"{path} was deleted, or another file put in its place, while this server runs: nothing is written to it. Put it back; or keep "
            + "what there is, run 'mcp-rollout audit verify', and start the server again.");
}
