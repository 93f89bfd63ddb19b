using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Storage;
using McpRollout.Tests.Broker;
using McpRollout.Tests.Cluster;

namespace McpRollout.Tests.Person;

/// <summary>What holds on either store.</summary>
public abstract class ApproverDirectoryRules
{
    private readonly StoreKind _kind;

    private protected ApproverDirectoryRules(StoreKind kind) => _kind = kind;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GuessingIsLockedForAWhileEvenForTheRightPassphrase()
    {
        var time = new ManualClock { Hurry = TimeSpan.FromSeconds(2) };
        await using var store = TempStore.Create(time, _kind);
        await store.EnrolAsync("alice");
        for (var attempt = 1; attempt <= 5; attempt++)
            Assert.IsType<Authentication.Wrong>(
                await store.Approvers.AuthenticateAsync("alice", "guess", AttemptSource.Stranger, Cancelled));
        var locked = Assert.IsType<Authentication.Locked>(
            await store.Approvers.AuthenticateAsync("ALICE", TempStore.Passphrase, AttemptSource.Stranger, Cancelled));
        Assert.Equal(TimeSpan.FromMinutes(1), locked.Remaining);

        time.Advance(locked.Remaining);
        Assert.IsType<Authentication.Proven>(
            await store.Approvers.AuthenticateAsync("alice", TempStore.Passphrase, AttemptSource.Stranger, Cancelled));
        Assert.IsType<Authentication.Wrong>(await store.Approvers.AuthenticateAsync("alice", "guess", AttemptSource.Stranger, Cancelled));
    }

    [Fact]
    public async Task GuessesAtOnceDoNotEscapeTheLock()
    {
        await using var store = TempStore.Create(new ManualClock { Hurry = TimeSpan.FromSeconds(2) }, _kind);
        await store.EnrolAsync("alice");
        var results = await Task.WhenAll(Enumerable.Range(0, 12)
            .Select(_ => Task.Run(() => store.Approvers.AuthenticateAsync("alice", "guess", AttemptSource.Stranger, Cancelled))));
        Assert.Equal(5, results.Count(result => result is Authentication.Wrong));
        Assert.Equal(7, results.Count(result => result is Authentication.Locked));
    }

    [Fact]
    public async Task TheRightPassphraseSentTenTimesAtOnceLocksNobody()
    {
        await using var store = TempStore.Create(kind: _kind);
        await store.EnrolAsync("alice");
        var results = await Task.WhenAll(Enumerable.Range(0, 10)
            .Select(_ => Task.Run(
                () => store.Approvers.AuthenticateAsync("alice", TempStore.Passphrase, AttemptSource.Stranger, Cancelled))));
        Assert.All(results, result => Assert.IsType<Authentication.Proven>(result));
        Assert.IsType<Authentication.Wrong>(await store.Approvers.AuthenticateAsync("alice", "guess", AttemptSource.Stranger, Cancelled));
        Assert.IsType<Authentication.Proven>(
            await store.Approvers.AuthenticateAsync("alice", TempStore.Passphrase, AttemptSource.Stranger, Cancelled));
    }

