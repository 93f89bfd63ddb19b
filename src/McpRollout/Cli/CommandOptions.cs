using System.CommandLine;

namespace McpRollout.Cli;

/// <summary>The options and arguments of commands, with what their help says.</summary>
internal static class CommandOptions
{
    public static Option<T> Named<T>(string name, string description) => new(name) { Description = description };

    public static Option<bool> PassphraseFromStandardInput() =>
        Named<bool>("--passphrase-stdin", "Read the passphrase from the first line of standard input.");

    /// <summary><c>-o json</c>, for programs; without it, for people.</summary>
    public static Option<string?> Output()
    {
        var output = new Option<string?>("--output", "-o") { Description = "json: as the page's JSON.", HelpName = "json" };
        output.AcceptOnlyFromAmong("json");
        return output;
    }

    /// <summary>Which request.</summary>
    public static Argument<string> RequestId() => new("ID") { Description = "The request's id, as list shows it." };
}
