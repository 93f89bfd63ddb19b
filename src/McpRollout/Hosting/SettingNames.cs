using McpRollout.Mcp.Arguments;

namespace McpRollout.Hosting;

/// <summary>Finds the setting that was meant. Pure.</summary>
internal static class SettingNames
{
    /// <summary>The setting whose last word an option's name is, as <c>--context</c> of other programs; null if it is none's, or that of
    /// a rule.</summary>
    public static string? OfOption(string option) => Outside
        .FirstOrDefault(key => Bare(Last(key)) == Bare(option)) is { } key ? Written(key) : null;

    /// <summary>The setting that is nearest to what was written, with or without its section; null if none is near.</summary>
    public static string? Nearest(string written)
    {
        var name = written.TrimStart('-').Replace("__", ":", StringComparison.Ordinal);
        var key = name.Contains(':', StringComparison.Ordinal)
            ? SimilarName.Nearest(name, SettingsCheck.Keys)
            : SimilarName.Nearest(name, Outside.Select(Last)) is { } last ? Outside.First(each => Last(each) == last) : null;
        return key is null ? null : Written(key);
    }

    private static IEnumerable<string> Outside =>
        SettingsCheck.Keys.Where(key => !key.StartsWith("Policies:", StringComparison.Ordinal));

    private static string Last(string key) => key[(key.LastIndexOf(':') + 1)..];

    // A list is written by its places.
    private static string Written(string key) => SettingsCheck.IsList(key) ? $"{key}:0" : key;

    private static string Bare(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
