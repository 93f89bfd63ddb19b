using System.Text.Json.Nodes;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Audit.SignedFile;

namespace McpRollout.Tests.Audit;

/// <summary>What somebody with write access can do to an audit of five records.</summary>
internal static class Forger
{
    public static IReadOnlyDictionary<string, Action<List<string>>> Forgeries { get; } = new Dictionary<string, Action<List<string>>>
    {
        ["edited"] = lines => lines[2] = lines[2].Replace("person-3", "person-x", StringComparison.Ordinal),
        ["removed"] = lines => lines.RemoveAt(2),
        ["first removed"] = lines => lines.RemoveAt(0),
        ["reordered"] = lines => (lines[2], lines[3]) = (lines[3], lines[2]),
        ["restamped"] = lines => lines[3] = With(lines[3], record => record["time"] = "2020-01-01T00:00:00.000Z"),
        ["restamped and hashed anew"] = lines => lines[3] = Rehashed(lines[3], record => record["time"] = "2020-01-01T00:00:00.000Z"),
        ["cut off"] = lines => lines.RemoveRange(3, 2),
        ["appended"] = Append,
        ["rewritten from the third"] = lines => RewriteFrom(lines, 2),
        ["rewritten whole"] = lines => RewriteFrom(lines, 0),
        ["not JSON"] = lines => lines.Add("hello"),
    };

    /// <summary>Makes the chain hold again behind an edit.</summary>
    public static void RewriteFrom(List<string> lines, int index)
    {
        lines[index] = Rehashed(lines[index], record => record["actor"]!["name"] = "somebody else");
        for (var next = index + 1; next < lines.Count; next++)
        {
            var prev = JsonNode.Parse(lines[next - 1])!["hash"]!.GetValue<string>();
            lines[next] = Rehashed(lines[next], record => record["prev"] = prev);
        }
    }

    /// <summary>Signs every record anew, with a key of the forger's own in the place of the old one.</summary>
    public static void SignAnew(AuditPaths paths)
    {
        File.Delete(paths.Checkpoints);
        File.Delete(paths.Key);
        File.Delete(paths.PublicKey);
        using var key = CheckpointKey.Create(paths);
        File.WriteAllLines(paths.Checkpoints, paths.Lines().Select(line => JsonNode.Parse(line)!).Select(record => Checkpoint.Sign(
            key,
            new AuditPosition(record["seq"]!.GetValue<long>(), record["hash"]!.GetValue<string>()),
            null,
            DateTimeOffset.UtcNow).ToLine()));
    }

    private static void Append(List<string> lines)
    {
        var last = JsonNode.Parse(lines[^1])!;
        lines.Add(AuditChain.Append(
            new AuditDraft(AuditEvent.ApproverAdded, AuditActorOf.Root),
            last["seq"]!.GetValue<long>() + 1,
            last["hash"]!.GetValue<string>(),
            DateTimeOffset.UtcNow).Line);
    }

    private static string Rehashed(string line, Action<JsonObject> edit) => With(line, record =>
    {
        edit(record);
        record.Remove("hash");
        record["hash"] = AuditChain.HashOf(record);
    });

    private static string With(string line, Action<JsonObject> edit)
    {
        var record = JsonNode.Parse(line)!.AsObject();
        edit(record);
        return record.ToJsonString();
    }
}
