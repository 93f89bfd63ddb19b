namespace McpRollout.Rollouts.History;

/// <summary>What is on record of the images of a workload's revisions. A name can mean another image by now; a digest cannot.</summary>
/// <param name="Ran">What its containers were seen to run.</param>
/// <param name="Seen">What the same names were seen to mean in the cluster, this workload included.</param>
internal sealed record ImageRecord(IReadOnlyList<RanImage> Ran, IReadOnlyList<SeenDigest> Seen)
{
    /// <summary>How exact <see cref="RanImage.LastSeen"/> is: what is seen again within it is not written again.</summary>
    public static readonly TimeSpan Precision = TimeSpan.FromMinutes(10);

    /// <summary>Nothing is on record.</summary>
    public static ImageRecord Empty { get; } = new([], []);

    /// <summary>The same with what was seen just now.</summary>
    public ImageRecord With(IReadOnlyList<RanImage> now)
    {
        var known = Ran.ToDictionary(ran => ran.Run);
        var news = now.Where(ran => !known.ContainsKey(ran.Run)).ToList();
        foreach (var ran in now.Except(news))
            known[ran.Run] = known[ran.Run] with { LastSeen = ran.LastSeen };
        return now.Count == 0 ? this : new(
            [.. known.Values, .. news], [.. Seen, .. news.Select(ran => new SeenDigest(ran.Run.Image, ran.Run.Digest, ran.FirstSeen))]);
    }

    /// <summary>What a container of a revision was seen to run, the latest last.</summary>
    public IReadOnlyList<RanImage> Of(Revision revision, string container) =>
    [
        .. Ran.Where(ran => ran.Run.Revision == revision.Source && ran.Run.Container == container
                && revision.Images.Any(image => image.Key == container && image.Value == ran.Run.Image))
            .OrderBy(ran => ran.LastSeen).ThenBy(ran => ran.FirstSeen),
    ];

    /// <summary>All that a revision was seen to run, in the order of its containers.</summary>
    public IReadOnlyList<RanImage> Of(Revision revision) =>
        [.. revision.Images.Select(image => image.Key).Distinct().SelectMany(container => Of(revision, container))];

    /// <summary>Another digest that the same name was seen to mean since; null if there is none.</summary>
    public SeenDigest? Since(RanImage ran) => Seen
        .Where(seen => seen.Image == ran.Run.Image && seen.Digest != ran.Run.Digest && seen.Arrived >= ran.FirstSeen)
        .MaxBy(seen => seen.Arrived);
}
