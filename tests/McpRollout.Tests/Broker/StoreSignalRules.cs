using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Storage;
using Moq;

namespace McpRollout.Tests.Broker;

/// <summary>Whom a change of the store wakes, and what waits for what: many wait at once, and most changes are none of theirs.</summary>
public sealed class StoreSignalRules
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private readonly TempStore _store = TempStore.Create();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("undo-2", false)]
    [InlineData("", false)]
    [InlineData("undo-1", true)]
    [InlineData(null, true)]
    public async Task WhoeverWaitsForARequestIsWokenByWhatMayHaveChangedIt(string? changed, bool wakes)
    {
        using var signal = new StoreSignal(_store.Database, TimeProvider.System);
        var waiting = signal.WaitAsync(signal.Version, Long, Long, Cancelled, "undo-1");
        signal.Raise(changed is null ? null : [.. changed.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        if (!wakes)
        {
            // The next change is told of later than the one before it.
            var any = signal.WaitAsync(signal.Version, Long, Long, Cancelled);
            signal.Raise(["undo-3"]);
            await any;
            Assert.False(waiting.IsCompleted);
            signal.Raise(["undo-1"]);
        }

        await waiting;
        await _store.DisposeAsync();
    }

    [Theory]
    [InlineData(1000, false)]
    [InlineData(1100, true)]
    public async Task WhoeverWasAwayForLongLooksAgain(int changes, bool wakes)
    {
        using var signal = new StoreSignal(_store.Database, TimeProvider.System);
        var seen = signal.Version;
        for (var change = 0; change < changes; change++)
            signal.Raise(["undo-2"]);
        Assert.Equal(wakes, signal.WaitAsync(seen, Long, Long, Cancelled, "undo-1").IsCompleted);
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task ABusyProcessStillAsksWhetherOthersChangedTheStore()
    {
        var database = new Mock<IDatabase>();
        database.Setup(each => each.HasChangedElsewhereAsync(It.IsAny<CancellationToken>())).ReturnsAsync(true);
        using var signal = new StoreSignal(database.Object, TimeProvider.System);
        var waiting = signal.WaitAsync(signal.Version, Long, TimeSpan.FromMilliseconds(20), Cancelled, "undo-1");

        var began = TimeProvider.System.GetTimestamp();
        while (!waiting.IsCompleted && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20))
        {
            signal.Raise(["undo-2"]);
            await Task.Yield();
        }

        Assert.True(waiting.IsCompleted);
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task WhoChangesNothingTellsNobody()
    {
        await using var store = TempStore.Create(kind: StoreKind.Postgres);
        await using var other = store.Again();
        var (told, heard) = (0, new TaskCompletionSource());
        other.Database.ChangedElsewhere += _ =>
        {
            told++;
            heard.TrySetResult();
        };
        await other.Database.HasChangedElsewhereAsync(Cancelled);

        await store.Database.WriteAsync(
            session => session.ExecuteAsync("UPDATE approvers SET groups = '[]' WHERE name = 'nobody'"), Cancelled);
        await store.AuditLog.RecordAsync(
            new AuditDraft(AuditEvent.ApproverAdded, AuditActor.Human("root", "terminal")), Cancelled);

        await heard.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
        Assert.Equal(1, told);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a ")]
    [InlineData("a undo-1", "undo-1")]
    [InlineData("a undo-1 undo-2", "undo-1", "undo-2")]
    public void WhatProcessesTellEachOtherIsReadAsItWasMeant(string notice, params string[] changed)
    {
        Assert.Equal("a", Notice.Read(notice, out var read));

        // A version before told nothing of requests: any may have changed.
        Assert.Equal(notice == "a" ? null : changed, read);
        if (read is not null)
            Assert.Equal(notice, Notice.Of("a", read));
    }

    [Fact]
    public async Task WhatHasALeaseIsWrittenBeforeWhatWaits()
    {
        await using var store = TempStore.Create(kind: StoreKind.Postgres);
        var (order, release) = (new List<string>(), new TaskCompletionSource());
        Task<int> AsAsync(string name) => Task.FromResult(Noted(name));
        int Noted(string name)
        {
            order.Add(name);
            return 0;
        }

        var held = new TaskCompletionSource();
        List<Task> writes =
        [
            store.Database.WriteAsync(
                async _ =>
                {
                    held.SetResult();
                    await release.Task;
                    return 0;
                },
                Cancelled),
        ];
        await held.Task;
        foreach (var name in new[] { "first", "second", "third" })
            writes.Add(store.Database.WriteAsync(_ => AsAsync(name), Cancelled));
        writes.Add(store.Database.WriteFirstAsync(_ => AsAsync("leased"), Cancelled));

        release.SetResult();
        await Task.WhenAll(writes);

        Assert.Equal(4, order.Count);
        Assert.InRange(order.IndexOf("leased"), 0, 1);
    }

    [Fact]
    public async Task AReplicaOfPostgresWritesItsAuditWhileAnotherHoldsTheStore()
    {
        await using var store = TempStore.Create(kind: StoreKind.Postgres);
        await using var other = store.Again();
        await store.AuditLog.RecordAsync(
            new AuditDraft(AuditEvent.ApproverAdded, AuditActor.Human("root", "terminal")), Cancelled);
        var (held, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var writing = other.Database.WriteAsync(
            async _ =>
            {
                held.SetResult();
                await release.Task;
                return 0;
            },
            Cancelled);
        await held.Task;

        await store.AuditFile.CatchUpAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(20), Cancelled);

        release.SetResult();
        await writing;
        Assert.Equal(["approver.added"], store.AuditEvents);
    }
}
