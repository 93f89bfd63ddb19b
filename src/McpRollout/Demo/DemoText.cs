using McpRollout.Cli;

namespace McpRollout.Demo;

/// <summary>How the demo looks on a terminal.</summary>
internal static class DemoText
{
    public static void Title(string text)
    {
        Terminal.WriteLine();
        Terminal.WriteLine(text);
        Terminal.WriteLine(new string('-', Math.Min(text.Length, 100)));
    }

    public static void Say(string text) => Terminal.WriteLine($"  {text}");

    public static void Call(string thought, string tool, IReadOnlyDictionary<string, object?> arguments)
    {
        Terminal.WriteLine();
        Terminal.WriteLine($"agent: {thought}");
        Terminal.WriteLine($"  {tool}({string.Join(", ", arguments.Select(argument => $"{argument.Key}={argument.Value}"))})");
    }

    public static void Waiting(string thought, string tool)
    {
        Terminal.WriteLine();
        Terminal.WriteLine($"agent: {thought} ({tool}, until it is decided and carried out)");
    }

    public static void Answer(string text)
    {
        foreach (var line in text.Split('\n'))
            Terminal.WriteLine($"  | {line}");
    }
}
