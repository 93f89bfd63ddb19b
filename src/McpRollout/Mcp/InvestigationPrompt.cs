namespace McpRollout.Mcp;

/// <summary>The prompt <c>investigate_rollout</c>: walks an assistant through an incident, from the symptom to a verified end.</summary>
/// <param name="readOnly">Whether the undo tools are missing.</param>
/// <param name="clusters">The names of the clusters to choose from; none where there is nothing to choose.</param>
internal sealed class InvestigationPrompt(bool readOnly, IReadOnlyList<string> clusters) : McpServerPrompt
{
    private const string Name = "investigate_rollout";
    private const int LongestName = 253;
    private const int LongestSymptom = 1000;

    private readonly string[] _known =
        [.. clusters.Count == 0 ? Array.Empty<string>() : ["cluster"], "namespace", "name", "resource_type", "symptom"];

    public override Prompt ProtocolPrompt { get; } = new()
    {
        Name = Name,
        Title = "Investigate a rollout",
        Description = "Walks through an incident: what is wrong, which revision was good, what an undo would and would not bring back.",
        Arguments =
        [
            .. clusters.Count == 0
                ? Array.Empty<PromptArgument>()
                : [new() { Name = "cluster", Description = $"One of {string.Join(", ", clusters)}", Required = true }],
            new() { Name = "namespace", Description = "Where the workload is", Required = true },
            new() { Name = "name", Description = "The workload's name", Required = true },
            new() { Name = "resource_type", Description = "deployment, statefulset or daemonset", Required = true },
            new() { Name = "symptom", Description = "What is seen to be wrong, and since when" },
        ],
    };

    public override IReadOnlyList<object> Metadata => [];

    public override ValueTask<GetPromptResult> GetAsync(
        RequestContext<GetPromptRequestParams> request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var arguments = request.Params.Arguments ?? new Dictionary<string, JsonElement>();
        return new(new GetPromptResult
        {
            Description = ProtocolPrompt.Description,
            Messages = [new PromptMessage { Role = Role.User, Content = new TextContentBlock { Text = Text(arguments) } }],
        });
    }

    private string Text(IDictionary<string, JsonElement> arguments)
    {
        var mistakes = Mistakes(arguments).ToList();
        if (mistakes.Count > 0)
            throw new McpProtocolException($"{Name}: {string.Join(' ', mistakes)}", McpErrorCode.InvalidParams);

        string Word(string argument) => VisibleText.Of(Given(arguments, argument), LongestName);
        var (type, space, name) = (Word("resource_type"), Word("namespace"), Word("name"));
        var (of, on) = clusters.Count == 0 ? ("", "") : ($"cluster {Word("cluster")}, ", $" of cluster {Word("cluster")}");
        var symptom = Given(arguments, "symptom") is { Length: > 0 } seen
            ? $"What is seen, in the user's words: \"{VisibleText.Of(seen, LongestSymptom)}\"\n"
            : "";
        return
            $"""
            Something is wrong with {type} {name} in namespace {space}{on}. {symptom}Find out which revision was good, with these tools only, and change nothing by another way.
            1. k8s_rollout_status ({of}resource_type {type}, namespace {space}, name {name}): is a rollout under way, failed or complete, and what do its pods say?
            2. k8s_rollout_history with the same arguments. Find the change that explains the symptom: what changed, when, made by whom. If no change explains it, say so: a ConfigMap, a Secret, a node or another service may be the cause, and an undo brings none of those back.
            3. Name the candidate: the newest revision before that change that served well. Cite the evidence (when it was made, how long it served, its pods), and say where nothing is known. Look at it in full with the argument revision if its changes are not clear.
            {(readOnly ? Reporting : Asking)}
            """;
    }

    private const string Reporting = "4. This server only reads. Tell the user what you found and which revision you would go back to.";

    private const string Asking =
        """
        4. Tell the user what you found, and ask whether to request the undo. If yes: k8s_rollout_undo with current_revision as history reported it, and a reason that cites the evidence.
        5. Show the user approval_url and match_code, and wait with k8s_rollout_undo_status. A person decides on the page; you cannot, and must not look for another way.
        6. Follow it to the end. applied is not yet healthy. If it ends degraded, stale or denied, read next_step, report, and start again at 1 if the user wants.
        """;

    private IEnumerable<string> Mistakes(IDictionary<string, JsonElement> arguments)
    {
        foreach (var unknown in arguments.Keys.Except(_known))
            yield return $"There is no argument '{VisibleText.Of(unknown, 60)}'; there are {string.Join(", ", _known)}.";
        foreach (var (name, value) in arguments.Where(argument => argument.Value.ValueKind != JsonValueKind.String))
            yield return $"Give {VisibleText.Of(name, 60)} as text, not {value.ValueKind.ToString().ToLowerInvariant()}.";
        foreach (var missing in _known.SkipLast(1).Where(name => Given(arguments, name).Length == 0))
            yield return $"Give {missing}.";
        if (Given(arguments, "cluster") is { Length: > 0 } cluster && clusters.Count > 0 && !clusters.Contains(cluster))
            yield return $"cluster is one of {string.Join(", ", clusters)}, not '{VisibleText.Of(cluster, 60)}'.";
        if (Given(arguments, "resource_type") is { Length: > 0 } type
            && !(ResourceTypes.TryParse(type, out var known) && known.IsWorkload()))
            yield return $"resource_type is deployment, statefulset or daemonset, not '{VisibleText.Of(type, 60)}'.";
    }

    private static string Given(IDictionary<string, JsonElement> arguments, string name) =>
        arguments.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.Text()?.Trim() ?? "" : "";
}
