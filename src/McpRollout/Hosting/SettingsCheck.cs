using McpRollout.Approvals.Git;
using Microsoft.Extensions.Configuration;

namespace McpRollout.Hosting;

/// <summary>Finds settings that nobody reads and values that cannot be read. A misspelt <c>Cluster:ReadOnly</c> must not pass in
/// silence.</summary>
internal static class SettingsCheck
{
    private enum Form { Text, Flag, Duration, Number, List, Bytes, SinkLevel, ReadAccess, ChannelKind, GitHostKind, Share, WorseWhen }

    private static readonly (string Key, Form Form)[] OfTerms =
    [
        ("Name", Form.Text), ("Deny", Form.Flag),
        ("Approvers:Names", Form.List), ("Approvers:Groups", Form.List), ("RequiredApprovals", Form.Number),
        ("RequesterMayApprove", Form.Flag), ("CommentRequired", Form.Flag), ("PasskeyRequired", Form.Flag),
        ("RequestLifetime", Form.Duration), ("ExecutionLifetime", Form.Duration), ("BreakGlassGroup", Form.Text),
        ("WayHome:PreApproval", Form.Duration),
        ("Freezes:N:Name", Form.Text), ("Freezes:N:Days", Form.List), ("Freezes:N:From", Form.Text), ("Freezes:N:Until", Form.Text),
        ("Freezes:N:Starts", Form.Text), ("Freezes:N:Ends", Form.Text), ("Freezes:N:TimeZone", Form.Text),
        ("Freezes:N:ExceptGroup", Form.Text),
    ];

    private static readonly (string Key, Form Form)[] OfRules =
    [
        .. OfTerms, ("Clusters", Form.List), ("Namespaces", Form.List), ("ResourceTypes", Form.List), ("Workloads", Form.List),
        ("Labels", Form.List), ("Requesters", Form.List), ("Clients", Form.List),
    ];

    private static readonly (string Key, Form Form)[] OfClusters =
    [
        ("Kubeconfig", Form.Text), ("Context", Form.Text), ("Sandbox", Form.Flag), ("Namespaces", Form.List),
        ("ArgoNamespace", Form.Text), ("ReadOnly", Form.Flag), ("Production", Form.Flag),
    ];

    // By section. N stands for a place in a list, NAME for whatever somebody calls it.
    private static readonly Dictionary<string, Form> Known =
        new (string Section, (string Key, Form Form)[] Keys)[]
        {
            ("Cluster", OfClusters),
            ("Clusters:NAME", OfClusters),
            ("Approvals",
            [
                ("Host", Form.Flag), ("Server", Form.Text), ("ServerKey", Form.Text), ("TokenFile", Form.Text),
                ("Agents:N:Name", Form.Text), ("Agents:N:TokenSha256", Form.Text), ("Agents:N:OverHttp", Form.Flag),
                ("Listen", Form.Text), ("PublicUrl", Form.Text), ("Read", Form.ReadAccess), ("Requester", Form.Text),
                ("RequestLifetime", Form.Duration), ("ExecutionLifetime", Form.Duration),
            ]),
            ("Approvals:SignIn",
            [
                ("Issuer", Form.Text), ("ClientId", Form.Text), ("ClientSecretFile", Form.Text), ("Name", Form.Text),
                ("Scopes", Form.List), ("NameClaim", Form.Text), ("GroupsClaim", Form.Text), ("Groups", Form.List),
                ("Lifetime", Form.Duration),
            ]),
            ("Mcp:Issuers:N",
            [
                ("Name", Form.Text), ("Issuer", Form.Text), ("Audience", Form.Text), ("RightsClaim", Form.Text),
                ("PersonClaim", Form.Text),
            ]),
            ("Registry", [("Check", Form.Flag)]),
            ("Git:Hosts:N",
            [
                ("Kind", Form.GitHostKind), ("Host", Form.Text), ("Api", Form.Text), ("TokenFile", Form.Text),
                ("Repositories", Form.List),
            ]),
            ("Helm", [("Enabled", Form.Flag), ("Program", Form.Text)]),
            ("Limits", [("OpenRequests", Form.Number), ("OpenRequestsPerRequester", Form.Number), ("RequestsPerMinute", Form.Number)]),
            ("Storage", [("Path", Form.Text), ("Postgres", Form.Text)]),
            ("Audit",
            [
                ("File", Form.Text), ("Anchor", Form.Text), ("RotateBytes", Form.Bytes), ("Deadline", Form.Duration),
                ("Sinks:File", Form.SinkLevel), ("Sinks:StandardError", Form.SinkLevel), ("Sinks:OpenTelemetry", Form.SinkLevel),
                ("Sinks:Webhook", Form.SinkLevel), ("Webhook:Url", Form.Text), ("Webhook:SecretFile", Form.Text),
            ]),
            ("Notifications:N",
            [
                ("Name", Form.Text), ("Type", Form.ChannelKind), ("Url", Form.Text), ("UrlFile", Form.Text), ("SecretFile", Form.Text),
                ("User", Form.Text), ("From", Form.Text), ("To", Form.List), ("When", Form.List), ("Clusters", Form.List),
                ("Namespaces", Form.List), ("ResourceTypes", Form.List), ("Rules", Form.List),
            ]),
            ("Metrics", [("Listen", Form.Text), ("Hosts", Form.List)]),
            ("Verify", [("Prometheus", Form.Text), ("PrometheusTokenFile", Form.Text)]),
            ("Verify:Probes:N",
            [
                ("Name", Form.Text), ("Url", Form.Text), ("PromQl", Form.Text), ("Worse", Form.WorseWhen), ("Tolerance", Form.Share),
                ("Clusters", Form.List), ("Namespaces", Form.List), ("ResourceTypes", Form.List), ("Workloads", Form.List),
            ]),
            ("Policies:Rules:N", OfRules),
            ("Policies:Default", OfTerms),
        }
        .SelectMany(section => section.Keys.Select(each => (Key: $"{section.Section}:{each.Key}", each.Form)))
        .ToDictionary(each => each.Key, each => each.Form, StringComparer.OrdinalIgnoreCase);

