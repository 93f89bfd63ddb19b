using System.Buffers;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;

namespace McpRollout.Approvals.Policies;

/// <summary>Makes rules of settings, and says all that is wrong with them.</summary>
internal static class PolicyReading
{
    private const int MostApprovals = 5;
    private const int LongestName = 60;
    private const int LongestWord = 300;

    private static readonly TimeSpan ShortestPreApproval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPreApproval = TimeSpan.FromDays(1);

    private static readonly SearchValues<char> GlobCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.*?");
    private static readonly SearchValues<char> LabelCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./");

    /// <summary>The rules, as far as they can be read, and the errors, each with its remedy.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="lifetimes">Those that hold where a rule has none.</param>
    public static (RuleBook Rules, IReadOnlyList<string> Errors) Read(PolicyOptions options, Lifetimes lifetimes)
    {
        var errors = new List<string>();
        var rules = options.Rules.Select((rule, at) => ReadRule($"Policies:Rules:{at}", rule, lifetimes, errors)).ToList();
        foreach (var twice in rules.GroupBy(rule => rule.Terms.Rule, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Key.Length > 0 && group.Count() > 1))
            errors.Add($"Policies:Rules has {twice.Count()} rules of the name '{twice.Key}': give each a name of its own.");
        var all = rules.FindIndex(rule => rule is { MatchesEverything: true, Terms.Deny: false });
        if (all >= 0 && rules.Skip(all + 1).FirstOrDefault(rule => !rule.Terms.Deny) is { } never)
            errors.Add($"Policies:Rules:{all} matches everything, so that rule '{never.Terms.Rule}' after it can never apply: move it to "
                + "the end, or make it Policies:Default.");
        var otherwise = ReadTerms("Policies:Default", options.Default ?? new TermsOptions(), "default", lifetimes, errors);
        return (new RuleBook(rules, otherwise, rules.Count > 0 || options.Default is not null), errors);
    }

    /// <summary>What is wrong with globs of names.</summary>
    public static IEnumerable<string> GlobErrors(string key, IEnumerable<string> globs) => globs
        .Where(glob => glob.Length == 0 || glob.AsSpan().ContainsAnyExcept(GlobCharacters))
        .Select(glob => $"{key} has '{glob}', which can match nothing: use lower-case letters, digits, '-', '.', and * or ? as wildcards.");

    /// <summary>What is wrong with names of kinds of workload.</summary>
    public static IEnumerable<string> TypeErrors(string key, IEnumerable<string> names) => names
        .Where(name => !ResourceTypes.TryParse(name, out _))
        .Select(name => $"{key}:ResourceTypes has '{name}': write "
            + $"{string.Join(", ", Enum.GetValues<ResourceType>().Select(known => known.ToName()))}.");

    private static Rule ReadRule(string key, RuleOptions options, Lifetimes lifetimes, List<string> errors)
    {
        if (options.Name is null)
            errors.Add($"{key}:Name is missing: people are told of the rule by it.");
        errors.AddRange(
        [
            .. GlobErrors($"{key}:Namespaces", options.Namespaces), .. GlobErrors($"{key}:Workloads", options.Workloads),
            .. TypeErrors(key, options.ResourceTypes), .. WordErrors($"{key}:Clusters", options.Clusters),
            .. WordErrors($"{key}:Requesters", options.Requesters), .. WordErrors($"{key}:Clients", options.Clients),
        ]);
        List<ResourceType> types =
            [.. Enum.GetValues<ResourceType>().Where(type => options.ResourceTypes.Contains(type.ToName()))];
        var labels = new List<KeyValuePair<string, string>>();
        foreach (var label in options.Labels)
        {
            if (label.Split('=') is [{ Length: > 0 } name, var value] && !(name + value).AsSpan().ContainsAnyExcept(LabelCharacters))
                labels.Add(new(name, value));
            else
                errors.Add($"{key}:Labels has '{label}': write key=value, e.g. tier=payments.");
        }

        return new Rule(
            [.. options.Clusters], [.. options.Namespaces], types, [.. options.Workloads], labels, [.. options.Requesters],
            [.. options.Clients],
            ReadTerms(key, options, "", lifetimes, errors));
    }

    /// <summary>What is wrong with globs of what people or settings call something.</summary>
    public static IEnumerable<string> WordErrors(string key, IEnumerable<string> globs) => globs
        .Where(glob => string.IsNullOrWhiteSpace(glob) || glob.Contains('\\', StringComparison.Ordinal)
            || VisibleText.Of(glob, LongestWord) != glob)
        .Select(glob => $"{key} has '{VisibleText.Of(glob, LongestWord)}', which can match nothing: write 1 to {LongestWord} visible "
            + "characters without a backslash, with * or ? as wildcards.");

    private static ApprovalTerms ReadTerms(string key, TermsOptions options, string nameOtherwise, Lifetimes lifetimes, List<string> errors)
    {
        if (options.Name is { } own && (string.IsNullOrWhiteSpace(own) || VisibleText.Of(own, LongestName) != own))
            errors.Add($"{key}:Name is '{VisibleText.Of(own, LongestName)}': write a name of 1 to {LongestName} visible characters.");
        if (options.RequiredApprovals is < 1 or > MostApprovals)
            errors.Add($"{key}:RequiredApprovals is {options.RequiredApprovals}: write 1 to {MostApprovals}; to refuse every undo write "
                + "Deny.");
        (string List, string Name)[] people =
        [
            .. options.Approvers.Names.Select(name => ("Approvers:Names", name)),
            .. options.Approvers.Groups.Select(group => ("Approvers:Groups", group)),
            .. options.BreakGlassGroup is { } breakGlass ? [("BreakGlassGroup", breakGlass)] : Array.Empty<(string, string)>(),
        ];
        foreach (var (list, name) in people)
        {
            if (Enrolment.NameError(name) is { } nameError)
                errors.Add($"{key}:{list} has '{name}': {nameError}");
        }

        var (names, groups) = (Distinct(options.Approvers.Names), Distinct(options.Approvers.Groups));
        if (groups.Count == 0 && names.Count > 0 && names.Count < options.RequiredApprovals)
            errors.Add($"{key} needs {options.RequiredApprovals} approvals of {names.Count} people, which can never be: name more in "
                + "Approvers, or lower RequiredApprovals.");
        if (options.WayHome.PreApproval is { } beforehand && (beforehand < ShortestPreApproval || beforehand > LongestPreApproval))
            errors.Add($"{key}:WayHome:PreApproval is {beforehand}: write 00:01:00 to 1.00:00:00, or leave it out.");
        errors.AddRange(Lifetimes.Errors(key, options.RequestLifetime, options.ExecutionLifetime));
        return new ApprovalTerms
        {
            Rule = options.Name ?? nameOtherwise,
            Deny = options.Deny,
            Names = names,
            Groups = groups,
            RequiredApprovals = options.RequiredApprovals,
            RequesterMayApprove = options.RequesterMayApprove,
            CommentRequired = options.CommentRequired,
            PasskeyRequired = options.PasskeyRequired,
            RequestLifetime = options.RequestLifetime ?? lifetimes.Request,
            ExecutionLifetime = options.ExecutionLifetime ?? lifetimes.Execution,
            BreakGlassGroup = options.BreakGlassGroup,
            WayHomePreApproval = options.WayHome.PreApproval,
            Freezes = [.. options.Freezes.Select((freeze, at) => FreezeReading.Read($"{key}:Freezes:{at}", freeze, errors))],
        };
    }

    private static List<string> Distinct(IEnumerable<string> names) => [.. names.Distinct(StringComparer.OrdinalIgnoreCase)];
}