    [Fact]
    public async Task GuessingAtANameNeverLocksItForMoreThanFiveMinutesAndNobodyElseAtAll()
    {
        var time = new ManualClock { Hurry = TimeSpan.FromSeconds(2) };
        await using var store = TempStore.Create(time, _kind);
        await store.EnrolAsync("alice");
        await store.EnrolAsync("bob");
        for (var minute = 0; minute < 30; minute++)
        {
            for (var guess = 0; guess < 3; guess++)
            {
                var answer = await store.Approvers.AuthenticateAsync("alice", "guess", AttemptSource.Stranger, Cancelled);
                if (answer is Authentication.Locked locked)
                    Assert.InRange(locked.Remaining, TimeSpan.Zero, TimeSpan.FromMinutes(5));
            }

            if (minute % 10 == 0)
                Assert.IsType<Authentication.Proven>(
                    await store.Approvers.AuthenticateAsync("bob", TempStore.Passphrase, AttemptSource.Stranger, Cancelled));
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.IsType<Authentication.Locked>(
            await store.Approvers.AuthenticateAsync("alice", TempStore.Passphrase, AttemptSource.Stranger, Cancelled));
        Assert.IsType<Authentication.Proven>(
            await store.Approvers.AuthenticateAsync("alice", TempStore.Passphrase, AttemptSource.Terminal, Cancelled));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.IsType<Authentication.Proven>(
            await store.Approvers.AuthenticateAsync("alice", TempStore.Passphrase, AttemptSource.Stranger, Cancelled));
    }

    [Fact]
    public async Task AStrangerIsTreatedLikeAWrongPassphrase()
    {
        await using var store = TempStore.Create(kind: _kind);
        Assert.IsType<Authentication.Wrong>(await store.Approvers.AuthenticateAsync("mallory", "guess", AttemptSource.Stranger, Cancelled));
    }

    [Fact]
    public async Task AnUnknownNameCostsTheStoreWhatAnEnrolledOneDoes()
    {
        var time = new ManualClock { Hurry = TimeSpan.FromSeconds(2) };
        await using var store = TempStore.Create(time, _kind);
        await store.EnrolAsync("alice");
        var counted = new CountedDatabase(store.Database);
        var directory = new ApproverDirectory(counted, store.AuditLog, store.Audit, time);
        for (var guess = 1; guess <= 7; guess++)
        {
            var enrolled = await directory.AuthenticateAsync("alice", "guess", AttemptSource.Stranger, Cancelled);
            var known = counted.Taken();
            Assert.Equal(enrolled, await directory.AuthenticateAsync("nobody", "guess", AttemptSource.Stranger, Cancelled));
            Assert.Equal(known, counted.Taken());
        }
    }

    [Fact]
    public async Task EachSourceOfAttemptsIsCountedApart()
    {
        await using var store = TempStore.Create(new ManualClock { Hurry = TimeSpan.FromSeconds(2) }, _kind);
        await store.EnrolAsync("alice");
        AttemptSource[] sources =
        [
            AttemptSource.Stranger, AttemptSource.Terminal, new AttemptSource.OfKnownBrowser("a"), new AttemptSource.OfKnownBrowser("b"),
        ];
        foreach (var source in sources)
        {
            Assert.IsType<Authentication.Proven>(
                await store.Approvers.AuthenticateAsync("alice", TempStore.Passphrase, source, Cancelled));
            for (var guess = 0; guess < 5; guess++)
                await store.Approvers.AuthenticateAsync("Alice", "guess", source, Cancelled);
            Assert.IsType<Authentication.Locked>(
                await store.Approvers.AuthenticateAsync("alice", TempStore.Passphrase, source, Cancelled));
        }
    }

    [Fact]
    public async Task ABrowserIsKnownToEveryProcessOfAStoreAndOnlyForTheEnrolmentThatWasProvenInIt()
    {
        await using var store = TempStore.Create(kind: _kind);
        await store.EnrolAsync("alice");
        await store.EnrolAsync("bob");
        KnownBrowsers Process() => new(new ProofKey(store.Database), store.Approvers, TimeProvider.System);
        var proof = await Process().ProofAsync("alice", AttemptSource.Stranger, Cancelled);
        var source = Assert.IsType<AttemptSource.OfKnownBrowser>(await Process().RecogniseAsync("ALICE", proof, Cancelled));
        Assert.Equal(source, await Process().RecogniseAsync("alice", await Process().ProofAsync("Alice", source, Cancelled), Cancelled));
        foreach (var (name, kept) in new[]
            {
                ("bob", proof), ("nobody", proof), ("al\u0130ce", proof), ("alice", null), ("alice", "x.1.y"),
            })
            Assert.Equal(AttemptSource.Stranger, await Process().RecogniseAsync(name, kept, Cancelled));

        await store.Approvers.RemoveAsync("alice", Audit.AuditActorOf.Root, Cancelled);
        Assert.Null(await Process().ProofAsync("alice", source, Cancelled));
        await store.EnrolAsync("alice");
        Assert.Equal(AttemptSource.Stranger, await Process().RecogniseAsync("alice", proof, Cancelled));
    }

    [Fact]
    public async Task NoOtherSpellingThanThatOfItsAlphabetIsANameWhateverTheDatabaseFoldsItTo()
    {
        await using var store = TempStore.Create(new ManualClock { Hurry = TimeSpan.FromSeconds(2) }, _kind);
        await store.EnrolAsync("Alice-Kiss");
        foreach (var spelling in new[] { "alİce-kiss", "ALICE-KİSS", "alıce-kiss", "alice-Kiss", "alice-kiſs", "alice-kiss " })
        {
            Assert.IsType<Authentication.Wrong>(
                await store.Approvers.AuthenticateAsync(spelling, TempStore.Passphrase, AttemptSource.Stranger, Cancelled));
            Assert.Equal("(not enrolled)", await store.Approvers.NameOnRecordAsync(spelling, Cancelled));
            Assert.False(await store.Approvers.RemoveAsync(spelling, Audit.AuditActorOf.Root, Cancelled));
        }

        Assert.Equal(0, await store.Database.ReadAsync(
            session => session.ScalarAsync<long>("SELECT count(*) FROM failed_attempts"), Cancelled));
        foreach (var spelling in new[] { "alice-kiss", "ALICE-KISS", "Alice-Kiss", "aLICE-kISS", "alice-KISS" })
            Assert.IsType<Authentication.Wrong>(
                await store.Approvers.AuthenticateAsync(spelling, "guess", AttemptSource.Stranger, Cancelled));
        Assert.IsType<Authentication.Locked>(
            await store.Approvers.AuthenticateAsync("alicE-kisS", TempStore.Passphrase, AttemptSource.Stranger, Cancelled));
    }

    [Theory]
    [InlineData("ALICE", "Taken")]
    [InlineData("a1ice", "LooksLike")]
    [InlineData("aIice", "LooksLike")]
    [InlineData("AL1CE", "LooksLike")]
    [InlineData("alİce", "Malformed")]
    [InlineData("alicia", "Enrolled")]
    public async Task ANameThatCouldBeTakenForAnEnrolledOneIsNotEnrolled(string name, string outcome)
    {
        await using var store = TempStore.Create(kind: _kind);
        await store.EnrolAsync("alice");
        var result = await store.Approvers.AddAsync(name, [], TempStore.Passphrase, Audit.AuditActorOf.Root, Cancelled);
        Assert.Equal(outcome, result.GetType().Name);
        Assert.Equal(outcome == "Enrolled" ? 2 : 1, (await store.Approvers.ListAsync(Cancelled)).Count);
    }

    [Theory]
    [InlineData("boo", "bo0")]
    [InlineData("sam", "5am")]
    [InlineData("zoz", "zo2")]
    [InlineData("ben", "8en")]
    [InlineData("a-b", "a.b")]
    [InlineData("a_b", "a.b")]
    [InlineData("max", "rnax")]
    [InlineData("wim", "vvim")]
    [InlineData("wim", "VVIM")]
    public async Task ALookAlikeIsNotEnrolledWhicheverOfTheTwoWasFirst(string one, string other)
    {
        foreach (var (first, second) in new[] { (one, other), (other, one) })
        {
            await using var store = TempStore.Create(kind: _kind);
            await store.EnrolAsync(first);
            Assert.Equal(
                "LooksLike",
                (await store.Approvers.AddAsync(second, [], TempStore.Passphrase, Audit.AuditActorOf.Root, Cancelled)).GetType().Name);
            Assert.Equal([first], (await store.Approvers.ListAsync(Cancelled)).Select(approver => approver.Name));
        }
    }

    [Fact]
    public async Task AnApproverWhoWasRemovedIsAStranger()
    {
        await using var store = TempStore.Create(kind: _kind);
        await store.EnrolAsync("alice");
        Assert.True(await store.Approvers.RemoveAsync("alice", Audit.AuditActorOf.Root, TestContext.Current.CancellationToken));
        Assert.IsType<Authentication.Wrong>(
            await store.Approvers.AuthenticateAsync("alice", TempStore.Passphrase, AttemptSource.Stranger, Cancelled));
        Assert.Equal(["approver.added", "approver.removed"], store.AuditEvents);
    }
}

public sealed class ApproverDirectoryOnSqlite() : ApproverDirectoryRules(StoreKind.Sqlite);

public sealed class ApproverDirectoryOnPostgres() : ApproverDirectoryRules(StoreKind.Postgres);

public class ApproverRules
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 60)]
    [InlineData(6, 120)]
    [InlineData(7, 240)]
    [InlineData(8, 300)]
    [InlineData(1000, 300)]
    public void TheLockGrowsToFiveMinutesAndNoFurther(int attempts, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), FailedAttempts.LockAfter(attempts));

    [Theory]
    [InlineData("alice", true)]
    [InlineData("a.b-c_d@example.com", true)]
    [InlineData("", false)]
    [InlineData("two words", false)]
    [InlineData("<b>", false)]
    [InlineData("al\u202Eice", false)]
    public void NamesAreOfAFewCharacters(string name, bool isGood) => Assert.Equal(isGood, Enrolment.NameError(name) is null);

    [Theory]
    [InlineData("mark", "rnark", true)]
    [InlineData("walter", "vvalter", true)]
    [InlineData("bob", "b0b", true)]
    [InlineData("susi", "5u5l", true)]
    [InlineData("ana.maria", "ana-maria", true)]
    [InlineData("dana", "dara", false)]
    [InlineData("person-1", "person-2", false)]
    public void LookAlikesAreSeenEitherWay(string one, string other, bool areAlike)
    {
        var (first, second) = (ApproverName.Read(one)!, ApproverName.Read(other)!);
        Assert.Equal((areAlike, areAlike), (first.LooksLike(second), second.LooksLike(first)));
    }
}

/// <summary>Counts how often the store is read and written.</summary>
internal sealed class CountedDatabase(IDatabase inner) : IDatabase
{
    private (int Reads, int Writes) _count;

    public event Action<IReadOnlyList<string>?>? ChangedElsewhere
    {
        add => inner.ChangedElsewhere += value;
        remove => inner.ChangedElsewhere -= value;
    }

    public string Place => inner.Place;

    /// <summary>The counts since this was last asked.</summary>
    public (int Reads, int Writes) Taken()
    {
        var taken = _count;
        _count = default;
        return taken;
    }

    public Task<T> ReadAsync<T>(Func<StoreSession, Task<T>> read, CancellationToken cancellationToken)
    {
        _count.Reads++;
        return inner.ReadAsync(read, cancellationToken);
    }

    public Task<T> WriteAsync<T>(Func<StoreSession, Task<T>> write, CancellationToken cancellationToken)
    {
        _count.Writes++;
        return inner.WriteAsync(write, cancellationToken);
    }

    public Task<bool> HasChangedElsewhereAsync(CancellationToken cancellationToken) => inner.HasChangedElsewhereAsync(cancellationToken);
}