    public static IReadOnlyCollection<string> Keys => Known.Keys;

    /// <summary>Whether a setting is a list.</summary>
    public static bool IsList(string key) => Known[key] == Form.List;

    /// <summary>
    /// All errors, each with its remedy. A value that cannot be read is taken out, so that the rest of its section can still be checked.
    /// </summary>
    public static IReadOnlyList<string> TakeOutErrors(IConfigurationRoot settings)
    {
        var errors = new List<string>();
        foreach (var leaf in settings.GetChildren().Where(section => !section.Key.Equals("Logging", StringComparison.OrdinalIgnoreCase))
            .SelectMany(Leaves).ToList())
        {
            if (Error(leaf) is not { } error)
                continue;
            errors.Add(error);
            settings[leaf.Path] = null;
        }

        return errors;
    }

    private static IEnumerable<IConfigurationSection> Leaves(IConfigurationSection section)
    {
        var children = section.GetChildren().ToList();
        IEnumerable<IConfigurationSection> self = children.Count == 0 || section.Value is not null ? [section] : [];
        return self.Concat(children.SelectMany(Leaves));
    }

    private static string? Error(IConfigurationSection leaf)
    {
        var key = KeyOf(leaf.Path);
        if (!Known.TryGetValue(key, out var form))
        {
            var list = key.LastIndexOf(':') is > 0 and var end ? key[..end] : "";
            return Known.TryGetValue(list, out var listForm) && listForm == Form.List ? null : Unknown(leaf.Path, key);
        }

        var value = leaf.Value ?? "";
        return form switch
        {
            Form.List when leaf.Value is not null =>
                $"{leaf.Path} is a list: write {leaf.Path}:0=..., {leaf.Path}:1=... (in the environment with __ for each colon).",
            _ when value.Length == 0 => $"{leaf.Path} is empty: write {leaf.Path}=VALUE, or leave it out.",
            Form.Flag when !bool.TryParse(value, out _) => $"{leaf.Path} is '{value}': write true or false.",
            Form.Number when !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _) =>
                $"{leaf.Path} is '{value}': write a whole number.",
            Form.Share when !double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) =>
                $"{leaf.Path} is '{value}': write a share, e.g. 0.1.",
            Form.WorseWhen when !Enum.GetNames<WorseWhen>().Contains(value, StringComparer.OrdinalIgnoreCase) =>
                $"{leaf.Path} is '{value}': write higher or lower.",
            Form.Duration when !TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _) =>
                $"{leaf.Path} is '{value}': write a duration as hours:minutes:seconds, e.g. 00:15:00.",
            Form.Bytes when !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _) =>
                $"{leaf.Path} is '{value}': write a number of bytes, e.g. 67108864.",
            Form.SinkLevel when !Enum.GetNames<SinkLevel>().Contains(value, StringComparer.OrdinalIgnoreCase) =>
                $"{leaf.Path} is '{value}': write Required, BestEffort or Off.",
            Form.ReadAccess when !Enum.GetNames<ReadAccess>().Contains(value, StringComparer.OrdinalIgnoreCase) =>
                $"{leaf.Path} is '{value}': write anyone or approvers.",
            Form.ChannelKind when !Enum.GetNames<ChannelKind>().Contains(value, StringComparer.OrdinalIgnoreCase) =>
                $"{leaf.Path} is '{value}': write {string.Join(", ", Enum.GetNames<ChannelKind>()).ToLowerInvariant()}.",
            Form.GitHostKind when !Enum.GetNames<GitHostKind>().Contains(value, StringComparer.OrdinalIgnoreCase) =>
                $"{leaf.Path} is '{value}': write {string.Join(" or ", Enum.GetNames<GitHostKind>()).ToLowerInvariant()}.",
            _ => null,
        };
    }

    private static string KeyOf(string path) => string.Join(':', path.Split(':') is [var section, _, .. var rest]
            && section.Equals("Clusters", StringComparison.OrdinalIgnoreCase)
        ? [section, "NAME", .. rest.Select(Place)]
        : path.Split(':').Select(Place));

    private static string Place(string part) => part.Length > 0 && part.All(char.IsAsciiDigit) ? "N" : part;

    // What its section has; where the section is misspelt, all but the many of the rules.
    private static string Unknown(string path, string key)
    {
        if (SettingNames.Nearest(key) is { } meant)
        {
            var called = path.Split(':') is [_, var name, ..] ? meant.Replace(":NAME:", $":{name}:", StringComparison.Ordinal) : meant;
            return $"{path} is not a setting. Did you mean {called}?";
        }

        var section = key[..(key.IndexOf(':', StringComparison.Ordinal) + 1)];
        var near = Known.Keys.Where(known => section.Length > 0 && known.StartsWith(section, StringComparison.OrdinalIgnoreCase)).ToList();
        var known = near.Count > 0
            ? near
            : Known.Keys.Where(known => !known.StartsWith("Policies:", StringComparison.Ordinal)).Append("Policies:...");
        return $"{path} is not a setting. The settings are {string.Join(", ", known)}; N stands for 0, 1 and so on, NAME "
            + "for what you call a cluster.";
    }
}
