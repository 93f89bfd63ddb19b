using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Storage;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.History;
using McpRollout.Tests.Cluster;
using McpRollout.Tests.Rollouts;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace McpRollout.Tests.Broker;

/// <summary>What is remembered of images, on either store.</summary>
public abstract class StoredImagesRules
{
    private readonly StoreKind _kind;
    private readonly ManualClock _clock = new();

    private protected StoredImagesRules(StoreKind kind) => _kind = kind;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ADigestIsKeptWithTheFirstAndTheLastTimeThatItWasSeen()
    {
        await using var store = TempStore.Create(kind: _kind);
        await using var images = Images(store);
        var history = Running('a');

        images.See(history);
        var first = _clock.GetUtcNow();
        Assert.Equal(new RanImage(new("web-1", "web", "app:1", Ran.Digest('a')), first, first), Assert.Single((await OfAsync(images)).Ran));

        // Within a few minutes it is no news, so that reads of pods stay cheap.
        _clock.Advance(TimeSpan.FromMinutes(9));
        images.See(history);
        Assert.Equal(first, (await OfAsync(images)).Ran[0].LastSeen);
        _clock.Advance(TimeSpan.FromMinutes(1));
        images.See(history);
        Assert.Equal((first, first.AddMinutes(10)), ((await OfAsync(images)).Ran[0].FirstSeen, (await OfAsync(images)).Ran[0].LastSeen));

        await images.WrittenAsync();
        await using var other = store.Again();
        await using var elsewhere = Images(other);
        Assert.Equal((await OfAsync(images)).Ran, (await OfAsync(elsewhere)).Ran);
    }

    [Fact]
    public async Task WhatTheSameTagMeansElsewhereInTheClusterIsKnownAndInAnotherClusterIsNot()
    {
        await using var store = TempStore.Create(kind: _kind);
        await using var images = Images(store);
        await using var ofOther = Images(store, "https://other:6443");
        images.See(Running('a'));
        _clock.Advance(TimeSpan.FromMinutes(1));
        images.See(Running('b', "u-2"));
        ofOther.See(Running('c', "u-3"));
        await Task.WhenAll(images.WrittenAsync(), ofOther.WrittenAsync());

        var record = await OfAsync(images);

        Assert.Equal(Ran.Digest('a'), Assert.Single(record.Ran).Run.Digest);
        Assert.Equal(Ran.Digest('b'), record.Since(record.Ran[0])?.Digest);
        Assert.Equal([Ran.Digest('b'), Ran.Digest('a')], record.Seen.Select(seen => seen.Digest));
        Assert.Null((await OfAsync(images, "u-2")).Since((await OfAsync(images, "u-2")).Ran[0]));
    }

    [Fact]
    public async Task OnlySoMuchIsKeptAndWhatWasSeenLastStays()
    {
        await using var store = TempStore.Create(kind: _kind);
        await using var images = Images(store);
        await FillAsync(store, "u-1", StoredImages.MostOfWorkload);
        await FillAsync(store, "u-9", StoredImages.Most);

        images.See(Running('a'));
        await images.WrittenAsync();
        var ran = (await OfAsync(images)).Ran;

        Assert.Contains(ran, each => each.Run.Digest == Ran.Digest('a'));
        Assert.InRange(ran.Count, 1, StoredImages.MostOfWorkload);
        Assert.Equal(StoredImages.Most, await store.Database.ReadAsync(
            session => session.ScalarAsync<long>("SELECT count(*) FROM ran_images"), Cancelled));
        Assert.Equal(0, await store.Database.ReadAsync(
            session => session.ScalarAsync<long>("SELECT count(*) FROM ran_images WHERE workload = 'u-1' AND last_seen = 1"), Cancelled));
    }

