using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Execution;
using McpRollout.Rollouts.Cluster;
using McpRollout.Tests.Broker;
using Moq;

namespace McpRollout.Tests.Executor;

public sealed class UndoWriterRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASinkThatFailsAfterTheClaimKeepsThePatchBackAndTheTicketUnused()
    {
        await using var store = TempStore.Create();
        await store.EnrolAsync("alice");
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        await store.Broker.DecideAsync(TempStore.By("alice", request), Cancelled);
        var undo = (await store.Broker.ClaimAsync(request.Id, "test", TimeSpan.FromMinutes(1), null, [], Cancelled))!;
        var sink = new Mock<IAuditSink>();
        sink.Setup(each => each.CatchUpAsync(It.IsAny<CancellationToken>()))
            .ThrowsAsync(new AuditUnavailableException("The disk is full."));
        var cluster = new Mock<IClusterWriter>(MockBehavior.Strict);

        await Assert.ThrowsAsync<AuditUnavailableException>(() => new UndoWriter(cluster.Object, sink.Object, TimeProvider.System)
            .PatchAsync(undo, default, DateTimeOffset.MaxValue, Cancelled));

        Assert.True(undo.TryUse());
    }
}
