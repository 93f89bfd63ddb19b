namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>Where the records in an audit's files end.</summary>
internal static class RecordsEnd
{
    /// <summary>The last record, which may be in a part that was put aside, and what stands behind it in the file.</summary>
    /// <exception cref="AuditUnavailableException">The last line is no record.</exception>
    public static (AuditPosition End, byte[] Torn) Read(FileStream file, AuditPaths paths)
    {
        var (line, torn) = JsonLines.ReadEnd(file);
        return line.Length > 0 ? (PositionOf(line) ?? throw AuditRefusals.NotOurs(paths), torn) : (OfParts(paths), torn);
    }

    /// <summary>The last record of those that were put aside.</summary>
    /// <exception cref="AuditUnavailableException">The last line is no record.</exception>
    public static AuditPosition OfParts(AuditPaths paths)
    {
        if (paths.Parts() is not [.., var part])
            return AuditPosition.Start;
        using var aside = new FileStream(part, FileMode.Open, FileAccess.Read);
        return JsonLines.ReadEnd(aside) is ({ Length: > 0 } last, []) && PositionOf(last) is { } end
            ? end
            : throw AuditRefusals.NotOurs(paths);
    }

    /// <summary>What a record says that it is; null if the line is none.</summary>
    public static AuditPosition? PositionOf(byte[] line)
    {
        try
        {
            using var record = JsonDocument.Parse(line);
            return new(record.RootElement.GetProperty("seq").GetInt64(), record.RootElement.GetProperty("hash").GetString()!);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
