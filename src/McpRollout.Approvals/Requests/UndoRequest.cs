using System.Diagnostics;
using System.Text.Json.Serialization;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Git;
using McpRollout.Approvals.Policies;

namespace McpRollout.Approvals.Requests;

/// <summary>A request for an undo, from the asking to its end. Immutable: each transition makes the next one.</summary>
internal sealed record UndoRequest
{
    /// <summary>Names the request; it authorises nothing.</summary>
    public required string Id { get; init; }

    public required RequestState State { get; init; }
    public required UndoPlan Plan { get; init; }

    /// <summary>Whether its cluster was marked as one that people depend on when it was made.</summary>
    public bool IsProduction { get; init; }

    public required Requester Requester { get; init; }

    /// <summary>The agent's own words.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the wait for a decision ends; once approved, when the wait for the execution ends.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>What the rule asks for under which it was made; null only for a request that is older than rules.</summary>
    public ApprovalTerms? Terms { get; init; }

    /// <summary>The workload's labels when it was made: another process's rules may look at others than its own.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>The workloads of a release, whose rules must be met too; empty for an undo of one workload.</summary>
    public IReadOnlyList<CoveredWorkload> Covers { get => field ?? []; init; }

    /// <summary>What an approval carries out, in order.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];

    /// <summary>What the undo changes, one masked line each.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>What the approver should know first: as it was when the request was made, and what held the patch since.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Denials of the workload in the day before, the latest first; as they were when the request was made.</summary>
    public IReadOnlyList<EarlierDenial> EarlierDenials { get => field ?? []; init; }

    /// <summary>When the patch was held for the last time, and people were asked again; null if it never was.</summary>
    public DateTimeOffset? HeldAt { get; init; }

    /// <summary>The snapshot, in a request of a version that kept it here. It is carried along, so that it is not lost.</summary>
    public JsonElement? Before { get; init; }

    public IReadOnlyList<Decision> Decisions { get; init; } = [];
    public UndoOutcome? Outcome { get; init; }

    /// <summary>W3C trace context of the tool call, which later spans link to across the wait.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The trace that the tool call belongs to, as it stands in every record, on the workload and on the Event.</summary>
    [JsonIgnore]
    public string? TraceId => ActivityContext.TryParse(TraceParent, null, out var context) ? context.TraceId.ToHexString() : null;

    /// <summary>Which process carries it out or follows its rollout, if one does.</summary>
    public Lease? Lease { get; init; }

    /// <summary>How many leases were ever given on it: the fencing number of the last one.</summary>
    public long Leases { get; init; }

    /// <summary>When the patch was first announced as sent; a lost answer is looked for from then on.</summary>
    public DateTimeOffset? ExecutingSince { get; init; }

    /// <summary>Digest of the template that the cluster made of the patch. Defaults and admission can make it differ from the plan's; the
    /// rollout is followed by it.</summary>
    public string? AppliedDigest { get; init; }

    /// <summary>The digest that the workload's template has for as long as the undo stands.</summary>
    [JsonIgnore]
    public string StandingDigest => AppliedDigest ?? Plan.ToDigest;

    /// <summary>How often it was announced that the undo's fields of the template go to whoever applies it.</summary>
    public int Handovers { get; init; }

    /// <summary>What it takes back, if it was asked for on an undo's page; null for what an agent asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WayHomeOf? WayHome { get; init; }

    /// <summary>What let it through without a further decision; null if nothing did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PreApproval? PreApproval { get; init; }

    /// <summary>How long it is watched once it is healthy; zero: not at all.</summary>
    public TimeSpan VerifyFor { get; init; }

    /// <summary>What the probes showed before the patch was sent; empty where none was asked.</summary>
    public IReadOnlyList<ProbeReading> ProbesBefore { get => field ?? []; init; }

    /// <summary>When the pause of the plan's owner was first announced; null if it never was.</summary>
    public DateTimeOffset? PausingSince { get; init; }

    /// <summary>When the owner was seen to be paused; null if it was not.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>How far the plan's revert is; null before its opening is announced, or where it has none.</summary>
    public RevertProgress? Revert { get; init; }

    /// <summary>Whether the plan's revert is still to be opened.</summary>
    [JsonIgnore]
    public bool AwaitsRevert => State == RequestState.Applied && Plan.Revert is not null && Revert?.EndedAt is null;

    /// <summary>When it was seen that the patch of a failed request took effect after all.</summary>
    public DateTimeOffset? SeenLateAt { get; init; }

    /// <summary>What was done with the plan's pods; one that is not in it was left alone.</summary>
    public IReadOnlyList<PodDeletion> Deletions { get => field ?? []; init; }

    /// <inheritdoc cref="UndoPlan.MatchCodeFor"/>
    [JsonIgnore]
    public string MatchCode => Plan.MatchCodeFor(Id);

