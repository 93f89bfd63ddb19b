using McpRollout.Approvals.Execution;

namespace McpRollout.Tests.Executor;

/// <summary>Who tries a request that another process changed, and when.</summary>
public sealed class ExecutorTurnsTests
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void EachExecutorHasATurnWithinASecondAndAnotherForEachRequest()
    {
        var turns = Enumerable.Range(0, 200).Select(number => ExecutorTurns.Of($"undo-{number}", "host/1/a", Turn)).ToList();
        Assert.Equal(
            Enumerable.Range(1, ExecutorTurns.Most).Select(turn => Turn * turn), turns.Distinct().Order());
        Assert.Equal(turns[0], ExecutorTurns.Of("undo-0", "host/1/a", Turn));
    }

    [Fact]
    public void TwoExecutorsSeldomMeet()
    {
        var meetings = Enumerable.Range(0, 200).Count(number =>
            ExecutorTurns.Of($"undo-{number}", "host/1/a", Turn) == ExecutorTurns.Of($"undo-{number}", "host/2/b", Turn));
        Assert.InRange(meetings, 0, 60);
    }
}
