using System.CommandLine;
using McpRollout.Cli;
using McpRollout.Demo;
using McpRollout.Hosting;

namespace McpRollout;

/// <summary>The commands for people. Without one, the program is the MCP server.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] words, string[] settings)
    {
        var root = new RootCommand(
            """
            Without a command: an MCP server on stdio that lets an AI agent ask for a Kubernetes rollout undo, and carries it out once a person has approved it.

            Settings go with every command: --Section:Key=value, MCPROLLOUT_Section__Key in the environment, or appsettings.json beside the program.
            """)
        {
            DemoCommand.Create(settings),
            SandboxCommand.Create(),
            ServeCommand.Create(settings),
            ApproversCommand.Create(settings),
            ApprovalsCommand.Create(settings),
            AuditCommand.Create(settings),
            ReceiptCommand.Create(),
            CompletionCommand.Create(),
        };
        if (CompletedLine.Read(words) is { } line)
            return await ShellCompletion.PrintAsync(root, line);
        var parsed = root.Parse(words);
        if (parsed.Errors.Count == 0)
            return await parsed.InvokeAsync(Invocation);
        foreach (var error in UsageErrors.Of(parsed, settings))
            await Console.Error.WriteLineAsync(VisibleText.Lines(error));
        await Console.Error.WriteLineAsync($"See '{UsageErrors.NameOf(parsed.CommandResult)} --help'.");
        return ExitCodes.Usage;
    }

    // Whoever interrupts is waited for: folders are cleaned up, and servers in child processes end.
    private static InvocationConfiguration Invocation => new()
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
    };
}
