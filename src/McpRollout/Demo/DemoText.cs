namespace McpRollout.Demo;

/// <summary>How the demo looks on a terminal.</summary>
internal static class DemoText
{
    /// <summary>Begins a part of the story.</summary>
    public static void Title(string text)
    {
        Console.WriteLine();
        Console.WriteLine(text);
        Console.WriteLine(new string('-', Math.Min(text.Length, 100)));
    }

    /// <summary>The narrator.</summary>
    public static void Say(string text) => Console.WriteLine($"  {text}");

    /// <summary>What the agent does.</summary>
    public static void Call(string thought, string tool, IReadOnlyDictionary<string, object?> arguments)
    {
        Console.WriteLine();
        Console.WriteLine($"agent: {thought}");
        Console.WriteLine($"  {tool}({string.Join(", ", arguments.Select(argument => $"{argument.Key}={argument.Value}"))})");
    }

    /// <summary>What the agent sees.</summary>
    public static void Answer(string text)
    {
        foreach (var line in text.Split('\n'))
            Console.WriteLine($"  | {line}");
    }
}
