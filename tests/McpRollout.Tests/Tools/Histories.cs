using McpRollout.Mcp.Answers;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;

namespace McpRollout.Tests.Tools;

/// <summary>Histories as the tool puts them together.</summary>
internal static class Histories
{
    public static HistoryView View(
        ClusterIdentity cluster,
        HistoryEvidence evidence,
        int limit,
        Revision? inFull,
        bool areUndosKnown = true,
        UndoFacts? surroundings = null)
    {
        var told = ToldTemplates.Choose(evidence.History, limit, inFull);
        return HistoryView.Of(cluster, ToldTemplates.Of(evidence.History, told, inFull), evidence, areUndosKnown, surroundings);
    }
}