    [JsonIgnore]
    public int RequiredApprovals => Terms?.RequiredApprovals ?? 1;

    /// <summary>The approvals that count: all but those that were given before the patch was held, without knowing why.</summary>
    [JsonIgnore]
    public IEnumerable<Decision> Approvals => Decisions.Concat(PreApproval?.Approvals ?? [])
        .Where(decision => decision.Verdict == Verdict.Approve && Counts(decision));

    /// <summary>How many people approved.</summary>
    [JsonIgnore]
    public int GivenApprovals => Approvals
        .Select(decision => decision.Approver)
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .Count();

    /// <summary>Whether it was decided on what is known by now.</summary>
    public bool Counts(Decision decision) =>
        HeldAt is not { } held || decision.At > held || decision.Findings == FindingNews.Digest(Findings);

    /// <summary>Of what is known now: what would hold the patch, and was not in front of everybody who approved.</summary>
    public IReadOnlyList<Finding> Unseen(IReadOnlyList<Finding> now)
    {
        var news = FindingNews.Since(Findings, now);
        if (news.Count == 0)
            return news;
        var digest = FindingNews.Digest(FindingNews.With(Findings, news));
        return Approvals.All(decision => decision.Findings == digest) ? [] : news;
    }

    /// <summary>Whether its rollout is at its end, or there will be none. A healthy one may still be watched.</summary>
    [JsonIgnore]
    public bool IsSettled => State switch
    {
        RequestState.Applied => Plan.Resume is not null || Outcome?.Rollout is not (null or UndoRollout.Progressing),
        _ => !State.IsOpen(),
    };

    /// <summary>Whether nothing more will happen to it in the cluster by itself.</summary>
    [JsonIgnore]
    public bool IsFinished => IsSettled && Outcome?.Verification?.State != VerificationState.Watching;

    /// <summary>Whether nothing more will happen to it anywhere by itself.</summary>
    [JsonIgnore]
    public bool IsAtRest => IsFinished && !AwaitsRevert;
}

/// <summary>The undo that a request takes back.</summary>
/// <param name="Undo">Its id.</param>
/// <param name="Person">Who asked for that on its page; null where nobody has to sign in there.</param>
internal sealed record WayHomeOf(string Undo, string? Person);

/// <summary>On whose behalf an agent asks.</summary>
/// <param name="User">Whom a token names, or the operating-system user that the server runs as.</param>
/// <param name="Client">The client: what its token says, or its name and version in its own words.</param>
/// <param name="OnBehalfOf">The person, if the token or the server's settings name one.</param>
internal sealed record Requester(string User, string Client, string? OnBehalfOf = null)
{
    /// <summary>Whether a token says who asks.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsByToken { get; init; }

    /// <summary>Whether it says the client, too.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsClientByToken { get; init; }

    /// <summary>Who the token's subject is at its issuer, which may be a person who also approves; null without such a token.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProviderIdentity? Identity { get; init; }

    /// <summary>The client of the undo that a person takes back or ends on its page: rules go by that one. Null: by
    /// <see cref="Client"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClientOfUndo { get; init; }

    /// <summary>The same on the page of an undo.</summary>
    public Requester OnPage() => this with { Client = "approval page", IsClientByToken = false, ClientOfUndo = ClientOfUndo ?? Client };

    /// <summary>How the client is known.</summary>
    [JsonIgnore]
    public string ClientIsKnown => IsClientByToken ? "by its token" : "as it calls itself";

    /// <summary>The person, as an approver of that name is spelled.</summary>
    [JsonIgnore]
    public string Person => OnBehalfOf ?? User;

    /// <summary>Who acts where the agent does.</summary>
    [JsonIgnore]
    public AuditActor Actor => AuditActor.Agent(User, Client);
}

/// <summary>How the request ended, or how far its rollout is.</summary>
/// <param name="Message">One sentence.</param>
/// <param name="At">When this was found.</param>
/// <param name="Rollout">The rollout, once the patch was accepted.</param>
/// <param name="Revision">The number that the restored template now has.</param>
/// <param name="Problems">The pods' own reasons.</param>
/// <param name="Pods">What the pods say beyond that, once the patch was accepted.</param>
internal sealed record UndoOutcome(
    string Message,
    DateTimeOffset At,
    UndoRollout? Rollout = null,
    long? Revision = null,
    IReadOnlyList<PodProblem>? Problems = null,
    PodReport? Pods = null)
{
    /// <summary>Whether the rollout stayed healthy; null for one that is not watched, or is not healthy yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Verification? Verification { get; init; }

    /// <summary>Whether it was healthy, and did not stay so.</summary>
    [JsonIgnore]
    public bool GotWorse => Verification?.State == VerificationState.Worse;
}
