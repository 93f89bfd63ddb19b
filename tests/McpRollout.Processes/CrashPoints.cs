using System.Diagnostics;

namespace McpRollout.Processes;

/// <summary>Counts the steps that this process takes, tells each on standard output, and kills the process at the one it was
/// given.</summary>
internal sealed class CrashPoints(string? deadly)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _passed = [];

    /// <summary>Passes a step. Nobody is called back, nothing is flushed or disposed of: SIGKILL, as a crash of the machine's making
    /// is.</summary>
    /// <returns>How often this step was passed, this time included.</returns>
    public int Pass(string step)
    {
        lock (_gate)
        {
            var count = _passed[step] = _passed.GetValueOrDefault(step) + 1;
            var point = $"{step}#{count}";
            Console.Out.WriteLine($"point {point}");
            if (point != deadly)
                return count;
            Console.Out.Flush();
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
            return count;
        }
    }
}
