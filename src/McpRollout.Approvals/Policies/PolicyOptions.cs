namespace McpRollout.Approvals.Policies;

/// <summary>The <c>Policies</c> section: which undo needs whose approval.</summary>
internal sealed class PolicyOptions
{
    /// <summary>The rules; the first that matches wins, but a denying one wins over all. Default: none.</summary>
    public IList<RuleOptions> Rules { get; } = [];

    /// <summary>What holds where no rule matches. Default: one approval, by any approver.</summary>
    public TermsOptions? Default { get; set; }
}

/// <summary>A rule: what it matches, and what it then asks for. An absent matcher matches everything; all that are given must
/// match.</summary>
internal sealed class RuleOptions : TermsOptions
{
    /// <summary>Globs (<c>*</c>, <c>?</c>) of clusters, by the names that requests show. Default: all.</summary>
    public IList<string> Clusters { get; } = [];

    /// <summary>Globs (<c>*</c>, <c>?</c>) of namespaces. Default: all.</summary>
    public IList<string> Namespaces { get; } = [];

    /// <summary>Kinds of workload. Default: all.</summary>
    public IList<string> ResourceTypes { get; } = [];

    /// <summary>Globs (<c>*</c>, <c>?</c>) of workload names. Default: all.</summary>
    public IList<string> Workloads { get; } = [];

    /// <summary>Labels that the workload must have, each as <c>key=value</c>. Default: none.</summary>
    public IList<string> Labels { get; } = [];

    /// <summary>Globs (<c>*</c>, <c>?</c>) of who asks: <c>ISSUER/SUBJECT</c> of a token, the name of an agent's side, or the user that the
    /// server runs as. Default: all.</summary>
    public IList<string> Requesters { get; } = [];

    /// <summary>Globs (<c>*</c>, <c>?</c>) of the client that a token is of; without one that is what the client says of itself. Default:
    /// all.</summary>
    public IList<string> Clients { get; } = [];
}

/// <summary>What a rule asks for.</summary>
internal class TermsOptions
{
    /// <summary>What people know the rule by.</summary>
    public string? Name { get; set; }

    /// <summary>Whether an undo is refused. Default: false.</summary>
    public bool Deny { get; set; }

    /// <summary>Who may approve. Default: every enrolled approver.</summary>
    public ApproversOptions Approvers { get; set; } = new();

    /// <summary>How many distinct people must approve, 1 to 5. Default: 1.</summary>
    public int RequiredApprovals { get; set; } = 1;

    /// <summary>Whether the person on whose behalf the agent asks may approve. Default: true.</summary>
    public bool RequesterMayApprove { get; set; } = true;

    /// <summary>Whether a decision needs a comment. Default: false.</summary>
    public bool CommentRequired { get; set; }

    /// <summary>Whether a decision must be signed by a passkey of the person; a passphrase does not do. Default: false.</summary>
    public bool PasskeyRequired { get; set; }

    /// <summary>How long a request waits for a decision. Default: that of <c>Approvals</c>.</summary>
    public TimeSpan? RequestLifetime { get; set; }

    /// <summary>How long an approval may wait to be carried out. Default: that of <c>Approvals</c>.</summary>
    public TimeSpan? ExecutionLifetime { get; set; }

    /// <summary>A group of which one member may approve alone. Default: none.</summary>
    public string? BreakGlassGroup { get; set; }

    /// <summary>Whether the way back of an undo may be approved along with it. Default: not.</summary>
    public WayHomeOptions WayHome { get; set; } = new();

    /// <summary>When undo is refused, or needs a group. Default: never.</summary>
    public IList<FreezeOptions> Freezes { get; } = [];
}

/// <summary>What an approver may say beforehand of the way back.</summary>
internal sealed class WayHomeOptions
{
    /// <summary>For how long at most who approves an undo may approve its way back too, from then on. Default: not offered.</summary>
    public TimeSpan? PreApproval { get; set; }
}

/// <summary>Who may approve: whoever is named, and whoever is in a group. Both absent: every enrolled approver.</summary>
internal sealed class ApproversOptions
{
    /// <summary>Names of approvers.</summary>
    public IList<string> Names { get; } = [];

    /// <summary>Groups of approvers.</summary>
    public IList<string> Groups { get; } = [];
}

/// <summary>A freeze: one that comes again (days, times of day, or both), or one from a start to an end.</summary>
internal sealed class FreezeOptions
{
    /// <summary>What people know the freeze by.</summary>
    public string? Name { get; set; }

    /// <summary>The days on which it begins, <c>Mon</c> to <c>Sun</c>. Default: every day.</summary>
    public IList<string> Days { get; } = [];

    /// <summary>When it begins, as local <c>HH:MM</c>. Default: with the day.</summary>
    public string? From { get; set; }

    /// <summary>When it ends, as local <c>HH:MM</c>; not after <c>From</c> means on the next day. Default: with the day.</summary>
    public string? Until { get; set; }

    /// <summary>When one that does not come again begins, as a local date and time.</summary>
    public string? Starts { get; set; }

    /// <summary>When one that does not come again ends, as a local date and time.</summary>
    public string? Ends { get; set; }

    /// <summary>The IANA name of the time zone in which all that is meant.</summary>
    public string? TimeZone { get; set; }

    /// <summary>A group of which a member must be among the approvers meanwhile. Default: none, undo is refused.</summary>
    public string? ExceptGroup { get; set; }
}
