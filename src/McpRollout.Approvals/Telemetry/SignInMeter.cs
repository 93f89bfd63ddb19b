namespace McpRollout.Approvals.Telemetry;

/// <summary>What became of a sign-in to the page.</summary>
internal enum SignInOutcome
{
    /// <summary>The person is signed in.</summary>
    SignedIn,

    /// <summary>What proves them is wrong, or the settings do not admit them.</summary>
    Refused,

    /// <summary>Too many wrong attempts, or too many at once.</summary>
    TooMany,

    /// <summary>The company's provider could not be asked, or what it sent does not hold.</summary>
    Failed,
}

/// <summary>Counts sign-ins.</summary>
internal static class SignInMeter
{
    private static readonly Tally SignIns = new(
        "mcp_rollout.sign_ins", "{sign_in}", "Sign-ins to the approval page, by outcome.", ProductMeter.Outcome,
        Enum.GetValues<SignInOutcome>().Select(NameOf));

    public static void Count(SignInOutcome outcome) => SignIns.Add(NameOf(outcome));

    private static string NameOf(SignInOutcome outcome) => JsonNamingPolicy.KebabCaseLower.ConvertName(outcome.ToString());
}
