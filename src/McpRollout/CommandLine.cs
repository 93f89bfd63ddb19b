using System.CommandLine;
using System.CommandLine.Parsing;
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
            ApproversCommand.Create(settings),
            ApprovalsCommand.Create(settings),
            AuditCommand.Create(settings),
        };
        var parsed = root.Parse(words);
        if (parsed.Errors.Count == 0)
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        foreach (var error in parsed.Errors)
            await Console.Error.WriteLineAsync(VisibleText.Lines(error.Message));
        await Console.Error.WriteLineAsync($"See '{NameOf(parsed.CommandResult)} --help'.");
        return ExitCodes.Usage;
    }

    private static string NameOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{NameOf(parent)} {command.Command.Name}" : command.Command.Name;
}
