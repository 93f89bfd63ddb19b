using System.CommandLine;
using System.CommandLine.Parsing;
using McpRollout.Hosting;
using McpRollout.Mcp.Arguments;

namespace McpRollout.Cli;

/// <summary>What is wrong with a command line, each with what could have been meant. Pure.</summary>
internal static class UsageErrors
{
    /// <summary>The errors. A word that is not known makes others seem to be missing: then it alone is told.</summary>
    /// <param name="parsed">The commands and options, without the settings.</param>
    /// <param name="settings">The settings that were given with them.</param>
    public static IEnumerable<string> Of(ParseResult parsed, IReadOnlyList<string> settings)
    {
        var words = parsed.UnmatchedTokens;
        if (words.Count == 0)
            return parsed.Errors.Select(error => error.Message);
        var command = parsed.CommandResult.Command;
        var first = words[0];
        var value = first.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? first[(at + 1)..]
            : words.Count > 1 && !words[1].StartsWith('-') ? words[1] : "VALUE";
        var meant = first.StartsWith('-') ? MeantOption(first.Split('=')[0], value, command) : MeantWord(first, command, settings);
        var kind = first.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        return [$"There is no {kind} '{first}' of '{NameOf(parsed.CommandResult)}'. {meant ?? Known(command, first.StartsWith('-'))}"];
    }

    /// <summary>The command's whole name, as one types it.</summary>
    public static string NameOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{NameOf(parent)} {command.Command.Name}" : command.Command.Name;

    private static string? MeantOption(string option, string value, Command command)
    {
        if (OptionsOf(command).FirstOrDefault(each => each.Equals(option, StringComparison.OrdinalIgnoreCase)) is { } cased)
            return $"Did you mean {cased}?";
        if (SettingNames.OfOption(option) is { } same)
            return $"{same} is a setting: write --{same}={value}";
        if (SimilarName.Nearest(option, OptionsOf(command)) is { } near)
            return $"Did you mean {near}?";
        return SettingNames.Nearest(option) is { } setting ? $"Did you mean the setting --{setting}={value}?" : null;
    }

    private static string? MeantWord(string word, Command command, IReadOnlyList<string> settings)
    {
        if (settings.FirstOrDefault(setting => setting.EndsWith('=')) is { } bare)
            return $"A setting has its value behind an equals sign: write {bare}{word}";
        if (word.Contains(':', StringComparison.Ordinal) && SettingNames.Nearest(word.Split('=')[0]) is { } setting)
            return $"Did you mean the setting --{setting}={(word.Split('=', 2) is [_, var value] ? value : "VALUE")}?";
        if (SimilarName.Nearest(word, command.Subcommands.Select(each => each.Name)) is { } near)
            return $"Did you mean '{near}'?";
        string[] elsewhere = [.. Below(command, "").Where(path => path.EndsWith($" {word}", StringComparison.Ordinal))];
        return elsewhere.Length == 0 ? null : $"Did you mean {string.Join(" or ", elsewhere.Select(path => $"'{path.Trim()}'"))}?";
    }

    private static IEnumerable<string> OptionsOf(Command command) =>
        command.Options.Where(option => !option.Hidden).Select(option => option.Name).Append("--help").Distinct();

    private static IEnumerable<string> Below(Command command, string path) => command.Subcommands.SelectMany(
        each => Below(each, $"{path} {each.Name}").Prepend($"{path} {each.Name}"));

    private static string Known(Command command, bool isOption) =>
        isOption ? $"It has {string.Join(", ", OptionsOf(command))}."
        : command.Subcommands.Count > 0 ? $"It has {string.Join(", ", command.Subcommands.Select(each => each.Name))}."
        : "It takes no more.";
}
