namespace McpRollout.Hosting;

/// <summary>What the program's exit code says; standard error says why it is not <see cref="Done"/>.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    public static int WrongUsage(IReadOnlyList<string> errors)
    {
        Console.Error.WriteLine(errors.Count == 1 ? "A setting is wrong:" : $"{errors.Count} settings are wrong:");
        foreach (var error in errors)
            Console.Error.WriteLine(VisibleText.Lines($"  {error}"));
        return Usage;
    }

    public static int Misuse(string message)
    {
        Console.Error.WriteLine(VisibleText.Lines(message));
        return Usage;
    }

    public static int Fail(string message)
    {
        Console.Error.WriteLine(VisibleText.Lines(message));
        return Failed;
    }
}
