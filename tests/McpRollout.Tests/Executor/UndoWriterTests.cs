using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Execution;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Cluster;
using McpRollout.Tests.Broker;
using Moq;

namespace McpRollout.Tests.Executor;

/// <summary>What is sent, and what is not.</summary>
public sealed class UndoWriterTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task APatchThatBecameTooOldIsNotSentAndTheApprovalIsCarriedOutLater()
    {
        await using var store = TempStore.Create();
        await store.EnrolAsync("alice");
        var request = TempStore.NewRequest();
        await store.Broker.OpenAsync(request, null, Cancelled);
        await store.Broker.DecideAsync(
            new DecisionAttempt(request.Id, Verdict.Approve, request.Plan.Digest, "alice", TempStore.Passphrase, null, "terminal"),
            Cancelled);
        var ticket = await store.Broker.ClaimAsync(request.Id, "this", Lease, null, [], Cancelled);
        var cluster = new Mock<IClusterWriter>(MockBehavior.Strict);
        var writer = new UndoWriter(cluster.Object, Mock.Of<IAuditSink>(), TimeProvider.System);

        var result = await writer.PatchAsync(ticket!, "[]"u8.ToArray(), DateTimeOffset.UtcNow - Lease, Cancelled);

        Assert.Contains("Nothing was sent", Assert.IsType<WriteResult.NotTaken>(result).Failure.Message, StringComparison.Ordinal);
        Assert.True(ticket!.TryUse());
    }
}
