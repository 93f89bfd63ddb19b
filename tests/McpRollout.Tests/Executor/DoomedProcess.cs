using System.Diagnostics;
using System.Globalization;
using McpRollout.Tests.EndToEnd;

namespace McpRollout.Tests.Executor;

/// <summary>A process of <c>mcp-rollout-processes</c> that is killed or stopped at a step, or lives to its end.</summary>
internal sealed class DoomedProcess(IEnumerable<string> arguments)
{
    private Process? _stopped;
    private bool _isOver;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Starts it, or lets it go on where it was stopped, until it is stopped or over. What it said meanwhile; nothing once it is
    /// over.</summary>
    public async Task<IReadOnlyList<string>> GoOnAsync(SemaphoreSlim processors)
    {
        if (_isOver)
            return [];
        await processors.WaitAsync(Cancelled);
        try
        {
            var process = _stopped
                ?? Process.Start(new ProcessStartInfo(BuiltProgram.Processes, arguments) { RedirectStandardOutput = true })!;
            if (_stopped is not null)
                await Process.Start("kill", ["-CONT", process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExitAsync(Cancelled);
            var output = new List<string>();
            while (await process.StandardOutput.ReadLineAsync(Cancelled) is { } line)
            {
                if (line == "stopped")
                {
                    _stopped = process;
                    return output;
                }

                output.Add(line);
            }

            await process.WaitForExitAsync(Cancelled);
            Assert.True(process.ExitCode is 0 or 137, $"exit code {process.ExitCode} after {string.Join(", ", output.TakeLast(3))}");
            process.Dispose();
            _isOver = true;
            return output;
        }
        finally
        {
            processors.Release();
        }
    }
}
