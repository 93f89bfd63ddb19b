namespace McpRollout.Approvals.Git;

/// <summary>A host of Git repositories that can open reverts.</summary>
internal interface IGitHost
{
    /// <summary>Looks for what would be reverted. It only reads: nobody has approved anything yet.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="source">What an owner brought of it.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    Task<RevertSearch> FindAsync(string repository, OwnerSource.Git source, CancellationToken cancellationToken);

    /// <summary>Opens the revert, or finds the one that is opened already. Nothing is ever merged.</summary>
    /// <param name="revert">What to revert.</param>
    /// <param name="draft">What to say.</param>
    /// <param name="mayBeOpened">Whether an earlier attempt may have opened it.</param>
    /// <param name="cancellationToken">Gives it up; it may be opened then.</param>
    Task<RevertResult> OpenAsync(PlannedRevert revert, RevertDraft draft, bool mayBeOpened, CancellationToken cancellationToken);
}

/// <summary>What a pull or merge request says.</summary>
/// <param name="RequestId">The undo, by which it is found again.</param>
/// <param name="Title">Its title.</param>
/// <param name="Body">Its text, in Markdown; it names the undo.</param>
internal sealed record RevertDraft(string RequestId, string Title, string Body);

/// <summary>What came of looking for what to revert.</summary>
internal abstract record RevertSearch
{
    private RevertSearch()
    {
    }

    /// <summary>There is something. Whether it can be reverted without a conflict shows when it is tried.</summary>
    internal sealed record Found(PlannedRevert Revert) : RevertSearch;

    /// <summary>It cannot.</summary>
    /// <param name="Why">A sentence.</param>
    internal sealed record Nothing(string Why) : RevertSearch;
}

/// <summary>How the opening of a revert ended.</summary>
internal abstract record RevertResult
{
    private RevertResult()
    {
    }

    /// <summary>It is open, or was and somebody has closed or merged it since.</summary>
    /// <param name="Name">As the host names it.</param>
    /// <param name="Url">Where it is, in the host's words.</param>
    internal sealed record Opened(string Name, string? Url) : RevertResult;

    /// <summary>The host refused; the same would be refused again.</summary>
    internal sealed record Refused(string Why) : RevertResult;

    /// <summary>It was not taken in, and the same may be taken in later.</summary>
    internal sealed record NotTaken(string Why) : RevertResult;

    /// <summary>It may have been taken in.</summary>
    internal sealed record Lost(string Why) : RevertResult;

    /// <summary>It may have been taken in earlier, and is not seen at the host; nothing was sent.</summary>
    internal sealed record NotSeen(string Why) : RevertResult;
}
