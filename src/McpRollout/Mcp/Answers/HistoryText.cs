using System.Text.Encodings.Web;

namespace McpRollout.Mcp.Answers;

/// <summary>A history in lines that a model reads quickly: ten revisions of a typical Deployment stay under 2 KB.</summary>
internal static class HistoryText
{
    private const int ChangesListed = 4;
    private const int LineLength = 220;
    private const int CauseLength = 60;

    // The Deployment controller's own: the number, and how many pods scaling asked for.
    private const string Bookkeeping = "deployment.kubernetes.io/";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text.</summary>
    public static string Of(HistoryView view)
    {
        var text = new StringBuilder();
        var (resource, revisions) = (view.Resource, view.Revisions);
        text.Append(CultureInfo.InvariantCulture, $"{resource.ResourceType}/{resource.Name} in {resource.Namespace} (cluster "
            + $"{VisibleText.Of(resource.Cluster, 80)}): current_revision {Text(view.CurrentRevision)}, {view.TotalRevisions} revisions, "
            + $"newest first\n");
        if (view.WrittenBy is { } writers)
            text.Append(CultureInfo.InvariantCulture, $"template last written by {writers}\n");
        if (view.Detail is { } detail)
        {
            foreach (var revision in revisions.Where(revision => revision.Revision == detail.Revision))
            {
                Append(text, revision, int.MaxValue, withImages: true);
                foreach (var line in revision.EvidenceLines)
                    text.Append(CultureInfo.InvariantCulture, $"known: {line}\n");
            }

            Append(text, detail);
        }
        else
        {
            if (revisions.Count > 0)
                text.Append(CultureInfo.InvariantCulture, $"served: how long it was current, by "
                    + $"{(resource.ResourceType == "deployment" ? "ReplicaSet" : "ControllerRevision")} times; how healthy it was then is "
                    + $"not kept\n");
            foreach (var revision in revisions)
            {
                Append(text, revision, ChangesListed, withImages: revision.Current || revision == revisions[^1]);
                Append(text, revision.Evidence);
            }

            if (view.LeftOut is { } left)
                text.Append(CultureInfo.InvariantCulture, $"Left out: {left} older; raise limit (at most 50) or ask with revision.\n");
        }

        FindingLines.Append(text, view.Findings);
        return text.ToString().TrimEnd('\n');
    }

    private static void Append(StringBuilder text, RevisionView revision, int changesListed, bool withImages)
    {
        var known = revision.Evidence;
        text.Append(revision.Revision).Append(revision.Current ? " (current)" : "");
        if (revision.CreatedAt is { } created)
            text.Append(' ').Append(TimeText.Of(created));
        if (revision.Replicas is > 0)
            text.Append(CultureInfo.InvariantCulture, $", {revision.ReadyReplicas ?? 0}/{revision.Replicas} pods ready");
        if (known.IsRolledOut)
            text.Append(revision.Current ? ", rolled out" : ", last rolled out");
        text.Append(revision.Current ? ", current for " : ", served ").Append(known.Served);
        if (known.ServedLongest)
            text.Append(", longest before the current");
        if (known.Revision.EarlierNumbers is { Count: > 0 } earlier)
            text.Append(", was revision ").Append(NumberList.Of(earlier));
        if (known.SameTemplateAs is { } same)
            text.Append(CultureInfo.InvariantCulture, $", same template as revision {same}");
        if (revision.ChangeCause is { Length: > 0 } cause)
            text.Append(CultureInfo.InvariantCulture, $", cause {VisibleText.Quoted(VisibleText.Of(cause, CauseLength))}");
        text.Append('\n');
        if (known.Failing is { } failing)
            text.Append(CultureInfo.InvariantCulture, $"  failing: {failing}\n");
        var changes = known.SameTemplateAs is null ? revision.Changes : [];
        foreach (var change in changes.Take(changesListed))
            text.Append("  ").Append(VisibleText.Of(Short(change), LineLength)).Append('\n');
        if (changes.Count > changesListed)
            text.Append(CultureInfo.InvariantCulture, $"  and {changes.Count - changesListed} more, with revision {revision.Revision}\n");
        if (!withImages)
            return;
        foreach (var (container, image) in revision.Images)
            text.Append(CultureInfo.InvariantCulture, $"  runs {VisibleText.Of(container, 63)}: {VisibleText.Of(image, LineLength)}\n");
    }

    private static void Append(StringBuilder text, RevisionEvidence known)
    {
        if (known.MadeByUndo is { } request)
            text.Append(CultureInfo.InvariantCulture, $"  brought back by {VisibleText.Of(request, 80)}\n");
        foreach (var undo in known.Restored.Where(undo => undo.RequestId != known.MadeByUndo).Take(1))
            text.Append(CultureInfo.InvariantCulture,
                $"  brought back by {undo.RequestId} {TimeText.Of(undo.SentAt)}: {undo.Rollout.ToName()}\n");
        foreach (var undo in known.Undone.Take(1))
            text.Append(CultureInfo.InvariantCulture,
                $"  undone by {undo.RequestId} {TimeText.Of(undo.SentAt)}: {undo.Rollout.ToName()}\n");
    }

    private static void Append(StringBuilder text, RevisionDetail detail)
    {
        text.Append(CultureInfo.InvariantCulture, $"Going back to revision {detail.Revision} would change:\n");
        if (detail.ChangesFromCurrent.Count == 0)
            text.Append("  nothing\n");
        foreach (var change in detail.ChangesFromCurrent)
            text.Append("  ").Append(change).Append('\n');
        var annotations = detail.Annotations.Where(annotation => !annotation.Key.StartsWith(Bookkeeping, StringComparison.Ordinal));
        foreach (var (name, value) in annotations)
            text.Append(CultureInfo.InvariantCulture, $"annotation {VisibleText.Of(name, 120)}: {VisibleText.Of(value, 240)}\n");
        text.Append("template (values masked): ").Append(VisibleText.Of(Json(detail.Template))).Append('\n');
    }

    // Most releases change the tag only: "image registry.example/shop/app:1 -> :2".
    private static string Short(string change)
    {
        var arrow = change.IndexOf(" -> ", StringComparison.Ordinal);
        if (arrow < 0 || !change.Contains(": image ", StringComparison.Ordinal))
            return change;
        var (older, newer) = (change[(change.LastIndexOf(' ', arrow - 1) + 1)..arrow], change[(arrow + 4)..]);
        var tag = older.LastIndexOf(':');
        return tag > older.LastIndexOf('/') && newer.StartsWith(older[..(tag + 1)], StringComparison.Ordinal)
            ? $"{change[..(arrow + 4)]}{newer[tag..]}"
            : change;
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
