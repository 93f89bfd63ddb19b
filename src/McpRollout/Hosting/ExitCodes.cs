namespace McpRollout.Hosting;

/// <summary>What the program's exit code says.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed; standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or settings.</summary>
    public const int Usage = 2;

    /// <summary>Says what is wrong with the settings.</summary>
    public static int WrongUsage(IReadOnlyList<string> errors)
    {
        Console.Error.WriteLine(errors.Count == 1 ? "A setting is wrong:" : $"{errors.Count} settings are wrong:");
        foreach (var error in errors)
            Console.Error.WriteLine($"  {error}");
        return Usage;
    }

    /// <summary>Says what is wrong with a command's words.</summary>
    public static int Misuse(string message)
    {
        Console.Error.WriteLine(message);
        return Usage;
    }

    /// <summary>Says why something failed.</summary>
    public static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return Failed;
    }
}
