using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Tests.Broker;

namespace McpRollout.Tests.Audit;

public class RotationRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheChainGoesOnAcrossFiles()
    {
        await using var store = await WithPartsAsync(people: 12);
        Assert.True(store.AuditFile.Paths.Parts().Count > 2);
        Assert.EndsWith("audit.000000000001.jsonl", store.AuditFile.Paths.Parts()[0], StringComparison.Ordinal);
        Assert.Equal((true, 1L, 12L), (await VerifyAsync(store) is var verdict && verdict.Holds, verdict.FirstSeq, verdict.Records));
    }

    [Fact]
    public async Task TwoProcessesThatFillFilesAtOnceKeepOneChain()
    {
        await using var store = TempStore.Create(audit: new() { RotateBytes = 2000, Deadline = TimeSpan.FromMinutes(1) });
        await using var other = store.Again();

        // In rounds: what waits together is written together, into one file.
        foreach (var round in Enumerable.Range(0, 30).Chunk(6))
            await Task.WhenAll(round.Select(i => Task.Run(() => (i % 2 == 0 ? store : other).RecordAsync($"person-{i}"))));
        Assert.Equal((null, 30L), (await VerifyAsync(store) is var verdict ? verdict.Fault : "", verdict.Records));
        Assert.True(store.AuditFile.Paths.Parts().Count > 3);
    }

    [Fact]
    public async Task PartsThatWereMovedAwayAreVouchedForByTheCheckpointOfTheirLastRecord()
    {
        await using var store = await WithPartsAsync(people: 12);
        foreach (var part in store.AuditFile.Paths.Parts().SkipLast(1))
            File.Delete(part);
        var verdict = await VerifyAsync(store);
        Assert.True(verdict.Holds, verdict.Fault);
        Assert.Equal(12, verdict.Last.Seq);
        Assert.True(verdict.FirstSeq > 1);
        Assert.Contains($"begin with record {verdict.FirstSeq}", verdict.Summary, StringComparison.Ordinal);
        await store.RecordAsync("one-more");
        Assert.Equal((true, 13L), (await VerifyAsync(store) is var later && later.Holds, later.Last.Seq));
    }

    [Fact]
    public async Task APartThatIsMissingBetweenOthersIsNamed()
    {
        await using var store = await WithPartsAsync(people: 12);
        var first = AuditPaths.LinesOf(store.AuditFile.Paths.Parts()[0]).Count();
        File.Delete(store.AuditFile.Paths.Parts()[1]);
        Assert.StartsWith($"record {first + 1}: ", (await VerifyAsync(store)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheBeginningOfAFileCannotPassForAPartThatWasMovedAway()
    {
        await using var store = TempStore.Create();
        await store.RecordAsync("alice");
        await store.RecordAsync("bob");
        await File.WriteAllLinesAsync(store.AuditFile.Path, (await File.ReadAllLinesAsync(store.AuditFile.Path, Cancelled))[1..],
            Cancelled);
        Assert.StartsWith("record 1: ", (await VerifyAsync(store)).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("before the file is put aside")]
    [InlineData("before the new file is made")]
    [InlineData("after the new file is made")]
    public async Task AProcessThatIsKilledWhileItPutsAFileAsideLeavesNothingUndone(string moment)
    {
        await using var store = TempStore.Create(audit: new() { RotateBytes = 1 });
        await store.RecordAsync("alice");
        await store.RecordAsync("bob");
        var paths = store.AuditFile.Paths;
        if (moment == "before the file is put aside")
            File.Move(paths.Part(2), paths.File, overwrite: true);
        else if (moment == "before the new file is made")
            File.Delete(paths.File);

        await using var next = store.Again();
        await next.AuditFile.CatchUpAsync(Cancelled);
        await next.RecordAsync("carol");
        Assert.Equal((true, 3L), (await VerifyAsync(store) is var verdict && verdict.Holds, verdict.Records));
        Assert.Equal([paths.Part(1), paths.Part(2), paths.Part(3)], paths.Parts());
    }

    [Fact]
    public async Task AFileThatCannotBePutAsideGrowsOn()
    {
        await using var store = TempStore.Create(audit: new() { RotateBytes = 1 });
        var inTheWay = Directory.CreateDirectory(store.AuditFile.Paths.Part(1));
        await store.RecordAsync("alice");
        await store.RecordAsync("bob");
        Assert.Equal((true, 2L), (await VerifyAsync(store) is var verdict && verdict.Holds, verdict.Records));
        inTheWay.Delete();
    }

    private static async Task<TempStore> WithPartsAsync(int people)
    {
        var store = TempStore.Create(audit: new() { RotateBytes = 800 });
        for (var i = 0; i < people; i++)
            await store.RecordAsync($"person-{i}");
        return store;
    }

    private static Task<AuditVerdict> VerifyAsync(TempStore store) =>
        store.AuditFile.VerifyAsync(_ => CheckpointSet.Read(store.AuditFile.Paths), Cancelled);
}
