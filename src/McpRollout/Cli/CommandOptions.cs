using System.CommandLine;

namespace McpRollout.Cli;

/// <summary>The options and arguments of commands, with what their help says.</summary>
internal static class CommandOptions
{
    public static Option<T> Named<T>(string name, string description) => new(name) { Description = description };

    public static Option<bool> PassphraseFromStandardInput() =>
        Named<bool>("--passphrase-stdin", "Read the passphrase from the first line of standard input.");

    public static Argument<string> RequestId() => new("ID") { Description = "The request's id, as list shows it." };
}
