using System.Text.Encodings.Web;

namespace McpRollout.Mcp.Answers;

/// <summary>A history in lines that a model reads quickly: ten revisions of a typical Deployment stay under 2 KB.</summary>
internal static class HistoryText
{
    private const int ChangesListed = 4;
    private const int LineLength = 220;
    private const int CauseLength = 60;

    private static readonly string[] SaidAsFailing = [FindingKinds.ImageNotPullable.Code, FindingKinds.TargetWasFailing.Code];

    // The Deployment controller's own: the number, and how many pods scaling asked for.
    private const string Bookkeeping = "deployment.kubernetes.io/";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(HistoryView view)
    {
        var resource = view.Resource;
        var current = view.CurrentRevision?.ToString(CultureInfo.InvariantCulture) ?? "none yet";
        string[] lines =
        [
            $"{resource.ResourceType}/{resource.Name} in {resource.Namespace}, "
                + $"cluster {VisibleText.Quoted(VisibleText.Of(resource.Cluster, 80))}: current_revision {current}, "
                + $"{view.TotalRevisions} revisions, newest first",
            .. view.WrittenBy is { } writers ? [$"template last written by {writers}"] : Array.Empty<string>(),
            .. view.Detail is { } detail ? InFull(view, detail) : InShort(view),
            .. AnswerLines.Of(view.Findings),
        ];
        return string.Join('\n', lines).TrimEnd('\n');
    }

    private static string[] InFull(HistoryView view, RevisionDetail detail) =>
    [
        .. view.Revisions.Where(revision => revision.Revision == detail.Revision).SelectMany(revision =>
            Lines(revision, int.MaxValue, withImages: true)
                .Concat(revision.EvidenceLines.Select(line => $"known: {VisibleText.Of(line)}"))),
        $"Going back to revision {detail.Revision} would change:",
        .. detail.ChangesFromCurrent.DefaultIfEmpty("nothing").Select(change => $"  {VisibleText.Of(change)}"),
        .. detail.Annotations.Where(annotation => !annotation.Key.StartsWith(Bookkeeping, StringComparison.Ordinal))
            .Select(annotation => $"annotation {VisibleText.Of(annotation.Key, 120)}: {VisibleText.Of(annotation.Value, 240)}"),
        $"template (values masked): {VisibleText.Of(Json(detail.Template))}",
    ];

    private static string[] InShort(HistoryView view)
    {
        var source = view.Resource.ResourceType is "deployment" or "rollout" ? "ReplicaSet" : "ControllerRevision";
        var returning = Returning(view.Revisions);
        var served = $"served: how long it was current, by {source} times; how healthy it was then is not kept";
        return
        [
            .. view.Revisions.Count > 0 ? [served] : Array.Empty<string>(),
            .. view.Revisions.SelectMany((revision, at) =>
                Lines(revision, ChangesListed, withImages: revision.Current || revision == view.Revisions[^1])
                    .Concat(Reads(revision, at == 0 ? null : view.Revisions[at - 1]))
                    .Concat(revision.Environment.Where(returning.Contains).Select(value => $"  env {value}"))
                    .Concat(Undos(revision.Evidence))),
            .. view.LeftOut is { } left
                ? [$"Left out: {left} older; raise limit (at most 50) or ask with revision."] : Array.Empty<string>(),
        ];
    }

    private static IEnumerable<string> Lines(RevisionView revision, int changesListed, bool withImages)
    {
        var known = revision.Evidence;
        yield return Headline(revision, known);
        if (known.Failing is { } failing)
            yield return $"  failing: {failing}";
        if (revision.Against.Count > 0)
            yield return $"  against it: {VisibleText.Of(string.Join("; ", revision.Against.Select(Against)), LineLength)}";
        var changes = known.SameTemplateAs is null ? revision.Changes : [];
        foreach (var change in changes.Take(changesListed))
            yield return $"  {VisibleText.Of(Short(change), LineLength)}";
        if (changes.Count > changesListed)
            yield return $"  and {changes.Count - changesListed} more, with revision {revision.Revision}";
        foreach (var (container, image) in revision.Images.Where(_ => withImages))
            yield return $"  runs {VisibleText.Of(container, 63)}: {VisibleText.Of(image, LineLength)}"
                + (ImageName.NamingOf(image) == ImageNaming.MovingTag ? " (a tag that moves)" : "");
    }

    private static IEnumerable<string> Reads(RevisionView revision, RevisionView? newer) =>
        newer is null ? revision.Reads.Count == 0 ? [] : [ReadsLine(revision)]
        : revision.Reads.SequenceEqual(newer.Reads) ? []
        : [ReadsLine(revision)];

    private static string ReadsLine(RevisionView revision) =>
        $"  reads {(revision.Reads.Count == 0 ? "no ConfigMap and no Secret" : NameList.Of(revision.Reads))}";

    // What a change line says already, that a value is another one, needs no label; that a value came back does.
    private static HashSet<string> Returning(IReadOnlyList<RevisionView> revisions)
    {
        var runs = revisions
            .SelectMany((revision, at) => revision.Environment.Select(value => (Variable: VariableOf(value), Value: value, At: at)))
            .GroupBy(each => each.Variable)
            .Where(variable => variable.GroupBy(each => each.Value).Any(same =>
                same.Max(each => each.At) - same.Min(each => each.At) >= same.Count()));
        return [.. runs.SelectMany(variable => variable.Select(each => each.Value))];
    }

    private static string VariableOf(string label) => label[..label.LastIndexOf(':')];

    private static string Against(Finding finding) =>
        finding.Subjects is { } subjects && !SaidAsFailing.Contains(finding.Code)
            ? $"{finding.Code} ({NameList.Of(subjects)})"
            : finding.Code;

    private static string Headline(RevisionView revision, RevisionEvidence known)
    {
        string?[] parts =
        [
            $"{revision.Revision}{(revision.Current ? " (current)" : "")}",
            revision.CreatedAt is not { } created ? null
                : revision.IsCloseToAnother ? $" {TimeText.ToTheSecond(created)}"
                : $" {TimeText.Of(created)}",
            revision.Replicas is > 0 ? $", {revision.ReadyReplicas ?? 0}/{revision.Replicas} pods ready" : null,
            known.IsRolledOut ? $", {(revision.Current ? "" : "last ")}rolled out" : null,
            $", {(revision.Current ? "current for" : "served")} {known.Served}",
            known.GivenUpFor is { } older ? $", given up for an older one (now revision {older})" : null,
            known.Revision.EarlierNumbers is { Count: > 0 } earlier ? $", was revision {NumberList.Of(earlier)}" : null,
            known.SameTemplateAs is { } same ? $", same template as revision {same}" : null,
            revision.ChangeCause is { Length: > 0 } cause
                ? $", cause (somebody's words) {VisibleText.Quoted(VisibleText.Of(cause, CauseLength))}"
                : null,
        ];
        return string.Concat(parts);
    }

    private static IEnumerable<string> Undos(RevisionEvidence known)
    {
        if (known.MadeByUndo is { } request)
            yield return $"  brought back by {VisibleText.Of(request, 80)}";
        foreach (var undo in known.Restored.Where(undo => undo.RequestId != known.MadeByUndo).Take(1))
            yield return $"  brought back by {undo.RequestId} {TimeText.Of(undo.SentAt)}: {undo.Rollout.ToName()}";
        foreach (var undo in known.Undone.Take(1))
            yield return $"  undone by {undo.RequestId} {TimeText.Of(undo.SentAt)}: {undo.Rollout.ToName()}";
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
}
