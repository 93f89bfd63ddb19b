using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Rollouts;

namespace McpRollout.Tools;

/// <summary>A history in lines that a model reads quickly: ten revisions of a typical Deployment stay under 2 KB.</summary>
internal static class HistoryText
{
    private const int ChangesListed = 4;
    private const int LineLength = 220;
    private const int CauseLength = 60;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text.</summary>
    public static string Of(HistoryView view)
    {
        var text = new StringBuilder();
        var (resource, revisions) = (view.Resource, view.Revisions);
        text.Append(CultureInfo.InvariantCulture, $"{resource.ResourceType}/{resource.Name} in {resource.Namespace} (cluster {VisibleText.Of(resource.Cluster, 80)}): current_revision {Text(view.CurrentRevision)}, {view.TotalRevisions} revisions, newest first\n");
        if (view.Detail is { } detail)
        {
            foreach (var revision in revisions.Where(revision => revision.Revision == detail.Revision))
                Append(text, revision, int.MaxValue, withImages: true);
            Append(text, detail);
        }
        else
        {
            foreach (var revision in revisions)
                Append(text, revision, ChangesListed, withImages: revision.Current || revision == revisions[^1]);
            if (view.LeftOut > 0)
                text.Append(CultureInfo.InvariantCulture, $"Left out: {view.LeftOut} older; raise limit (at most 50) or ask with revision.\n");
        }

        FindingLines.Append(text, view.Findings);
        return text.ToString().TrimEnd('\n');
    }

    private static void Append(StringBuilder text, RevisionView revision, int changesListed, bool withImages)
    {
        text.Append(revision.Revision).Append(revision.Current ? " (current)" : "");
        if (revision.CreatedAt is { } created)
            text.Append(CultureInfo.InvariantCulture, $" {created.UtcDateTime:yyyy-MM-dd HH:mm}Z");
        if (revision.Replicas is > 0)
            text.Append(CultureInfo.InvariantCulture, $", {revision.ReadyReplicas ?? 0}/{revision.Replicas} pods ready");
        if (revision.ChangeCause is { Length: > 0 } cause)
            text.Append(CultureInfo.InvariantCulture, $", cause \"{VisibleText.Of(cause, CauseLength)}\"");
        text.Append('\n');
        foreach (var change in revision.Changes.Take(changesListed))
            text.Append("  ").Append(VisibleText.Of(change, LineLength)).Append('\n');
        if (revision.Changes.Count > changesListed)
            text.Append(CultureInfo.InvariantCulture, $"  and {revision.Changes.Count - changesListed} more\n");
        if (!withImages)
            return;
        foreach (var (container, image) in revision.Images)
            text.Append(CultureInfo.InvariantCulture, $"  runs {VisibleText.Of(container, 63)}: {VisibleText.Of(image, LineLength)}\n");
    }

    private static void Append(StringBuilder text, RevisionDetail detail)
    {
        text.Append(CultureInfo.InvariantCulture, $"Going back to revision {detail.Revision} would change:\n");
        if (detail.ChangesFromCurrent.Count == 0)
            text.Append("  nothing\n");
        foreach (var change in detail.ChangesFromCurrent)
            text.Append("  ").Append(change).Append('\n');
        foreach (var (name, value) in detail.Annotations)
            text.Append(CultureInfo.InvariantCulture, $"annotation {VisibleText.Of(name, 120)}: {VisibleText.Of(value, 240)}\n");
        text.Append("template (values masked): ").Append(VisibleText.Of(Json(detail.Template))).Append('\n');
    }

    private static string Json(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
            node.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "none yet";
}
