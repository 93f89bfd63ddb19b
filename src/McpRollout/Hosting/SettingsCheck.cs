using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace McpRollout.Hosting;

/// <summary>Finds settings that nobody reads and values that cannot be read. A misspelt <c>Cluster:ReadOnly</c> must not pass in silence.</summary>
internal static class SettingsCheck
{
    private enum Form
    {
        Text,
        Flag,
        Duration,
        List,
    }

    private static readonly Dictionary<string, Form> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Cluster:Kubeconfig"] = Form.Text,
        ["Cluster:Context"] = Form.Text,
        ["Cluster:Sandbox"] = Form.Flag,
        ["Cluster:Namespaces"] = Form.List,
        ["Cluster:ReadOnly"] = Form.Flag,
        ["Approvals:Listen"] = Form.Text,
        ["Approvals:PublicUrl"] = Form.Text,
        ["Approvals:RequestLifetime"] = Form.Duration,
        ["Approvals:ExecutionLifetime"] = Form.Duration,
        ["Storage:Path"] = Form.Text,
        ["Storage:Postgres"] = Form.Text,
        ["Audit:File"] = Form.Text,
    };

    /// <summary>The keys that there are.</summary>
    public static IReadOnlyCollection<string> Keys => Known.Keys;

    /// <summary>
    /// All errors, each with its remedy. A value that cannot be read is taken out, so that the rest of its section can still be checked.
    /// </summary>
    public static IReadOnlyList<string> TakeOutErrors(IConfigurationRoot settings)
    {
        var errors = new List<string>();
        foreach (var leaf in settings.GetChildren().Where(section => !IsLogging(section)).SelectMany(Leaves).ToList())
        {
            if (Error(leaf) is not { } error)
                continue;
            errors.Add(error);
            settings[leaf.Path] = null;
        }

        return errors;
    }

    private static bool IsLogging(IConfigurationSection section) => section.Key.Equals("Logging", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<IConfigurationSection> Leaves(IConfigurationSection section)
    {
        var children = section.GetChildren().ToList();
        IEnumerable<IConfigurationSection> self = children.Count == 0 || section.Value is not null ? [section] : [];
        return self.Concat(children.SelectMany(Leaves));
    }

    private static string? Error(IConfigurationSection leaf)
    {
        if (!Known.TryGetValue(leaf.Path, out var form))
        {
            var list = leaf.Path.LastIndexOf(':') is > 0 and var end ? leaf.Path[..end] : "";
            return Known.TryGetValue(list, out var listForm) && listForm == Form.List
                ? null
                : $"{leaf.Path} is not a setting. The settings are {string.Join(", ", Known.Keys)}.";
        }

        var value = leaf.Value ?? "";
        return form switch
        {
            Form.List when leaf.Value is not null =>
                $"{leaf.Path} is a list: write {leaf.Path}:0=..., {leaf.Path}:1=... (in the environment with __ for each colon).",
            _ when value.Length == 0 => $"{leaf.Path} is empty: write {leaf.Path}=VALUE, or leave it out.",
            Form.Flag when !bool.TryParse(value, out _) => $"{leaf.Path} is '{value}': write true or false.",
            Form.Duration when !TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _) =>
                $"{leaf.Path} is '{value}': write a duration as hours:minutes:seconds, e.g. 00:15:00.",
            _ => null,
        };
    }
}
