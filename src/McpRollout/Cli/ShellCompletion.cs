using System.CommandLine;
using System.CommandLine.Parsing;
using McpRollout.Hosting;

namespace McpRollout.Cli;

/// <summary>A command line that a shell wants completed: <c>[suggest:POSITION] LINE</c>, as System.CommandLine has it.</summary>
/// <param name="Text">The line up to the cursor, with the program's name.</param>
internal sealed record CompletedLine(string Text)
{
    private const string Directive = "[suggest:";

    /// <summary>The word that is being typed; empty behind a blank.</summary>
    public string Word => Text[(Text.LastIndexOf(' ') + 1)..];

    /// <summary>The words before it, without the program's name.</summary>
    public string[] Before => [.. CommandLineParser.SplitCommandLine(Text[..^Word.Length]).Skip(1)];

    /// <summary>What was asked for; null if the words are a command.</summary>
    public static CompletedLine? Read(string[] words) =>
        words is [var directive, .. var rest] && directive.StartsWith(Directive, StringComparison.Ordinal) && directive.EndsWith(']')
            ? new(int.TryParse(directive[Directive.Length..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
                && rest is [var line, ..] ? line[..Math.Min(position, line.Length)] : "")
            : null;
}

/// <summary>Says what a shell can complete a word to.</summary>
internal static class ShellCompletion
{
    /// <summary>Prints them, one to a line.</summary>
    public static async Task<int> PrintAsync(RootCommand root, CompletedLine line)
    {
        var (settings, words) = SettingArguments.Split(line.Before);
        var ids = root.Parse(words) is var parsed && parsed.CommandResult.Command.Arguments.Any(argument => argument.Name == "ID")
            && parsed.Tokens[^1].Type == TokenType.Command
            ? await OpenRequestsAsync(settings)
            : [];
        foreach (var word in Words(root, words, line.Word, ids))
            Terminal.WriteLine(word);
        return ExitCodes.Done;
    }

    /// <summary>What begins like the word, in its place: commands, options and their values, ids of requests, settings. Pure.</summary>
    /// <param name="root">All commands.</param>
    /// <param name="before">The words before it.</param>
    /// <param name="word">The word.</param>
    /// <param name="ids">The requests that could be meant.</param>
    public static IEnumerable<string> Words(RootCommand root, IReadOnlyList<string> before, string word, IEnumerable<string> ids)
    {
        // As text: only of that it knows where the cursor is, and so that a value is wanted behind an option.
        var text = string.Join(' ', [root.Name, .. before.Select(each => each.Contains(' ') ? $"\"{each}\"" : each), word]);
        var known = root.Parse(text).GetCompletions(text.Length).Select(each => each.InsertText ?? each.Label);
        var settings = word.StartsWith("--", StringComparison.Ordinal) ? SettingsCheck.Keys.Select(key => $"--{key}=") : [];
        return known.Concat(ids)
            .Where(each => each.StartsWith("--", StringComparison.Ordinal) ? word.StartsWith('-') : char.IsLetterOrDigit(each[0]))
            .Concat(word.Contains(':', StringComparison.Ordinal) || word.Length > 2 ? settings : [])
            .Where(each => each.StartsWith(word, StringComparison.Ordinal) && each != word)
            .Distinct()
            .Order(StringComparer.Ordinal);
    }

    // A shell must not make a store, and shows no errors.
    private static async Task<IEnumerable<string>> OpenRequestsAsync(string[] settings)
    {
        var configuration = Settings.Read(settings);
        Logs.Quiet(configuration);
        try
        {
            await using var services = new ServiceCollection().AddProduct(configuration).BuildServiceProvider();
            var storage = services.GetRequiredService<IOptions<StorageOptions>>().Value;
            if (storage.Postgres is null && !File.Exists(storage.FullPath))
                return [];
            var requests = await services.GetRequiredService<RequestStore>().ListUnfinishedAsync(CancellationToken.None);
            return [.. requests.Select(request => request.Id)];
        }
        catch (Exception failure) when (failure is OptionsValidationException or StoreUnavailableException or InvalidOperationException)
        {
            return [];
        }
    }
}
