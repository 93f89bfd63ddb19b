using System.Collections.Concurrent;
using McpRollout.Rollouts.Cluster;

namespace McpRollout.Rollouts.Reading;

/// <summary>What the credentials lack is not asked for again and again: each refusal is kept for a minute.</summary>
internal sealed class RememberedRefusals(TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<object, (ClusterFailure Failure, long Since)> _refusals = new();

    /// <summary>The answer, or the refusal that was given to the same question.</summary>
    /// <param name="question">What is asked, by value.</param>
    /// <param name="ask">Asks the cluster.</param>
    public async Task<ClusterAnswer<T>> AskAsync<T>(object question, Func<Task<ClusterAnswer<T>>> ask)
    {
        if (_refusals.TryGetValue(question, out var known) && time.GetElapsedTime(known.Since) < Kept)
            return known.Failure;
        var answer = await ask();
        if (answer.Failure is { Kind: ClusterFailureKind.Forbidden } refusal)
            _refusals[question] = (refusal, time.GetTimestamp());
        else
            _refusals.TryRemove(question, out _);
        return answer;
    }
}
