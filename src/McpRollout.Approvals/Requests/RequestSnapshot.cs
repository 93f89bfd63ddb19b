namespace McpRollout.Approvals.Requests;

/// <summary>
/// What was known when the undo was asked for: kept beside the request, since the cluster forgets it. Apart from it, since requests are
/// read all the time, and this only when somebody looks.
/// </summary>
/// <param name="Health">How the workload was.</param>
/// <param name="Revisions">Its newest revisions, newest first, and the one asked for, however old.</param>
/// <param name="StepsBack">How many revisions back the one asked for is.</param>
/// <param name="Diff">Both templates line by line, masked.</param>
internal sealed record RequestSnapshot(HealthView Health, IReadOnlyList<RevisionNote> Revisions, int StepsBack,
    IReadOnlyList<DiffLine> Diff)
{
    private const int MostRevisions = 20;

    /// <summary>Takes down what was read.</summary>
    /// <param name="evidence">The workload and its revisions, with its pods if they were read, and what is known of them.</param>
    /// <param name="target">The revision asked for.</param>
    public static RequestSnapshot Of(HistoryEvidence evidence, Revision target)
    {
        var history = evidence.History;
        var snapshot = RolloutSnapshot.Of(history);
        return new RequestSnapshot(
            new HealthView(snapshot.Status.State, snapshot.Status.Message, snapshot.Status.Replicas, snapshot.Problems, null),
            [.. history.Revisions.Where((revision, at) => at < MostRevisions || revision.Number == target.Number)
                .Select(revision => RevisionNote.Of(evidence, revision))],
            history.Revisions.Count(revision => revision.Number > target.Number && revision.Number <= history.Current?.Number),
            TemplateDiff.Between(history.Template, target.Template));
    }
}

/// <summary>One revision as it was known.</summary>
/// <param name="Revision">Its number then.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ChangeCause">Why, in the words of whoever made it, masked.</param>
/// <param name="Images">Its images, as <c>container: image</c>.</param>
/// <param name="Known">What else is known of it, each with its source.</param>
internal sealed record RevisionNote(
    long Revision, DateTimeOffset? CreatedAt, string? ChangeCause, IReadOnlyList<string> Images, IReadOnlyList<string> Known)
{
    private const int LongestImage = 400;

    /// <summary>Takes one down.</summary>
    public static RevisionNote Of(HistoryEvidence evidence, Revision revision) => new(
        revision.Number,
        revision.CreatedAt,
        evidence[revision].ShownCause,
        [.. revision.Images.Select(image => VisibleText.EndsOf($"{image.Key}: {image.Value}", LongestImage))],
        evidence[revision].Lines(evidence.History));
}

/// <summary>How a workload is now.</summary>
/// <param name="State">How far its rollout is; null if it could not be read.</param>
/// <param name="Message">What <c>kubectl rollout status</c> would say, or why it could not be read.</param>
/// <param name="Replicas">Its pods.</param>
/// <param name="Problems">What holds it up.</param>
/// <param name="Moved">What is no longer as the plan shows, so that an approval would end stale; null if nothing is.</param>
internal sealed record HealthView(
    RolloutState? State, string Message, ReplicaCounts? Replicas, IReadOnlyList<PodProblem> Problems, string? Moved);
