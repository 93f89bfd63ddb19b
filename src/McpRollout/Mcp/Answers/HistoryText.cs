using System.Text.Encodings.Web;

namespace McpRollout.Mcp.Answers;

/// <summary>A history in lines that a model reads quickly: ten revisions stay within 2 KB, whatever is found.</summary>
internal static class HistoryText
{
    private const string OverAll = "over all revisions:";
    private const string MoreWithRevision = "In short: ask with revision for more.";
    private const int Usual = 10;
    private const int Limit = 2048;
    private const int ChangesListed = 4;
    private const int LineLength = 220;
    private const int CauseLength = 60;

    // The Deployment controller's own: the number, and how many pods scaling asked for.
    private const string Bookkeeping = "deployment.kubernetes.io/";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(HistoryView view) => view.Detail is { } detail
        ? string.Join('\n', [.. Head(view), .. InFull(view, detail), .. AnswerLines.Of(view.Findings)])
        : BoundedText.Of(LimitOf(view), Forms(view));

    // Ten revisions within 2 KB; who asks for more gets as much for each.
    private static int LimitOf(HistoryView view) => Limit + (Math.Max(0, view.Revisions.Count - Usual) * Limit / Usual);

    // Each leaves out more of what an agent can ask for with a revision, and nothing of what it chooses one by.
    private static IEnumerable<IReadOnlyList<BoundedLine>> Forms(HistoryView view)
    {
        string[] whole = [.. Head(view), .. InShort(view), .. AnswerLines.Of(view.Findings)];
        yield return [.. whole];
        yield return [.. Once(view)];
        yield return [.. Brief(view)];
    }

    private static string[] Head(HistoryView view)
    {
        var resource = view.Resource;
        var current = view.CurrentRevision?.ToString(CultureInfo.InvariantCulture) ?? "none yet";
        return
        [
            $"{resource.ResourceType}/{resource.Name} in {resource.Namespace}, "
                + $"cluster {VisibleText.Quoted(VisibleText.Of(resource.Cluster, 80))}: current_revision {current}, "
                + $"{view.TotalRevisions} revisions, newest first",
            .. view.WrittenBy is { } writers ? [$"template last written by {writers}"] : Array.Empty<string>(),
        ];
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
        var returning = Returning(view.Revisions);
        return
        [
            .. Served(view),
            .. view.Revisions.SelectMany((revision, at) =>
                Lines(revision, ChangesListed, WithImages(view, revision))
                    .Concat(Reads(revision, at == 0 ? null : view.Revisions[at - 1]))
                    .Concat(revision.Environment.Where(returning.Contains).Select(value => $"  env {value}"))
                    .Concat(Undos(revision.Evidence))),
            .. LeftOut(view),
        ];
    }

    // What several revisions have in common is told once, for all of them.
    private static BoundedLine[] Once(HistoryView view) =>
    [
        .. Head(view),
        .. Served(view),
        .. view.Revisions.SelectMany(revision =>
            Lines(revision with { Against = [] }, ChangesListed, WithImages(view, revision), withRepository: false)
                .Concat(Undos(revision.Evidence))),
        OverAll,
        .. RepeatedLines.Against(view.Revisions, isBrief: false),
        .. RepeatedLines.Reads(view.Revisions),
        .. RepeatedLines.Environment(view.Revisions, Returning(view.Revisions)),
        .. LeftOut(view),
        .. AnswerLines.InShort(view.Around),
        MoreWithRevision,
    ];

    // Of each revision how it went and the first change; the rest as far as there is room.
    private static IEnumerable<BoundedLine> Brief(HistoryView view) =>
    [
        .. Head(view).Select((line, at) => new BoundedLine(line, IsKept: at == 0)),
        .. view.Revisions.SelectMany(revision => Lines(revision with { Against = [], ChangeCause = null }, 0, revision.Current)
            .Select((line, at) => new BoundedLine(line, IsKept: at == 0))
            .Concat(FirstChange(revision).Select(change => new BoundedLine(change, IsKept: true)))
            .Concat(Undos(revision.Evidence).Select(undo => (BoundedLine)undo))),
        OverAll,
        .. RepeatedLines.Against(view.Revisions, isBrief: true),
        .. RepeatedLines.Environment(view.Revisions, Returning(view.Revisions)).Select(line => new BoundedLine(line, IsKept: true)),
        .. LeftOut(view),
        .. AnswerLines.InShort(view.Around),
        MoreWithRevision,
    ];

    private static IEnumerable<string> FirstChange(RevisionView revision) => Changes(revision) is [var first, ..]
        ? [$"  {VisibleText.Of(Short(first, withRepository: false), LineLength)}{More(Changes(revision).Count - 1)}"]
        : [];

    private static string More(int count) => count > 0 ? $" +{count} more" : "";

    private static string[] Served(HistoryView view)
    {
        var source = view.Resource.ResourceType is "deployment" or "rollout" ? "ReplicaSet" : "ControllerRevision";
        return view.Revisions.Count == 0 ? []
            : [$"served: how long it was current, by {source} times; how healthy it was then is not kept"];
    }

    private static string[] LeftOut(HistoryView view) => view.LeftOut is { } left
        ? [$"Left out: {left} older; raise limit (at most 50) or ask with revision."]
        : [];

    private static bool WithImages(HistoryView view, RevisionView revision) => revision.Current || revision == view.Revisions[^1];

    private static IEnumerable<string> Lines(RevisionView revision, int changesListed, bool withImages, bool withRepository = true)
    {
        var known = revision.Evidence;
        yield return Headline(revision, known);
        if (known.Failing is { } failing)
            yield return $"  failing: {failing}";
        if (revision.Against.Count > 0)
            yield return $"  against it: {VisibleText.Of(string.Join("; ", revision.Against.Select(Against)), LineLength)}";
        var changes = changesListed == 0 ? [] : Changes(revision);
        foreach (var change in changes.Take(changesListed))
            yield return $"  {VisibleText.Of(Short(change, withRepository), LineLength)}";
        if (changes.Count > changesListed)
            yield return $"  and {changes.Count - changesListed} more, with revision {revision.Revision}";
        foreach (var (container, image) in revision.Images.Where(_ => withImages))
            yield return $"  runs {VisibleText.Of(container, 63)}: {VisibleText.Of(image, LineLength)}"
                + (ImageName.NamingOf(image) == ImageNaming.MovingTag ? " (a tag that moves)" : "");
    }

    private static IReadOnlyList<string> Changes(RevisionView revision) =>
        revision.Evidence.SameTemplateAs is null ? revision.Changes : [];

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

    // What is in the line on what fails is not told again.
    private static string Against(Finding finding) => RepeatedLines.SubjectsOf(finding) is { Count: > 0 } subjects
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
    private static string Short(string change, bool withRepository)
    {
        var arrow = change.IndexOf(" -> ", StringComparison.Ordinal);
        if (arrow < 0 || !change.Contains(": image ", StringComparison.Ordinal))
            return change;
        var (older, newer) = (change[(change.LastIndexOf(' ', arrow - 1) + 1)..arrow], change[(arrow + 4)..]);
        var tag = older.LastIndexOf(':');
        return tag > older.LastIndexOf('/') && newer.StartsWith(older[..(tag + 1)], StringComparison.Ordinal)
            ? $"{change[..(withRepository ? arrow : arrow - older.Length)]}{(withRepository ? "" : older[tag..])} -> {newer[tag..]}"
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