    [Fact]
    public async Task WhatWasJustSeenIsKnownBeforeItIsWritten()
    {
        await using var store = TempStore.Create(kind: _kind);
        await using var images = Images(store);
        images.See(Running('a'));
        await images.WrittenAsync();
        _clock.Advance(TimeSpan.FromMinutes(30));
        var written = new TaskCompletionSource();
        var holding = store.Database.WriteAsync(
            async _ =>
            {
                await written.Task;
                return 0;
            },
            Cancelled);

        images.See(Ran.History("u-1", Pod('a'), Pod('b')));
        var record = await OfAsync(images);

        Assert.Equal([_clock.GetUtcNow(), _clock.GetUtcNow()], record.Ran.Select(ran => ran.LastSeen));
        Assert.Equal(Ran.Digest('b'), record.Since(record.Ran.Single(ran => ran.Run.Digest == Ran.Digest('a')))?.Digest);
        written.SetResult();
        await holding;
        await images.WrittenAsync();
        Assert.Equal(record.Ran.ToHashSet(), (await OfAsync(images)).Ran.ToHashSet());
    }

    [Fact]
    public async Task AStoreThatFailsKeepsNobodyFromReadingPods()
    {
        await using var store = TempStore.Create(kind: _kind);
        var database = new Mock<IDatabase>();
        database.Setup(each => each.WriteAsync(It.IsAny<Func<StoreSession, Task<int>>>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new StoreUnavailableException("It is gone."));
        database.Setup(each => each.ReadAsync(It.IsAny<Func<StoreSession, Task<ImageRecord>>>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new StoreUnavailableException("It is gone."));
        database.Setup(each => each.ReadAsync(It.IsAny<Func<StoreSession, Task<List<RanImage>>>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([]);
        await using var failing = new StoredImages(database.Object, Cluster(), _clock, NullLogger<StoredImages>.Instance);

        failing.See(Running('a'));
        await failing.WrittenAsync();
        Assert.Null(await failing.OfAsync(Running('a'), Cancelled));

        // It is not tried again with every look, and nothing that was seen counts as written.
        failing.See(Running('a'));
        await failing.WrittenAsync();
        Assert.Single(database.Invocations, call => call.Method.Name == nameof(IDatabase.WriteAsync));
        _clock.Advance(TimeSpan.FromMinutes(1));
        failing.See(Running('a'));
        await failing.WrittenAsync();
        Assert.Equal(2, database.Invocations.Count(call => call.Method.Name == nameof(IDatabase.WriteAsync)));
    }

    private static RevisionHistory Running(char digest, string uid = "u-1") =>
        Ran.History(uid, Pod(digest, uid));

    private static System.Text.Json.JsonElement Pod(char digest, string uid = "u-1") =>
        Ran.Pod(1, $"docker.io/library/app@{Ran.Digest(digest)}", uid: uid);

    private static async Task<ImageRecord> OfAsync(StoredImages images, string uid = "u-1") =>
        (await images.OfAsync(Ran.History(uid), Cancelled))!;

    private static Task<int> FillAsync(TempStore store, string workload, int rows) => store.Database.WriteAsync(
        session => session.ExecuteAsync(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @rows)
            INSERT INTO ran_images (cluster, workload, revision, container, image, digest, first_seen, last_seen)
            SELECT 'https://c:6443', @workload, 'r', 'web', 'app:1', 'sha256:' || i, i, i FROM n
            """,
            ("@rows", rows), ("@workload", workload)),
        Cancelled);

    private StoredImages Images(TempStore store, string server = "https://c:6443") =>
        new(store.Database, Cluster(server), _clock, NullLogger<StoredImages>.Instance);

    private static IClusterReader Cluster(string server = "https://c:6443")
    {
        var cluster = new Mock<IClusterReader>();
        cluster.Setup(each => each.IdentifyAsync(It.IsAny<CancellationToken>()))
            .Returns(() => ValueTask.FromResult<ClusterAnswer<ClusterIdentity>>(new ClusterIdentity("c", server)));
        return cluster.Object;
    }
}

public sealed class StoredImagesOnSqlite() : StoredImagesRules(StoreKind.Sqlite);

public sealed class StoredImagesOnPostgres() : StoredImagesRules(StoreKind.Postgres);
