using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Rollouts.Json;
using McpRollout.Tests.Broker;
using McpRollout.Tests.Properties;

namespace McpRollout.Tests.Audit;

public sealed class AuditChainProperties
{
    private static readonly Gen<List<string>> Chains =
        from count in Gen.Choose(1, 6)
        from reasons in Texts.Any.ListOf(count)
        select Chain(reasons);

    private static readonly Gen<(List<string> Lines, int Seed)> Cases =
        from lines in Chains
        from seed in Gen.Choose(0, int.MaxValue)
        select (lines, seed);

    [Fact]
    public void Whatever_is_on_record_the_chain_holds() => Rule.HoldsFor(Chains, lines =>
    {
        var verdict = AuditVerifier.Verify(lines);
        Assert.Equal((true, (long)lines.Count), (verdict.Holds, verdict.Records));
    });

    [Fact]
    public void Any_edit_of_any_line_is_found_and_that_line_is_named() => Rule.HoldsFor(Cases, one =>
    {
        var random = new Random(one.Seed);
        var at = random.Next(one.Lines.Count);
        var edited = Edited(one.Lines[at], random);
        if (IsTheSameRecord(edited, one.Lines[at]))
            return;

        AssertFirstBad(at + 1, [.. one.Lines[..at], edited, .. one.Lines[(at + 1)..]]);
    }, count: 3000);

    [Fact]
    public void A_line_that_is_missing_doubled_or_moved_is_found_where_it_happened() => Rule.HoldsFor(Cases, one =>
    {
        var random = new Random(one.Seed);
        var at = random.Next(one.Lines.Count);
        var (without, doubled) = (one.Lines.ToList(), one.Lines.ToList());
        without.RemoveAt(at);
        doubled.Insert(at, one.Lines[at]);

        AssertFirstBad(at + 2, doubled);
        if (at < one.Lines.Count - 1)
            AssertFirstBad(at + 1, without);
        else
            Assert.Equal(at, AuditVerifier.Verify(without).Last.Seq);
        if (at < one.Lines.Count - 1)
            AssertFirstBad(at + 1, [.. one.Lines[..at], one.Lines[at + 1], one.Lines[at], .. one.Lines[(at + 2)..]]);
    });

    [Fact]
    public void An_edit_that_is_hashed_anew_breaks_the_next_line() => Rule.HoldsFor(Cases, one =>
    {
        var at = new Random(one.Seed).Next(one.Lines.Count);
        if (at == one.Lines.Count - 1)
            return;
        var forged = JsonNode.Parse(one.Lines[at])!.AsObject();
        forged["detail"] = "forged";
        forged.Remove("hash");
        forged["hash"] = AuditChain.HashOf(forged);

        AssertFirstBad(at + 2, [.. one.Lines[..at], forged.ToJsonString(), .. one.Lines[(at + 1)..]]);
    });

    private static List<string> Chain(IEnumerable<string> reasons)
    {
        var (lines, prev) = (new List<string>(), AuditChain.Start);
        foreach (var reason in reasons)
        {
            var entry = AuditChain.Append(
                new AuditDraft(AuditEvent.UndoRequested, AuditActor.Human(reason, "terminal"), "undo-1", TempStore.NewRequest().Plan.Target,
                    new JsonObject { ["reason"] = reason }),
                lines.Count + 1,
                prev,
                DateTimeOffset.UnixEpoch);
            lines.Add(entry.Line);
            prev = entry.Hash;
        }

        return lines;
    }

    private static string Edited(string line, Random random)
    {
        var edited = new StringBuilder(line);
        var at = random.Next(line.Length);
        const string Characters = "0123456789abcdefABCDEF\"\\{}[]:, \u202ex";
        switch (random.Next(4))
        {
            case 0:
                edited[at] = Characters[random.Next(Characters.Length)];
                break;
            case 1:
                edited.Insert(at, Characters[random.Next(Characters.Length)]);
                break;
            case 2:
                edited.Remove(at, Math.Min(1 + random.Next(3), line.Length - at));
                break;
            default:
                edited.Length = at;
                break;
        }

        return edited.ToString();
    }

    // White space between tokens, or the case of an escape's digits.
    private static bool IsTheSameRecord(string edited, string line)
    {
        try
        {
            return CanonicalJson.Bytes(JsonNode.Parse(edited, documentOptions: new() { AllowDuplicateProperties = false })).AsSpan()
                .SequenceEqual(CanonicalJson.Bytes(JsonNode.Parse(line)));
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }

    private static void AssertFirstBad(int record, List<string> lines)
    {
        var verdict = AuditVerifier.Verify(lines);
        Assert.StartsWith($"record {record}: ", verdict.Fault, StringComparison.Ordinal);
        Assert.Equal(record - 1, verdict.Records);
    }
}
