using System.Diagnostics;
using McpRollout.Approvals.Audit;
using McpRollout.Processes;
using McpRollout.Tests.Broker;
using McpRollout.Tests.EndToEnd;

namespace McpRollout.Tests.Commands;

public class AuditMendingRules
{
    private const string Script = "/usr/bin/script";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AServerSaysAtItsStartThatCheckpointsAreGoneAndHowToGoOn()
    {
        await using var store = await TwoRecordsAsync();
        File.Delete(store.AuditFile.Paths.Checkpoints);
        using var server = Process.Start(new ProcessStartInfo(
            BuiltProgram.Path,
            ["--Cluster:Sandbox=true", $"--Approvals:Listen=http://localhost:{FreePort.Next()}", .. store.Settings])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string? line;
        do
            line = await server.StandardError.ReadLineAsync(Cancelled);
        while (line?.Contains("Checkpoints are missing", StringComparison.Ordinal) == false);
        server.StandardInput.Close();
        _ = server.StandardError.ReadToEndAsync(Cancelled);
        await server.WaitForExitAsync(Cancelled);

        Assert.Contains("'mcp-rollout audit rekey'", line, StringComparison.Ordinal);
        Assert.False(File.Exists(store.AuditFile.Paths.Checkpoints));
    }

    [Fact]
    public async Task ATornEndIsPutAsideByACommandAndTamperingIsNot()
    {
        await using var store = await TwoRecordsAsync();
        await File.AppendAllTextAsync(store.AuditFile.Path, "my notes", Cancelled);
        var repaired = await BuiltProgram.RunAsync(["audit", "repair", .. store.Settings]);
        Assert.Equal((0, ""), (repaired.ExitCode, repaired.Errors));
        Assert.Contains("the last 8 bytes were put aside", repaired.Output, StringComparison.Ordinal);
        Assert.Contains("3 records, every one holds", (await BuiltProgram.RunAsync(["audit", "verify", .. store.Settings])).Output,
            StringComparison.Ordinal);

        var lines = await File.ReadAllLinesAsync(store.AuditFile.Path, Cancelled);
        lines[0] = lines[0].Replace("alice", "eve", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(store.AuditFile.Path, lines, Cancelled);
        var refused = await BuiltProgram.RunAsync(["audit", "repair", .. store.Settings]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("record 1 of", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyTakesANewKeyWithoutATerminal()
    {
        await using var store = await TwoRecordsAsync();
        var refused = await BuiltProgram.RunAsync(["audit", "rekey", .. store.Settings], "rekey");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("run this at a terminal", refused.Errors, StringComparison.Ordinal);
        Assert.Empty(await store.DetailsOfAsync(AuditEvent.AuditRekeyed));
    }

    [Theory]
    [InlineData("rekey", 0)]
    [InlineData("yes", 1)]
    public async Task APersonAtATerminalIsToldWhatIsMissingAndAsked(string answer, int exitCode)
    {
        Assert.SkipWhen(!File.Exists(Script), "there is no script(1) here, which makes a terminal");
        await using var store = await TwoRecordsAsync();
        File.Delete(store.AuditFile.Paths.Key);
        var command = string.Join(' ', new[] { BuiltProgram.Path, "audit", "rekey" }.Concat(store.Settings).Select(word => $"'{word}'"));
        using var terminal = Process.Start(new ProcessStartInfo(Script, ["-qec", command, "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await terminal.StandardInput.WriteLineAsync(answer);
        await terminal.StandardInput.FlushAsync(Cancelled);
        var output = await terminal.StandardOutput.ReadToEndAsync(Cancelled);
        await terminal.WaitForExitAsync(Cancelled);

        Assert.Equal(exitCode, terminal.ExitCode);
        Assert.Contains("That key is gone.", output, StringComparison.Ordinal);
        Assert.Equal(exitCode == 0 ? 1 : 0, (await store.DetailsOfAsync(AuditEvent.AuditRekeyed)).Count);
        if (exitCode == 0)
            Assert.Contains("By record 3 a person had the audit signed with another key",
                (await BuiltProgram.RunAsync(["audit", "verify", .. store.Settings])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerifySaysHowFarTheAnchorCovers()
    {
        await using var store = await TwoRecordsAsync();
        var anchor = Path.Combine(store.Folder, "anchor.jsonl");
        await File.WriteAllTextAsync(anchor, File.ReadLines(store.AuditFile.Paths.Checkpoints).First() + "\n", Cancelled);
        string[] verify = ["audit", "verify", "--anchor", anchor, .. store.Settings];
        var held = await BuiltProgram.RunAsync(verify);
        Assert.Equal((0, ""), (held.ExitCode, held.Errors));
        Assert.Contains("covers the records up to 1 of 2", held.Output, StringComparison.Ordinal);

        await File.AppendAllTextAsync(anchor, "edited\n", Cancelled);
        var faulty = await BuiltProgram.RunAsync(verify);
        Assert.Equal(1, faulty.ExitCode);
        Assert.Contains($"{anchor}, line 2 is not a checkpoint", faulty.Errors, StringComparison.Ordinal);
    }

    private static async Task<TempStore> TwoRecordsAsync()
    {
        var store = TempStore.Create();
        await store.RecordAsync("alice");
        await store.RecordAsync("bob");
        return store;
    }
}
