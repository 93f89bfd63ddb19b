namespace McpRollout.Tests;

/// <summary>What a run says besides passed and failed: how much was tried. <c>.ci/run</c> shows it.</summary>
internal static class TestReport
{
    private static readonly Lock Gate = new();

    /// <summary>Adds a line to the file that <c>ROLLOUT_TEST_REPORT</c> names, and to the diagnostics.</summary>
    public static void Add(string line)
    {
        TestContext.Current.SendDiagnosticMessage(line);
        if (Environment.GetEnvironmentVariable("ROLLOUT_TEST_REPORT") is not { Length: > 0 } file)
            return;
        lock (Gate)
            File.AppendAllText(file, line + Environment.NewLine);
    }
}
