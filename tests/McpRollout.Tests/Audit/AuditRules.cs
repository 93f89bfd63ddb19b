using System.Text.Json.Nodes;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Tests.Broker;
using McpRollout.Tests.Cases;

namespace McpRollout.Tests.Audit;

internal static class AuditActorOf
{
    public static AuditActor Root { get; } = AuditActor.Human("root", "terminal");
}

public class AuditRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static List<string> Chain(int length)
    {
        var (lines, prev) = (new List<string>(), AuditChain.Start);
        for (var seq = 1; seq <= length; seq++)
        {
            var entry = AuditChain.Append(
                new AuditDraft(AuditEvent.UndoRequested, AuditActorOf.Root, $"undo-{seq}", TempStore.NewRequest().Plan.Target),
                seq,
                prev,
                DateTimeOffset.UnixEpoch);
            lines.Add(entry.Line);
            prev = entry.Hash;
        }

        return lines;
    }

    [Fact]
    public void AWholeChainHolds()
    {
        var verdict = AuditVerifier.Verify(Chain(5));
        Assert.Equal((true, 5L, 5L), (verdict.Holds, verdict.Records, verdict.Last.Seq));
    }

    [Theory]
    [Proves(Hazard.ForgedAuditIsNamed)]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void AnEditedRecordIsNamed(int index)
    {
        var lines = Chain(5);
        lines[index] = lines[index].Replace("undo-", "undo_", StringComparison.Ordinal);
        AssertFault(index + 1, "edited", lines);
    }

    [Fact]
    public void ARecordThatWasEditedAndHashedAnewBreaksTheNext()
    {
        var lines = Chain(5);
        var forged = JsonNode.Parse(lines[1])!.AsObject();
        forged["request_id"] = "undo-9";
        forged.Remove("hash");
        forged["hash"] = AuditChain.HashOf(forged);
        lines[1] = forged.ToJsonString();
        AssertFault(3, "does not follow", lines);
    }

    [Fact]
    [Proves(Hazard.ForgedAuditIsNamed)]
    public void ARemovedRecordIsNamed()
    {
        var lines = Chain(5);
        lines.RemoveAt(2);
        AssertFault(3, "removed", lines);
    }

    [Fact]
    [Proves(Hazard.ForgedAuditIsNamed)]
    public void AMovedRecordIsNamed()
    {
        var lines = Chain(5);
        (lines[1], lines[2]) = (lines[2], lines[1]);
        AssertFault(2, "moved", lines);
    }

    [Fact]
    [Proves(Hazard.ForgedAuditIsNamed)]
    public void ARestampedRecordIsNamed()
    {
        var lines = Chain(5);
        lines[3] = lines[3].Replace("1970-01-01T00:00:00.000Z", "1970-01-01T00:00:01.000Z", StringComparison.Ordinal);
        AssertFault(4, "edited", lines);
    }

    [Fact]
    public void AStrangersLineIsNamed() => AssertFault(6, "not a JSON object", [.. Chain(5), "hello"]);

    [Fact]
    public async Task ATornLineIsWrittenAgainWhole()
    {
        await using var store = TempStore.Create();
        await store.EnrolAsync("alice");
        await store.EnrolAsync("bob");
        var whole = await File.ReadAllTextAsync(store.AuditFile.Path, Cancelled);
        await File.WriteAllTextAsync(store.AuditFile.Path, whole[..^20], Cancelled);
        await store.AuditFile.CatchUpAsync(Cancelled);
        Assert.StartsWith(whole, await File.ReadAllTextAsync(store.AuditFile.Path, Cancelled), StringComparison.Ordinal);
        Assert.Equal(["approver.added", "approver.added", "audit.repaired"], store.AuditEvents);
    }

    [Theory]
    [InlineData("my precious notes")]
    [InlineData("my precious notes\nand more")]
    public async Task AFileThatIsNoAuditIsLeftAsItIs(string content)
    {
        await using var store = TempStore.Create();
        await File.WriteAllTextAsync(store.AuditFile.Path, content, Cancelled);
        await Assert.ThrowsAsync<AuditUnavailableException>(() => store.EnrolAsync("alice"));
        Assert.Equal(content, await File.ReadAllTextAsync(store.AuditFile.Path, Cancelled));
        Assert.Empty(await store.Approvers.ListAsync(Cancelled));
    }

    [Theory]
    [InlineData("""{"seq":6,"seq":6,"hash":"x"}""")]
    [InlineData("""{"seq":6,"event":"\ud800","hash":"x"}""")]
    [InlineData("""{"seq":1e400,"hash":"x"}""")]
    [InlineData("[]")]
    public void AForgedLineIsAFaultAndNoCrash(string line) =>
        Assert.StartsWith("record 6: ", AuditVerifier.Verify([.. Chain(5), line]).Fault, StringComparison.Ordinal);

    [Fact]
    public async Task AFileThatWasTakenAwayIsWrittenAgainWholeByTheNextServer()
    {
        await using var store = TempStore.Create();
        await store.EnrolAsync("alice");
        var whole = await File.ReadAllTextAsync(store.AuditFile.Path, Cancelled);
        File.Delete(store.AuditFile.Path);
        await using var next = store.Again();
        await next.AuditFile.CatchUpAsync(Cancelled);
        Assert.Equal(whole, await File.ReadAllTextAsync(store.AuditFile.Path, Cancelled));
    }

    [Fact]
    public async Task AFileThatIsNotOfThisStoreIsNotContinued()
    {
        await using var store = TempStore.Create();
        await store.EnrolAsync("alice");
        await File.WriteAllLinesAsync(store.AuditFile.Path, Chain(3), Cancelled);
        await Assert.ThrowsAsync<AuditUnavailableException>(() => store.AuditFile.CatchUpAsync(Cancelled));
        Assert.Equal(Chain(3), await File.ReadAllLinesAsync(store.AuditFile.Path, Cancelled));
    }

    [Fact]
    public async Task ManyProcessesWriteOneChain()
    {
        await using var store = TempStore.Create(audit: new() { Deadline = TimeSpan.FromMinutes(1) });
        await using var other = store.Again();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => (i % 2 == 0 ? store : other).EnrolAsync($"person-{i}"))));
        var verdict = AuditVerifier.Verify(File.ReadLines(store.AuditFile.Path));
        Assert.Equal((true, 40L), (verdict.Holds, verdict.Records));
    }

    private static void AssertFault(long record, string word, List<string> lines)
    {
        var verdict = AuditVerifier.Verify(lines);
        Assert.StartsWith($"record {record}: ", verdict.Fault, StringComparison.Ordinal);
        Assert.Contains(word, verdict.Fault, StringComparison.Ordinal);
        Assert.Equal(record - 1, verdict.Records);
    }
}
