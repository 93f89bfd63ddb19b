using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpRollout.Audit;

/// <summary>What a check of the chain found.</summary>
/// <param name="Records">How many records held.</param>
/// <param name="LastSeq">The last one's number; 0 if there is none.</param>
/// <param name="LastHash">The last one's hash.</param>
/// <param name="Fault">The first record that does not hold, in a sentence; null if all do.</param>
internal sealed record AuditVerdict(long Records, long LastSeq, string LastHash, string? Fault)
{
    /// <summary>Whether every record holds.</summary>
    public bool Holds => Fault is null;
}

/// <summary>Checks that records are unedited, complete and in order.</summary>
internal static class AuditVerifier
{
    /// <summary>Reads a file up to the first record that does not hold, without keeping others from writing to it.</summary>
    public static AuditVerdict VerifyFile(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return Verify(LinesOf(reader));
    }

    private static IEnumerable<string> LinesOf(StreamReader reader)
    {
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    /// <summary>Reads lines up to the first that does not hold.</summary>
    public static AuditVerdict Verify(IEnumerable<string> lines)
    {
        var (records, prev) = (0L, AuditChain.Start);
        foreach (var line in lines)
        {
            if (FaultOf(line, records + 1, prev, out var hash) is { } fault)
                return new AuditVerdict(records, records, prev, $"record {records + 1}: {fault}");
            (records, prev) = (records + 1, hash);
        }

        return new AuditVerdict(records, records, prev, null);
    }

    private static string? FaultOf(string line, long expected, string prev, out string hash)
    {
        hash = "";
        if (Parse(line) is not { } record)
            return "not a JSON object";
        if (record["hash"] is not JsonValue hashNode || !hashNode.TryGetValue(out string? claimed))
            return "it has no hash";
        if (record["seq"] is not JsonValue seqNode || !seqNode.TryGetValue(out long seq))
            return "it has no sequence number";
        if (seq != expected)
            return $"its number is {seq}: a record was removed, added or moved here";
        record.Remove("hash");
        if (HashOf(record) != claimed)
            return "its content does not match its hash: it was edited";
        if (record["prev"]?.GetValueKind() != JsonValueKind.String || record["prev"]!.GetValue<string>() != prev)
            return "it does not follow the record before it: one was replaced, removed or moved";
        hash = claimed;
        return null;
    }

    // Text that is not Unicode has no canonical form, and cannot have come from here.
    private static string? HashOf(JsonObject record)
    {
        try
        {
            return AuditChain.HashOf(record);
        }
        catch (Exception unwritable) when (unwritable is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
