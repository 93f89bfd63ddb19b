namespace McpRollout.Cli;

/// <summary>The person's keyboard, and what commands print for a person, all of it visible text: while the server speaks MCP, standard
/// output is the agent's.</summary>
internal static class Terminal
{
    public const string NoPassphrase = "No passphrase: run this at a terminal, or give it on standard input with --passphrase-stdin.";

    /// <summary>Whether somebody can be asked.</summary>
    public static bool IsInteractive => !Console.IsInputRedirected;

    /// <summary>Whether what is written is seen by a person, and not kept in a file.</summary>
    public static bool IsShown => !Console.IsOutputRedirected;

#pragma warning disable RS0030 // A command's output is what standard output is for, and this is the one place that writes it.
    public static void Write(string text) => Console.Write(VisibleText.Lines(text));

    public static void WriteLine(string line = "") => Console.WriteLine(VisibleText.Lines(line));
#pragma warning restore RS0030

    public static string Ask(string question)
    {
        Console.Error.Write(VisibleText.Lines(question));
        return Console.ReadLine() ?? "";
    }

    /// <summary>The passphrase: the first line of standard input if so chosen, else typed without being shown.</summary>
    public static string? ReadPassphrase(string question, bool fromStandardInput)
    {
        if (fromStandardInput)
            return Console.In.ReadLine();
        if (!IsInteractive)
            return null;
        Console.Error.Write(VisibleText.Lines(question));
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
