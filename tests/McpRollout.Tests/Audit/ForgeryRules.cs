using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Tests.Broker;
using McpRollout.Tests.Cases;

namespace McpRollout.Tests.Audit;

public class ForgeryRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, int, bool> Forgeries => new(
        from forgery in new[]
        {
            ("edited", 3), ("removed", 3), ("first removed", 1), ("reordered", 3), ("restamped", 4), ("restamped and hashed anew",
                4), ("cut off", 4),
            ("appended", 6), ("rewritten from the third", 3), ("rewritten whole", 1), ("not JSON", 6),
        }
        from withStore in new[] { true, false }
        select (forgery.Item1, forgery.Item2, withStore));

    [Theory]
    [Proves(Hazard.ForgedAuditIsNamed)]
    [MemberData(nameof(Forgeries))]
    public async Task TheFirstRecordThatDoesNotHoldIsNamed(string forgery, int record, bool withStore)
    {
        await using var store = await FiveRecordsAsync();
        await ForgeAsync(store, Forger.Forgeries[forgery]);
        var verdict = await VerifyAsync(store, withStore);
        Assert.StartsWith($"record {record}: ", verdict.Fault, StringComparison.Ordinal);
        Assert.Equal(record - 1, verdict.Records);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatNobodyTouchedHolds(bool withStore)
    {
        await using var store = await FiveRecordsAsync();
        Assert.Equal((null, 5L), (await VerifyAsync(store, withStore) is var verdict ? verdict.Fault : "", verdict.Records));
    }

    [Fact]
    public async Task WhoHoldsTheFileAndTheKeyBesideItIsFoundByTheStoreOrByAKeyThatWasKeptElsewhere()
    {
        await using var store = await FiveRecordsAsync();
        var kept = Path.Combine(store.Folder, "kept.pem");
        File.Copy(store.AuditFile.Paths.PublicKey, kept);
        await ForgeAsync(store, lines => Forger.RewriteFrom(lines, 2));
        Forger.SignAnew(store.AuditFile.Paths);

        Assert.True((await VerifyAsync(store, withStore: false)).Holds);
        Assert.StartsWith("record 1: its checkpoint", (await VerifyAsync(store, withStore: false, key: kept)).Fault,
            StringComparison.Ordinal);
        Assert.StartsWith("record 3: the store has another", (await VerifyAsync(store, withStore: true)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoCutsTheCheckpointsTooIsFoundByTheStoreOrByACheckpointThatWasKeptElsewhere()
    {
        await using var store = await FiveRecordsAsync();
        var (paths, kept) = (store.AuditFile.Paths, Path.Combine(store.Folder, "kept.jsonl"));
        await File.WriteAllTextAsync(kept, CheckpointSet.Read(paths).Last!.ToLine(), Cancelled);
        await ForgeAsync(store, Forger.Forgeries["cut off"]);
        await File.WriteAllLinesAsync(paths.Checkpoints, (await File.ReadAllLinesAsync(paths.Checkpoints, Cancelled))[..3], Cancelled);

        Assert.True((await VerifyAsync(store, withStore: false)).Holds);
        Assert.StartsWith("record 4: missing; the checkpoint", (await VerifyAsync(store, withStore: false, kept)).Fault,
            StringComparison.Ordinal);
        Assert.StartsWith("record 4: missing at the end", (await VerifyAsync(store, withStore: true)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutCheckpointsNothingIsVouchedFor()
    {
        await using var store = await FiveRecordsAsync();
        File.Delete(store.AuditFile.Paths.Checkpoints);
        Assert.StartsWith("record 1: no checkpoint", (await VerifyAsync(store, withStore: true)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACheckpointThatWasEditedDoesNotHold()
    {
        await using var store = await FiveRecordsAsync();
        var lines = await File.ReadAllLinesAsync(store.AuditFile.Paths.Checkpoints, Cancelled);
        lines[1] = lines[1].Replace("\"time\":\"2", "\"time\":\"3", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(store.AuditFile.Paths.Checkpoints, lines, Cancelled);
        Assert.StartsWith("record 2: its checkpoint does not hold", (await VerifyAsync(store, withStore: false)).Fault,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWasRewrittenBetweenTwoCheckpointsIsNamedAsNearAsTheyAre()
    {
        await using var store = await FiveRecordsAsync();
        var lines = await File.ReadAllLinesAsync(store.AuditFile.Paths.Checkpoints, Cancelled);
        await File.WriteAllLinesAsync(store.AuditFile.Paths.Checkpoints, [lines[0], lines[4]], Cancelled);
        await ForgeAsync(store, rewritten => Forger.RewriteFrom(rewritten, 2));
        Assert.StartsWith("record 2, or one after it up to 5: ", (await VerifyAsync(store, withStore: false)).Fault,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWasForgedInTheStoreIsNotSigned()
    {
        await using var store = await FiveRecordsAsync();
        var lines = store.AuditFile.Paths.Lines().ToList();
        Forger.RewriteFrom(lines, 4);
        using var forged = System.Text.Json.JsonDocument.Parse(lines[4]);
        var hash = forged.RootElement.GetProperty("hash").GetString();
        await store.Database.WriteAsync(
            session =>
                session.ExecuteAsync("UPDATE audit SET hash = @hash, line = @line WHERE seq = 5", ("@hash", hash), ("@line", lines[4])),
            Cancelled);
        await File.WriteAllLinesAsync(store.AuditFile.Path, lines, Cancelled);

        var refused = await Assert.ThrowsAsync<AuditUnavailableException>(() => store.RecordAsync("person-6"));
        Assert.Contains("record 5 as", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<TempStore> FiveRecordsAsync()
    {
        var store = TempStore.Create();
        foreach (var number in Enumerable.Range(1, 5))
            await store.RecordAsync($"person-{number}");
        return store;
    }

    private static async Task ForgeAsync(TempStore store, Action<List<string>> forge)
    {
        var lines = (await File.ReadAllLinesAsync(store.AuditFile.Path, Cancelled)).ToList();
        forge(lines);
        await File.WriteAllLinesAsync(store.AuditFile.Path, lines, Cancelled);
    }

    private static async Task<AuditVerdict> VerifyAsync(TempStore store, bool withStore, string? checkpoints = null, string? key = null)
    {
        var paths = store.AuditFile.Paths;
        return withStore
            ? await store.AuditFile.VerifyAsync(_ => CheckpointSet.Read(paths, checkpoints, key), Cancelled)
            : AuditVerifier.Verify(paths.Lines(), CheckpointSet.Read(paths, checkpoints, key));
    }
}
