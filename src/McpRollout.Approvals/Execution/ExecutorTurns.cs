using System.Security.Cryptography;

namespace McpRollout.Approvals.Execution;

/// <summary>In which order executors that share a store try a request that is anybody's: another for each request, so that none has all of
/// them and that they seldom meet.</summary>
internal static class ExecutorTurns
{
    /// <summary>How many turns there are.</summary>
    public const int Most = 8;

    /// <summary>How long an executor leaves the request to others once it has seen it in its state.</summary>
    /// <param name="requestId">The request.</param>
    /// <param name="holder">The executor's name in leases.</param>
    /// <param name="turn">How long a turn is.</param>
    public static TimeSpan Of(string requestId, string holder, TimeSpan turn) =>
        turn * (1 + (SHA256.HashData(Encoding.UTF8.GetBytes($"{requestId}\n{holder}"))[0] % Most));
}
