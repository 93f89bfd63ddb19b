using McpRollout.Cli;

namespace McpRollout.Demo;

/// <summary>How the demo looks on a terminal.</summary>
internal static class DemoText
{
    /// <summary>Begins a part of the story.</summary>
    public static void Title(string text)
    {
        Terminal.WriteLine();
        Terminal.WriteLine(text);
        Terminal.WriteLine(new string('-', Math.Min(text.Length, 100)));
    }

    /// <summary>The narrator.</summary>
    public static void Say(string text) => Terminal.WriteLine($"  {text}");

    /// <summary>What the agent does.</summary>
    public static void Call(string thought, string tool, IReadOnlyDictionary<string, object?> arguments)
    {
        Terminal.WriteLine();
        Terminal.WriteLine($"agent: {thought}");
        Terminal.WriteLine($"  {tool}({string.Join(", ", arguments.Select(argument => $"{argument.Key}={argument.Value}"))})");
    }

    /// <summary>What the agent sees.</summary>
    public static void Answer(string text)
    {
        foreach (var line in text.Split('\n'))
            Terminal.WriteLine($"  | {line}");
    }
}
