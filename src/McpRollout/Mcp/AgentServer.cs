using System.Reflection;
using McpRollout.Mcp.Card;
using McpRollout.Mcp.Tools;

namespace McpRollout.Mcp;

/// <summary>How the server presents itself to agents. Whatever it offers is made when it is first called, not when it is listed.</summary>
internal sealed class AgentServer(Clusters clusters, ToolOffer offer, UndoTools undoing, WaitTasks waits)
{
    private readonly IReadOnlyList<ServedTool> _reading = ServedTools.Reading(offer);

    private const string Undoes = "Undoes Kubernetes rollouts, after a person approved. Work in this order:";
    private const string Reads = "Reads Kubernetes rollouts.";

    private const string Reading =
        """
        1. k8s_rollout_status and k8s_rollout_history: see what is wrong and which revision was good. resource_type is always given, never guessed.
        """;

    private const string Choosing = "Several clusters are served: cluster is always given too; a request's id says it by itself.";

    private const string Undoing =
        """
        2. Choose a revision whose changes explain the fault. An undo brings back the pod template only: no ConfigMap, Secret, data or migration.
        3. k8s_rollout_undo with the current_revision that history reported, and a reason that cites what you saw. This only asks.
        4. Show the user approval_url and match_code, and wait with k8s_rollout_undo_status. You cannot approve; do not look for another way around the wait.
        5. Verify: applied is not yet healthy. Follow it until the rollout ends, and report what next_step says.
        """;

    private const string NotUndoing =
        """
        This server only reads; it cannot undo. Report what you found, and which revision you would go back to, to the user.
        """;

    /// <summary>Serves an agent for as long as its session is.</summary>
    public void ConfigureSession(McpServerOptions options)
    {
        Configure(options, mayUndo: true);
        ServedTools.TellOfRollouts(options, clusters);
    }

    /// <summary>Serves one that is gone with its answer.</summary>
    /// <param name="options">What is set.</param>
    /// <param name="mayUndo">Whether it may ask for undos.</param>
    public void Configure(McpServerOptions options, bool mayUndo)
    {
        var reading = clusters.Names.Count == 0 ? Reading : $"{Reading} {Choosing}";
        var readOnly = clusters.AreReadOnly || !mayUndo;
        options.ServerInfo = new Implementation
        {
            Name = "mcp-rollout",
            Title = "Kubernetes rollout undo with approval",
            Version = Version,
        };
        options.ServerInstructions = readOnly ? $"{Reads}\n{reading}\n{NotUndoing}" : $"{Undoes}\n{reading}\n{Undoing}";
        options.Filters.Message.IncomingFilters.Add(UnreadableParams.Tell);
        options.Filters.Message.OutgoingFilters.Add(ServerIcon.Show);
        IReadOnlyList<ServedTool> offered = readOnly ? _reading : [.. _reading, .. undoing.Tools];
        options.Filters.Request.CallToolFilters.Add(new CallTelemetry([.. offered.Select(tool => tool.Name)]).Measure);
        options.Filters.Request.CallToolFilters.Add(new CallLimit().Limit);
        if (!readOnly)
        {
            RequestCard.Offer(options);
            waits.Offer(options);
        }

        ServedTools.Offer(options, offered, clusters);
        options.PromptCollection = [new InvestigationPrompt(readOnly, clusters.Names)];
    }

    /// <summary>The program's version.</summary>
    public static string Version =>
        typeof(AgentServer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
