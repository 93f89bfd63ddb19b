using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Undo;

/// <summary>A <see cref="PodReport"/> in short lines.</summary>
internal static class PodReportText
{
    /// <summary>The lines, the advice first. The words of Events are the cluster's, already masked and made visible.</summary>
    public static IEnumerable<string> Lines(PodReport report)
    {
        if (report.Advice is { } advice)
            yield return advice;
        if (report.Revisions.Count > 0)
            yield return $"Pods ready: {string.Join(", ", report.Revisions.Select(Count))}; restarts of the current revision's containers: "
                + $"{report.Restarts.ToString(CultureInfo.InvariantCulture)}";
        foreach (var warning in report.Warnings ?? [])
            yield return Text(warning);
        if (report.Warnings is null)
            yield return "Warning events were not read.";
    }

    /// <summary>An Event in one line, as somebody's words: whoever may create Events chose them.</summary>
    public static string Text(WarningEvent warning) => string.Create(
        CultureInfo.InvariantCulture,
        $"Event{(warning.Count > 1 ? $" ×{warning.Count}" : "")} in the cluster: "
            + $"{VisibleText.Quoted($"{warning.Reason}: {warning.Message}")}");

    /// <summary>How many pods of a revision are ready.</summary>
    public static string Count(PodsOfRevision pods) => string.Create(
        CultureInfo.InvariantCulture, $"{pods.Ready} of {pods.Pods} of "
            + $"{(pods.Revision is { } number ? $"revision {number}" : "a revision that is gone")}");
}
