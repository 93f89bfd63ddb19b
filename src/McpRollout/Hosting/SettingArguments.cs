namespace McpRollout.Hosting;

/// <summary>Tells settings (<c>--Section:Key=value</c>) from commands and their options.</summary>
internal static class SettingArguments
{
    /// <summary>Both, each in its order. A setting without a value is one with an empty value, and does not take the next argument for
    /// it.</summary>
    public static (string[] Settings, string[] Words) Split(IReadOnlyList<string> arguments)
    {
        var settings = arguments.Where(IsSetting)
            .Select(setting => setting.Contains('=', StringComparison.Ordinal) ? setting : setting + "=");
        return ([.. settings], [.. arguments.Where(argument => !IsSetting(argument))]);
    }

    private static bool IsSetting(string argument)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal))
            return false;
        var key = argument.AsSpan(2, (argument.IndexOf('=', StringComparison.Ordinal) is > 0 and var end ? end : argument.Length) - 2);
        return key.Contains(':');
    }
}
