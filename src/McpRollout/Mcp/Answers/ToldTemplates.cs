namespace McpRollout.Mcp.Answers;

/// <summary>What the revisions that a history tells have in their templates. It needs nothing but the history, and so is put together
/// while what surrounds it is still being read.</summary>
/// <param name="Told">The newest revisions, newest first, and the one asked for in full.</param>
/// <param name="InFull">The revision to tell in full; null for none.</param>
internal sealed record ToldTemplates(IReadOnlyList<ToldTemplate> Told, Revision? InFull)
{
    private static readonly TimeSpan Close = TimeSpan.FromMinutes(2);

    /// <summary>The revisions that are told.</summary>
    /// <param name="history">All of them.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="inFull">One that is told however old it is; null for none.</param>
    public static IReadOnlyList<Revision> Choose(RevisionHistory history, int limit, Revision? inFull) =>
        [.. history.Revisions.Where((revision, at) => at < limit || revision == inFull)];

    /// <summary>Describes the templates of these revisions.</summary>
    public static ToldTemplates Of(RevisionHistory history, IReadOnlyList<Revision> revisions, Revision? inFull)
    {
        var values = EnvironmentValues.In(revisions);
        return new(
            [
                .. revisions.Select(revision => ToldTemplate.Of(history, revision, revision == inFull) with
                {
                    Environment = values[revision],
                    IsCloseToAnother = revisions.Any(
                        other => other != revision && (other.CreatedAt - revision.CreatedAt)?.Duration() < Close),
                }),
            ],
            inFull);
    }
}

/// <summary>What a history tells of one revision's template.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Images">The image of each container.</param>
/// <param name="ImageRefs">How each is named.</param>
/// <param name="Changes">What it changed against the one before it.</param>
/// <param name="Reads">The ConfigMaps and Secrets that its containers read.</param>
internal sealed record ToldTemplate(
    Revision Revision,
    IReadOnlyDictionary<string, string> Images,
    IReadOnlyDictionary<string, ImageNaming> ImageRefs,
    IReadOnlyList<string> Changes,
    IReadOnlyList<string> Reads)
{
    /// <summary>How much of a name is shown.</summary>
    public const int LongestName = 200;

    private const int LongestImage = 400;
    private const int ChangesOfEach = 20;
    private const string RestartedAt = "kubectl.kubernetes.io/restartedAt";

    /// <summary>Labels in place of the values of environment variables that differ among the revisions told.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Whether another was made so soon before or after it that minutes would not tell them apart.</summary>
    public bool IsCloseToAnother { get; init; }

    /// <summary>Describes one.</summary>
    /// <param name="history">The history that it is of.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="inFull">Whether all of its changes are told.</param>
    public static ToldTemplate Of(RevisionHistory history, Revision revision, bool inFull) => new(
        revision,
        ImagesOf(revision),
        revision.Images.DistinctBy(image => image.Key).ToDictionary(
            image => VisibleText.Of(image.Key, LongestName), image => ImageName.NamingOf(image.Value)),
        history.PreviousOf(revision) is { } older ? ChangesOf(revision, older, inFull) : [],
        TemplateReference.ReadBy(revision.Template));

    private static IReadOnlyList<string> ChangesOf(Revision revision, Revision older, bool inFull)
    {
        var changes = TemplateChanges.Between(older, revision);
        return changes is [var only] && only.StartsWith($"annotation {RestartedAt} ", StringComparison.Ordinal)
            ? ["restarted only (kubectl rollout restart)"]
            : inFull ? changes
            : InShort(revision.Number, changes);
    }

    private static IReadOnlyList<string> InShort(long revision, IReadOnlyList<string> changes) => changes.Count <= ChangesOfEach + 1
        ? changes
        : [.. changes.Take(ChangesOfEach), $"and {changes.Count - ChangesOfEach} more; ask with revision {revision} to see the whole"];

    private static Dictionary<string, string> ImagesOf(Revision revision)
    {
        var images = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (container, image) in revision.Images)
            images[VisibleText.Of(container, LongestName)] = VisibleText.Of(image, LongestImage);
        return images;
    }
}
