using System.Diagnostics;
using System.Globalization;

namespace McpRollout.Processes;

/// <summary>Counts the steps that this process takes, tells each on standard output, and kills or stops the process at the one it was
/// given.</summary>
internal sealed class CrashPoints(string? fatal)
{
    /// <summary>In front of a step: the process is stopped there (SIGSTOP) instead of killed, and goes on when somebody lets it.</summary>
    public const string Stop = "stop:";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _passed = [];

    /// <summary>Whoever writes to the store has it: the process is not stopped while another of its threads does, which would keep
    /// the store's lock.</summary>
    public SemaphoreSlim Writing { get; } = new(1);

    /// <summary>Whoever writes the audit file has it, for the same reason.</summary>
    public SemaphoreSlim Recording { get; } = new(1);

    /// <summary>Passes a step. Nobody is called back, nothing is flushed or disposed of: SIGKILL, as a crash of the machine's making
    /// is.</summary>
    public void Pass(string step)
    {
        string point;
        lock (_gate)
        {
            point = $"{step}#{_passed[step] = _passed.GetValueOrDefault(step) + 1}";
            Console.Out.WriteLine($"point {point}");
            if (point == fatal)
                Die();
        }

        if (Stop + point == fatal)
            Pause();
    }

    private static void Die()
    {
        Console.Out.Flush();
        Process.GetCurrentProcess().Kill();
        Thread.Sleep(Timeout.Infinite);
    }

    // Whoever waits for the signal to be sent is stopped by it.
    private void Pause()
    {
        Recording.Wait();
        Writing.Wait();
        Console.Out.WriteLine("stopped");
        Console.Out.Flush();
        using var kill = Process.Start("kill", ["-STOP", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Writing.Release();
        Recording.Release();
    }
}
