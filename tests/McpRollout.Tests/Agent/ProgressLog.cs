using ModelContextProtocol;

namespace McpRollout.Tests.Agent;

/// <summary>Keeps what a server tells of its progress, and tells when the first of it has come.</summary>
internal sealed class ProgressLog : IProgress<ProgressNotificationValue>
{
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether any of it has come.</summary>
    public bool HasBegun => _first.Task.IsCompleted;

    /// <summary>The first message; if the call ends without one, how it ended.</summary>
    public async Task<string> FirstOfAsync(Task call)
    {
        if (await Task.WhenAny(_first.Task, call) == call)
            await call;
        return await _first.Task;
    }

    public void Report(ProgressNotificationValue value) => _first.TrySetResult(value.Message!);
}
