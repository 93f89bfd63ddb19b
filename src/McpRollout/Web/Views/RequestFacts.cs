namespace McpRollout.Web.Views;

/// <summary>Everything that a request's page shows.</summary>
/// <param name="Request">The request.</param>
/// <param name="Before">What was known when it was made; null for one that was made before there were snapshots.</param>
/// <param name="Health">The workload now; null once nothing more will happen.</param>
/// <param name="Clock">When the page was made.</param>
/// <param name="Refused">The decision that was just refused, if one was.</param>
/// <param name="Case">The request before its terms; null once no decision is waited for.</param>
internal sealed record RequestFacts(
    UndoRequest Request,
    RequestSnapshot? Before,
    WorkloadHealth? Health,
    PageClock Clock,
    RefusedDecision? Refused,
    ApprovalEvaluation? Case)
{
    /// <summary>Who is signed in; null where nobody is.</summary>
    public string? Reader { get; init; }

    /// <summary>How they are signed in through the company's provider; null where they are not.</summary>
    public SignIn? SignIn { get; init; }

    /// <summary>Whether the owner that the undo paused is paused still, as far as is known.</summary>
    public bool IsOwnerPaused { get; init; }

    /// <summary>Whether a browser without scripts is not to load the page again by itself.</summary>
    public bool IsStill { get; init; }

    public UndoPlan Plan => Request.Plan;

    /// <summary>What is new since the request was made, or was last held.</summary>
    public IReadOnlyList<Finding> News => Health?.NewsOf(Request) ?? [];

    /// <summary>What is known, with the news.</summary>
    public IReadOnlyList<Finding> Findings => FindingNews.With(Request.Findings, News);

    /// <summary>What was known, and is not found any more.</summary>
    public IReadOnlyList<Finding> Gone => Health?.Findings is { } now ? FindingNews.Gone(Request.Findings, now) : [];

    /// <summary>Whether the person could decide by passkey. Who is signed in through the provider needs one only where the rules ask for
    /// it.</summary>
    public bool TakesPasskeys =>
        (SignIn is null || NeedsPasskey) && Case?.Approvers.Any(approver => approver.Passkeys.Count > 0) is true;

    /// <summary>Whether only a passkey will do.</summary>
    public bool NeedsPasskey => Case is { NeedsPasskey: true };

    /// <summary>Whether a person can decide now.</summary>
    public bool IsDecidable => Request.State.IsUndecided() && Clock.Instant < Request.ExpiresAt;

    /// <summary>What warns, the gravest first.</summary>
    public IReadOnlyList<Finding> Warnings =>
        [.. FindingKinds.Ordered(Findings).Where(finding => finding.Severity != FindingSeverity.Informs && !RemainsPart.IsAbout(finding))];

    /// <summary>The images that give way to others; none where they are not known.</summary>
    public IReadOnlyList<ImageChange> ImageChanges =>
    [
        .. from image in ImagesOf(Plan.ToRevision)
           join running in ImagesOf(Plan.FromRevision) on image.Container equals running.Container
           let restored = Plan.Pins?.FirstOrDefault(pin => pin.Container == image.Container)?.Image ?? image.Name
           where restored != running.Name
           select ImageChange.Of(image.Container, running.Name, restored),
    ];

    public string Path => PathOf(Request);

    public static string PathOf(UndoRequest request) => PathOf(request.Id);

    public static string PathOf(string requestId) => $"/approvals/{Uri.EscapeDataString(requestId)}";

    // A note has each as "container: image".
    private IEnumerable<(string Container, string Name)> ImagesOf(long revision) =>
        from image in Before?.Revisions.FirstOrDefault(note => note.Revision == revision)?.Images ?? []
        let at = image.IndexOf(": ", StringComparison.Ordinal)
        where at > 0
        select (image[..at], image[(at + 2)..]);
}

/// <summary>A decision that was not taken, with what may be shown again; the passphrase is not here.</summary>
internal sealed record RefusedDecision(Problem Problem, string? Approver, string? Comment, bool BreakGlass, bool WayHome);

/// <summary>How the workload of a request is now, as far as could be read in time.</summary>
/// <param name="Snapshot">Its rollout; null if it could not be read.</param>
/// <param name="Unreadable">Why not.</param>
/// <param name="Moved">What is no longer as the plan shows, so that an approval would end stale.</param>
/// <param name="OtherCluster">The cluster that this instance is connected to, if it is not the request's.</param>
internal sealed record WorkloadHealth(
    RolloutSnapshot? Snapshot = null, string? Unreadable = null, string? Moved = null, string? OtherCluster = null)
{
    /// <summary>How a release and its workloads are, taken together; null of a workload.</summary>
    public HealthView? Release { get; init; }

    /// <summary>What would hold the patch now; null if it was not read, or no decision is waited for.</summary>
    public IReadOnlyList<Finding>? Findings { get; init; }

    /// <summary>What fails now; null where it could not be read.</summary>
    public FailingNow? Failing => Release is { } release ? FailingNow.Of(release)
        : Snapshot is { } snapshot ? FailingNow.Of(snapshot)
        : null;

    /// <summary>What is new since the request was made, or was last held.</summary>
    public IReadOnlyList<Finding> NewsOf(UndoRequest request) => FindingNews.Since(request.Findings, Findings ?? []);

    public HealthView ToView() => Release is { } release ? release with { Moved = Moved }
        : Snapshot is { } snapshot
        ? new(snapshot.Status.State, snapshot.Status.Message, snapshot.Status.Replicas, snapshot.Problems, Moved)
        : new(null, Unreadable ?? $"This server is connected to another cluster, {OtherCluster}.", null, [], Moved);
}
