using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Tests.Broker;

namespace McpRollout.Tests.Audit;

/// <summary>What was signed cannot be taken away and made anew in silence.</summary>
public abstract class RememberedCheckpointRules
{
    private const string Remedy = "'mcp-rollout audit rekey'";

    internal abstract StoreKind Store { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static AuditActor Person { get; } = AuditActor.Human("root", "terminal");

    [Theory]
    [InlineData("key")]
    [InlineData("keys")]
    [InlineData("other key")]
    [InlineData("checkpoints")]
    [InlineData("first checkpoint")]
    [InlineData("last checkpoint")]
    [InlineData("all but the file")]
    [InlineData("all")]
    public async Task NoServerGoesOnWhenTheKeyOrCheckpointsAreGone(string what)
    {
        await using var store = await ThreeRecordsAsync();
        Lose(store.AuditFile.Paths, what);
        await using var next = store.Again();

        var refused = await Assert.ThrowsAsync<AuditUnavailableException>(() => next.RecordAsync("dave"));

        Assert.Contains(Remedy, refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await store.Memory.ReadAsync(Cancelled))!.Seq);
    }

    [Theory]
    [InlineData("key")]
    [InlineData("other key")]
    [InlineData("first checkpoint")]
    [InlineData("last checkpoint")]
    public async Task ARunningServerNoticesBeforeItWritesAgain(string what)
    {
        await using var store = await ThreeRecordsAsync();
        Lose(store.AuditFile.Paths, what);
        var refused = await Assert.ThrowsAsync<AuditUnavailableException>(() => store.RecordAsync("dave"));
        Assert.Contains(Remedy, refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, File.ReadLines(store.AuditFile.Path).Count());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    public async Task ACheckpointThatTheStoreWasNotToldOfIsTaken(long remembered)
    {
        await using var store = await ThreeRecordsAsync();
        await store.RememberOnlyAsync(remembered);
        await using var next = store.Again();
        await next.AuditFile.CatchUpAsync(Cancelled);
        Assert.Equal(3, (await store.Memory.ReadAsync(Cancelled))!.Seq);
        await next.RecordAsync("dave");
        Assert.True((await VerifyAsync(store)).Holds);
    }

    [Fact]
    public async Task ACheckpointThatTheStoreWasNotToldOfMustBeSigned()
    {
        await using var store = await ThreeRecordsAsync();
        await store.RememberOnlyAsync(2);
        var path = store.AuditFile.Paths.Checkpoints;
        var lines = await File.ReadAllLinesAsync(path, Cancelled);
        lines[2] = lines[2].Replace("\"time\":\"2", "\"time\":\"3", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(path, lines, Cancelled);
        await Assert.ThrowsAsync<AuditUnavailableException>(() => store.RecordAsync("dave"));
    }

    [Fact]
    public async Task NothingIsWrittenToTheStoreWhenNothingWasSigned()
    {
        await using var store = await ThreeRecordsAsync();
        _ = await store.Database.HasChangedElsewhereAsync(Cancelled);
        await store.AuditFile.CatchUpAsync(Cancelled);
        Assert.False(await store.Database.HasChangedElsewhereAsync(Cancelled));
    }

    [Fact]
    public async Task VerifySaysWhatTheStoreMisses()
    {
        await using var store = await ThreeRecordsAsync();
        Forger.SignAnew(store.AuditFile.Paths);
        Assert.Contains("another key than the store remembers", (await VerifyAsync(store)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerifyNoticesEarlierCheckpointsThatWereCutOut()
    {
        await using var store = await ThreeRecordsAsync();
        Lose(store.AuditFile.Paths, "first checkpoint");
        Assert.Contains("Checkpoints are missing", (await VerifyAsync(store)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStoreThatDoesNotKnowHowManyCheckpointsThereWereTakesWhatItFindsAndRemembersIt()
    {
        await using var store = await ThreeRecordsAsync();
        await store.Database.WriteAsync(session => session.ExecuteAsync("UPDATE remembered_checkpoints SET bytes = 0"), Cancelled);
        await using var next = store.Again();
        await next.AuditFile.CatchUpAsync(Cancelled);
        Assert.Equal(store.AuditFile.Paths.CheckpointsLength, (await store.Memory.ReadAsync(Cancelled))!.Length);
    }

    [Theory]
    [InlineData("key", "key", false)]
    [InlineData("keys", "key", false)]
    [InlineData("broken key", "key", false)]
    [InlineData("other key", "key, another was in its place", false)]
    [InlineData("checkpoints", "checkpoints", true)]
    [InlineData("first checkpoint", "checkpoints", true)]
    [InlineData("last checkpoint", "checkpoints", true)]
    [InlineData("all but the file", "key", true)]
    [InlineData("all", "key", true)]
    [InlineData("nothing", null, false)]
    public async Task ARekeyIsOnRecordAndTheAuditHoldsAgain(string what, string? missing, bool lacksCheckpoints)
    {
        await using var store = await ThreeRecordsAsync();
        var old = (await store.Memory.ReadAsync(Cancelled))!;
        Lose(store.AuditFile.Paths, what);
        await using var next = store.Again();

        var key = await RekeyAsync(next);
        await next.RecordAsync("dave");

        var detail = Assert.Single(await store.DetailsOfAsync(AuditEvent.AuditRekeyed));
        Assert.Equal(
            (old.KeyId, key, old.Seq, old.Hash, missing, lacksCheckpoints),
            (detail.GetProperty("old_key").GetString(), detail.GetProperty("new_key").GetString(),
                detail.GetProperty("last_seq").GetInt64(), detail.GetProperty("last_hash").GetString(),
                detail.GetProperty("missing").GetString(), detail.GetProperty("checkpoints_missing").GetBoolean()));
        Assert.NotEqual(old.KeyId, key);
        Assert.Equal((key, 5L), (await store.Memory.ReadAsync(Cancelled) is var now ? now!.KeyId : "", now!.Seq));
        var verdict = await VerifyAsync(next);
        Assert.True(verdict.Holds, verdict.Fault);
        Assert.Equal([4L], verdict.Rekeyed);
        Assert.Contains("By record 4 a person had the audit signed with another key", verdict.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatCanNoLongerBeCheckedIsPutAsideAndNotDeleted()
    {
        await using var store = await ThreeRecordsAsync();
        var before = await File.ReadAllTextAsync(store.AuditFile.Paths.Checkpoints, Cancelled);
        Lose(store.AuditFile.Paths, "keys");
        await RekeyAsync(store);
        var aside = Assert.Single(await store.DetailsOfAsync(AuditEvent.AuditRekeyed)).GetProperty("checkpoints_aside").GetString()!;
        Assert.Equal(before, await File.ReadAllTextAsync(aside, Cancelled));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(aside));
    }

    [Fact]
    public async Task AServerThatRunsGoesOnWithTheKeyThatTookThePlace()
    {
        await using var store = await ThreeRecordsAsync();
        Lose(store.AuditFile.Paths, "key");
        await Assert.ThrowsAsync<AuditUnavailableException>(() => store.RecordAsync("dave"));
        await using var other = store.Again();
        var key = await RekeyAsync(other);
        await store.RecordAsync("erin");
        Assert.Equal(key, CheckpointSet.Read(store.AuditFile.Paths).Last!.KeyId);
        Assert.True((await VerifyAsync(store)).Holds);
    }

    [Fact]
    public async Task TheKeyChangesSeveralTimesAndEachCheckpointIsCheckedWithItsOwn()
    {
        await using var store = await ThreeRecordsAsync();
        await RekeyAsync(store);
        await store.AuditFile.CatchUpAsync(Cancelled);
        await RekeyAsync(store);
        await store.RecordAsync("dave");
        var verdict = await VerifyAsync(store);
        Assert.True(verdict.Holds, verdict.Fault);
        Assert.Equal([4L, 5L], verdict.Rekeyed);
        var signed = CheckpointSet.Read(store.AuditFile.Paths).All.SelectMany(each => each);
        Assert.Equal(3, signed.Select(each => each.KeyId).Distinct().Count());
    }

    [Fact]
    public async Task AnotherKeyWithoutARecordIsAFault()
    {
        await using var store = await ThreeRecordsAsync();
        var paths = store.AuditFile.Paths;
        File.Move(paths.PublicKey, paths.RetiredPublicKey((await store.Memory.ReadAsync(Cancelled))!.KeyId));
        File.Delete(paths.Key);
        using var forged = CheckpointKey.Create(paths);
        var last = CheckpointSet.Read(paths, keyFile: paths.RetiredPublicKeys().Single()).Last!;
        var lines = await File.ReadAllLinesAsync(paths.Checkpoints, Cancelled);
        lines[2] = Checkpoint.Sign(forged, new(last.Seq, last.Hash), null, DateTimeOffset.UtcNow).ToLine();
        await File.WriteAllLinesAsync(paths.Checkpoints, lines, Cancelled);
        var fault = AuditVerifier.VerifyFile(paths.File).Fault;
        Assert.StartsWith("record 3: ", fault, StringComparison.Ordinal);
        Assert.Contains("no record audit.rekeyed says so", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoKeptTheKeyBeforeIsToldThatAnotherSigns()
    {
        await using var store = await ThreeRecordsAsync();
        var kept = Path.Combine(store.Folder, "kept.pem");
        File.Copy(store.AuditFile.Paths.PublicKey, kept);
        await RekeyAsync(store);
        await store.AuditFile.CatchUpAsync(Cancelled);
        Assert.Contains("signed with another key than " + kept, AuditVerifier.VerifyFile(store.AuditFile.Path, key: kept).Fault,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("after the key was made")]
    [InlineData("before it signed")]
    public async Task ARekeyThatIsKilledIsCompletedByTheNext(string moment)
    {
        await using var store = await ThreeRecordsAsync();
        var paths = store.AuditFile.Paths;
        if (moment == "after the key was made")
        {
            File.Copy(paths.PublicKey, paths.RetiredPublicKey((await store.Memory.ReadAsync(Cancelled))!.KeyId));
            CheckpointKey.Create(paths).Dispose();
        }

        await RekeyAsync(store);
        await using var next = store.Again();
        await next.RecordAsync("dave");
        Assert.Equal((null, true), (await VerifyAsync(next) is var verdict ? verdict.Fault : "", verdict.Rekeyed is [4]));
    }

    [Fact]
    public async Task WhatChangedMeanwhileIsNotSigned()
    {
        await using var store = await ThreeRecordsAsync();
        var plan = await store.Rekey.PlanAsync(Cancelled);
        File.Delete(store.AuditFile.Paths.Key);
        var refused = await Assert.ThrowsAsync<AuditUnavailableException>(() => store.Rekey.CarryOutAsync(plan, Person, Cancelled));
        Assert.Contains("changed meanwhile", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await store.DetailsOfAsync(AuditEvent.AuditRekeyed));
    }

    [Fact]
    public async Task WhatSomebodyChangedInTheFileIsNotSignedAnew()
    {
        await using var store = await ThreeRecordsAsync();
        var lines = await File.ReadAllLinesAsync(store.AuditFile.Path, Cancelled);
        lines[1] = lines[1].Replace("bob", "eve", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(store.AuditFile.Path, lines, Cancelled);
        var refused = await Assert.ThrowsAsync<AuditUnavailableException>(() => store.Rekey.PlanAsync(Cancelled));
        Assert.Contains("Record 2 of", refused.Message, StringComparison.Ordinal);
    }

    internal static Task<AuditVerdict> VerifyAsync(TempStore store) =>
        store.AuditFile.VerifyAsync(length => CheckpointSet.Read(store.AuditFile.Paths, length: length), Cancelled);

    private static async Task<string> RekeyAsync(TempStore store) =>
        await store.Rekey.CarryOutAsync(await store.Rekey.PlanAsync(Cancelled), Person, Cancelled);

    private async Task<TempStore> ThreeRecordsAsync()
    {
        var store = TempStore.Create(kind: Store);
        foreach (var name in new[] { "alice", "bob", "carol" })
            await store.RecordAsync(name);
        return store;
    }

    // In place, as far as it can be: what is exchanged under a running server is noticed by other means.
    private static void Lose(AuditPaths paths, string what)
    {
        string[] gone = what switch
        {
            "key" or "other key" => [paths.Key],
            "keys" => [paths.Key, paths.PublicKey],
            "checkpoints" => [paths.Checkpoints],
            "all but the file" => [paths.Key, paths.PublicKey, paths.Checkpoints],
            "all" => [paths.File, paths.Key, paths.PublicKey, paths.Checkpoints],
            _ => [],
        };
        foreach (var file in gone)
            File.Delete(file);
        if (what == "other key")
        {
            var publicKey = File.ReadAllText(paths.PublicKey);
            CheckpointKey.Create(paths).Dispose();
            File.WriteAllText(paths.PublicKey, publicKey);
        }
        else if (what == "broken key")
        {
            File.WriteAllText(paths.Key, "no key");
        }
        else if (what == "first checkpoint")
        {
            File.WriteAllLines(paths.Checkpoints, File.ReadAllLines(paths.Checkpoints)[1..]);
        }
        else if (what == "last checkpoint")
        {
            File.WriteAllLines(paths.Checkpoints, File.ReadAllLines(paths.Checkpoints)[..2]);
        }
    }
}

public sealed class RememberedCheckpointsInSqlite : RememberedCheckpointRules
{
    internal override StoreKind Store => StoreKind.Sqlite;
}

public sealed class RememberedCheckpointsInPostgres : RememberedCheckpointRules
{
    internal override StoreKind Store => StoreKind.Postgres;
}
