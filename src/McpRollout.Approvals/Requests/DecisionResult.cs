using System.Text.Json.Serialization;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Passkeys;

namespace McpRollout.Approvals.Requests;

/// <summary>What a person can decide.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
internal enum Verdict
{
    /// <summary>Carry the plan out.</summary>
    [JsonStringEnumMemberName("approve")] Approve,

    /// <summary>Do not; final.</summary>
    [JsonStringEnumMemberName("deny")] Deny,
}

/// <summary>One person's decision.</summary>
internal sealed record Decision(
    string Approver,
    [property: JsonPropertyName("decision")] Verdict Verdict,
    DateTimeOffset At,
    string? Comment)
{
    /// <summary>Digest of what was in front of the person (<see cref="FindingNews.Digest"/>); null where the surface did not say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Findings { get; init; }

    /// <summary>Whether it is an approval by one alone where more were required.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool BreakGlass { get; init; }

    /// <summary>What the person's passkey signed; null for one that was taken by passphrase.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SignedStatement? Passkey { get; init; }

    /// <summary>Until when it is an approval of the undo's way back too; null: it is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? WayHomeUntil { get; init; }
}

/// <summary>The approvals that were given along with the undo whose way back a request is.</summary>
/// <param name="Undo">Its id; each of its approvers chose so.</param>
/// <param name="Until">When the first of them no longer holds.</param>
/// <param name="Approvals">Those decisions; none once people were asked after all.</param>
internal sealed record PreApproval(string Undo, DateTimeOffset Until, IReadOnlyList<Decision> Approvals);

/// <summary>What a person submits, on whatever surface.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Verdict">Approve or deny.</param>
/// <param name="Plan">The full plan digest that was in front of the person.</param>
/// <param name="Approver">The name they give.</param>
/// <param name="Passphrase">What proves it; empty with a <see cref="Passkey"/> or a <see cref="SignIn"/>. Never logged, stored or
/// recorded.</param>
/// <param name="Comment">Their words, if any.</param>
/// <param name="Surface">Where it was submitted: <c>page</c>, <c>http</c> or <c>terminal</c>.</param>
internal sealed record DecisionAttempt(
    string RequestId, Verdict Verdict, string Plan, string Approver, string Passphrase, string? Comment, string Surface)
{
    /// <summary>Digest of the findings that were in front of the person; null where the surface does not say.</summary>
    public string? Findings { get; init; }

    /// <summary>Whether the person means to approve alone where more approvals are required.</summary>
    public bool BreakGlass { get; init; }

    /// <summary>Whether it is an approval by one alone; a denial needs no glass broken.</summary>
    public bool BreaksGlass => BreakGlass && Verdict == Verdict.Approve;

    /// <summary>For how long from now on the person means to approve the way back too; null: not at all.</summary>
    public TimeSpan? WayHomeFor { get; init; }

    /// <summary>The same of an approval; a denial has no way back.</summary>
    public TimeSpan? PreApproves => Verdict == Verdict.Approve ? WayHomeFor : null;

    /// <summary>What the person's passkey signed, instead of a passphrase.</summary>
    public PasskeyAnswer? Passkey { get; init; }

    /// <summary>How the person is signed in through the company's provider, if they are.</summary>
    public SignIn? SignIn { get; init; }

    public const string Terminal = "terminal";

    /// <summary>How long a comment may be, in characters.</summary>
    public const int LongestComment = 500;

    /// <summary>Leaves the passphrase out.</summary>
    public override string ToString() => $"{Verdict} {RequestId} by {Approver} on {Surface}";
}

/// <summary>How a decision was received.</summary>
internal enum DecisionOutcome
{
    /// <summary>It is on record.</summary>
    Recorded,

    /// <summary>There is no such request.</summary>
    NotFound,

    /// <summary>The name or the passphrase is wrong, or the passkey's answer proves nothing.</summary>
    WrongCredentials,

    /// <summary>The person must be signed in at the company's provider, or anew.</summary>
    SignInRequired,

    /// <summary>Too many wrong attempts; not even looked at.</summary>
    TooManyAttempts,

    /// <summary>This person may not decide this one.</summary>
    NotAllowed,

    /// <summary>A freeze is in force: nobody, or not this person alone, may approve now.</summary>
    Frozen,

    /// <summary>The decision needs a comment, and has none.</summary>
    CommentRequired,

    /// <summary>The request is no longer waiting for a decision, or this person has decided already.</summary>
    AlreadyDecided,

    /// <summary>The decision names another plan than the request's.</summary>
    OtherPlan,

    /// <summary>The request's lifetime is over.</summary>
    Expired,
}

/// <summary>How a decision was received, with the request as it now is.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Message">One sentence for the person.</param>
/// <param name="Request">The request as it now is, if there is one.</param>
/// <param name="RetryAfter">How long to wait, after <see cref="DecisionOutcome.TooManyAttempts"/>.</param>
internal sealed record DecisionResult(DecisionOutcome Outcome, string Message, UndoRequest? Request = null, TimeSpan? RetryAfter = null)
{
    /// <summary>Why the passkey's answer proves nothing, where there was one.</summary>
    public PasskeyFault? Fault { get; init; }
}

/// <summary>How outcomes are spelled in the audit and in problem documents.</summary>
internal static class DecisionOutcomes
{
    public static string ToName(this DecisionOutcome outcome) => JsonNamingPolicy.KebabCaseLower.ConvertName(outcome.ToString());
}
