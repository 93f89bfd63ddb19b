namespace McpRollout.Mcp.Answers;

/// <summary>The history of a release in lines that a model reads quickly.</summary>
internal static class ReleaseHistoryText
{
    private const int ChangesListed = 6;
    private const int LineLength = 220;
    private const int CauseLength = 80;

    public static string Of(ReleaseHistoryView view)
    {
        var resource = view.Resource;
        string[] lines =
        [
            $"{resource.ResourceType}/{resource.Name} in {resource.Namespace}, "
                + $"cluster {VisibleText.Quoted(VisibleText.Of(resource.Cluster, 80))}: current_revision {view.CurrentRevision}"
                + $"{(view.DeployedRevision is { } deployed && deployed != view.CurrentRevision ? $" ({deployed} is deployed)" : "")}, "
                + $"{view.TotalRevisions} revisions, newest first",
            .. view.Detail is { } detail ? InFull(view, detail) : InShort(view),
            .. AnswerLines.Of(view.Findings),
        ];
        return string.Join('\n', lines);
    }

    private static IEnumerable<string> InShort(ReleaseHistoryView view) =>
    [
        .. view.Revisions.SelectMany(revision => Lines(revision, ChangesListed, withImages: revision.Current)),
        .. view.LeftOut is { } left ? [$"Left out: {left} older; raise limit (at most 50) or ask with revision."] : Array.Empty<string>(),
    ];

    private static IEnumerable<string> InFull(ReleaseHistoryView view, ReleaseDetail detail) =>
    [
        .. view.Revisions.Where(revision => revision.Revision == detail.Revision)
            .SelectMany(revision => Lines(revision, int.MaxValue, withImages: true)),
        $"Going back to revision {detail.Revision} would change:",
        .. detail.ChangesFromCurrent.DefaultIfEmpty("nothing").Select(change => $"  {VisibleText.Of(change)}"),
        $"a rollback to it runs hooks: {(detail.RollbackHooks.Count == 0 ? "none" : NameList.Of(detail.RollbackHooks))}",
        $"objects: {string.Join(", ", detail.Objects)}",
        $"values given (names only): {(detail.Values.Count == 0 ? "none" : string.Join(", ", detail.Values))}",
    ];

    private static IEnumerable<string> Lines(ReleaseRevisionView revision, int changesListed, bool withImages)
    {
        yield return Headline(revision);
        foreach (var change in revision.Changes.Take(changesListed))
            yield return $"  {VisibleText.Of(change, LineLength)}";
        if (revision.Changes.Count > changesListed)
            yield return $"  and {revision.Changes.Count - changesListed} more, with revision {revision.Revision}";
        foreach (var line in revision.Unread.Concat(revision.Stalled))
            yield return $"  {VisibleText.Of(line, LineLength)}";
        foreach (var (container, image) in revision.Images.Where(_ => withImages))
            yield return $"  runs {VisibleText.Of(container, LineLength)}: {VisibleText.Of(image, LineLength)}"
                + (ImageName.NamingOf(image) == ImageNaming.MovingTag ? " (a tag that moves)" : "");
    }

    private static string Headline(ReleaseRevisionView revision)
    {
        string?[] parts =
        [
            $"{revision.Revision}{(revision.Current ? " (current)" : "")}",
            revision.CreatedAt is { } created ? $" {TimeText.ToTheSecond(created)}" : null,
            $", {revision.Status}",
            revision.Chart is { } chart ? $", chart {chart}" : null,
            revision.AppVersion is { } version ? $", app {version}" : null,
            revision.Replicas is { } pods ? $", {revision.ReadyReplicas}/{pods} pods ready" : null,
            revision.ChangeCause is { } cause
                ? $", description (somebody's words) {VisibleText.Quoted(VisibleText.Of(cause, CauseLength))}"
                : null,
        ];
        return string.Concat(parts);
    }
}
