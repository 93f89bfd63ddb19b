using System.Diagnostics;
using McpRollout.Tests.Broker;
using McpRollout.Tests.EndToEnd;

namespace McpRollout.Tests.Commands;

/// <summary>Mistakes of whoever types, and what a shell completes.</summary>
public class UsageRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("approvls list", "There is no command 'approvls' of 'mcp-rollout'. Did you mean 'approvals'?")]
    [InlineData("approvals aprove undo-1", "There is no command 'aprove' of 'mcp-rollout approvals'. Did you mean 'approve'?")]
    [InlineData("deny undo-1", "Did you mean 'approvals deny'?")]
    [InlineData("approvals deny undo-1 --coment", "There is no option '--coment' of 'mcp-rollout approvals deny'. Did you mean --comment?")]
    [InlineData("approvals list more", "There is no argument 'more' of 'mcp-rollout approvals list'. It takes no more.")]
    [InlineData("audit verify --File x", "Did you mean --file?")]
    [InlineData("--context prod", "Cluster:Context is a setting: write --Cluster:Context=prod")]
    [InlineData("--read-only=true", "Cluster:ReadOnly is a setting: write --Cluster:ReadOnly=true")]
    [InlineData("approvals list --namespaces shop", "Cluster:Namespaces:0 is a setting: write --Cluster:Namespaces:0=shop")]
    [InlineData("--Cluster:Context prod", "A setting has its value behind an equals sign: write --Cluster:Context=prod")]
    [InlineData("Cluster:Context=prod", "Did you mean the setting --Cluster:Context=prod?")]
    [InlineData("--Cluster:ReadOnley=true", "Cluster:ReadOnley is not a setting. Did you mean Cluster:ReadOnly?")]
    [InlineData("--Clutser:Context=x", "Clutser:Context is not a setting. Did you mean Cluster:Context?")]
    [InlineData("--Cluster:Anything=x", "Cluster:Anything is not a setting. The settings are Cluster:Kubeconfig, ")]
    public async Task Whoever_mistypes_is_told_what_could_be_meant(string line, string said)
    {
        var result = await BuiltProgram.RunAsync(line.Split(' '));
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(said, result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mcp-rollout app", "approvals approvers")]
    [InlineData("mcp-rollout approvals ", "agent-token approve deny list paused receipt serve show")]
    [InlineData("mcp-rollout approvals l", "list")]
    [InlineData("mcp-rollout approvals show x --m", "--markdown")]
    [InlineData("mcp-rollout demo --decide ", "approve deny")]
    [InlineData("mcp-rollout approvals list -o ", "json")]
    [InlineData("mcp-rollout completion ", "bash fish powershell pwsh zsh")]
    [InlineData("mcp-rollout approvals list --Cluster:R", "--Cluster:ReadOnly=")]
    [InlineData("mcp-rollout --Regi", "--Registry:Check=")]
    public async Task A_shell_is_told_what_a_word_can_become(string line, string words)
    {
        var result = await BuiltProgram.RunAsync([$"[suggest:{line.Length}]", line]);
        Assert.Equal((0, "", words), (result.ExitCode, result.Errors, string.Join(' ', Lines(result.Output))));
    }

    [Fact]
    public async Task A_shell_is_told_the_open_requests_and_makes_no_store()
    {
        await using var store = TempStore.Create();
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        Task<(int ExitCode, string Output, string Errors)> SuggestAsync(string path)
        {
            var line = $"mcp-rollout approvals show --Storage:Path={path} ";
            return BuiltProgram.RunAsync([$"[suggest:{line.Length}]", line]);
        }

        Assert.Equal([request.Id], Lines((await SuggestAsync(store.Database.Place)).Output));
        var missing = Path.Combine(store.Folder, "none", "state.db");
        Assert.Equal((0, "", ""), await SuggestAsync(missing));
        Assert.False(Directory.Exists(Path.GetDirectoryName(missing)));
    }

    [Fact]
    public async Task Bash_completes_words_and_settings()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash here.");
        Assert.Equal("list", await CompletedAsync("bash", Bash("mcp-rollout approvals l")));

        // Readline has the colon as the end of a word, and writes only what follows it.
        Assert.Equal("ReadOnly=", await CompletedAsync("bash", Bash("mcp-rollout approvals list --Cluster:R")));

        static string Bash(string line) => $"COMP_LINE='{line}'; COMP_POINT={line.Length}; _mcp_rollout 2>/dev/null; "
            + "printf '%s\\n' \"${COMPREPLY[@]}\"";
    }

    [Fact]
    public async Task Fish_completes_words()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/fish"), "There is no fish here.");
        Assert.Equal("approvals approvers", await CompletedAsync("fish", "complete -C 'mcp-rollout app'"));
    }

    [Fact]
    public async Task Zsh_can_read_its_script()
    {
        Assert.SkipUnless(File.Exists("/bin/zsh"), "There is no zsh here.");
        var names = await CompletedAsync("zsh", "print -l ${(k)functions[(I)_mcp*]}", "autoload -U compinit; compinit -D;");
        Assert.Equal("_mcp_rollout", names);
    }

    private static async Task<string> CompletedAsync(string shell, string command, string first = "")
    {
        var script = (await BuiltProgram.RunAsync(["completion", shell])).Output;
        using var process = Process.Start(new ProcessStartInfo(shell, ["-c", $"{first}\n{script}\n{command}"])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["PATH"] = $"{Path.GetDirectoryName(BuiltProgram.Path)}:{Environment.GetEnvironmentVariable("PATH")}",
            },
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        return string.Join(' ', Lines(output));
    }

    private static string[] Lines(string output) =>
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
