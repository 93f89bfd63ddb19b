using McpRollout.Approvals.Approvers;
using McpRollout.Tests.Cluster;
using McpRollout.Web;

namespace McpRollout.Tests.Person;

public class BrowserProofRules
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(60);
    private static readonly Approver Alice = new("Alice", [], Now.AddYears(-1));
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(each => (byte)each)];

    [Fact]
    public void AProofIsGoodForItsEnrolmentForHalfAYear()
    {
        var (id, issued) = (BrowserProof.NewId(), BrowserProof.Make(Key, Alice, "b", Now));
        Assert.NotEqual(id, BrowserProof.NewId());
        Assert.Equal("b", BrowserProof.Read(Key, Alice, issued, Now));
        Assert.Equal("b", BrowserProof.Read(Key, Alice with { Name = "ALICE", Groups = ["sre"] }, issued, Now + BrowserProof.Lifetime));
        Assert.Null(BrowserProof.Read(Key, Alice, issued, Now + BrowserProof.Lifetime + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void AProofOfAnotherNameEnrolmentOrStoreIsNone()
    {
        var issued = BrowserProof.Make(Key, Alice, "b", Now);
        Assert.Null(BrowserProof.Read(Key, Alice with { Name = "bob" }, issued, Now));
        Assert.Null(BrowserProof.Read(Key, Alice with { EnrolledAt = Now }, issued, Now));
        Assert.Null(BrowserProof.Read([.. Key.Reverse()], Alice, issued, Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("b.1.")]
    [InlineData("b.99999999999999999999.x")]
    [InlineData("\u20ac.-1.\u20ac")]
    public void WhatWasChangedOrMadeUpIsNone(string proof) => Assert.Null(BrowserProof.Read(Key, Alice, proof, Now));

    [Fact]
    public void NoPartOfAProofCanBeChanged()
    {
        var issued = BrowserProof.Make(Key, Alice, "b", Now);
        for (var at = 0; at < issued.Length; at++)
            Assert.Null(BrowserProof.Read(Key, Alice, $"{issued[..at]}{(issued[at] == '7' ? '8' : '7')}{issued[(at + 1)..]}", Now));
    }

    [Fact]
    public async Task TheLineMovesAStepAtATimeAndWhoGoesAwayLeavesIt()
    {
        var cancelled = TestContext.Current.CancellationToken;
        var clock = new ManualClock();
        var line = new AttemptLine(clock);
        using var away = new CancellationTokenSource();
        await line.WaitAsync(cancelled);
        var (second, gone, third) = (line.WaitAsync(cancelled), line.WaitAsync(away.Token), line.WaitAsync(cancelled));
        await away.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.False(second.IsCompleted);
        clock.Advance(AttemptLine.Step);
        await second;
        Assert.False(third.IsCompleted);
        clock.Advance(AttemptLine.Step);
        await third;
    }
}
