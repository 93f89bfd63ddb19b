namespace McpRollout.Approvals.Approvers;

/// <summary>A person is signed in through the company's provider.</summary>
/// <param name="Approver">The person.</param>
/// <param name="AuthenticatedAt">When they last proved themself to the provider; null where it did not say.</param>
/// <param name="EndsAt">When it ends.</param>
internal sealed record SignIn(Approver Approver, DateTimeOffset? AuthenticatedAt, DateTimeOffset EndsAt)
{
    /// <summary>How long ago the person may have proved themself where they approve alone: 5 minutes.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>Whether it is this person's, and has not ended.</summary>
    public bool Holds(Approver approver, DateTimeOffset now) => Approver.IsSameAs(approver) && now < EndsAt;

    /// <summary>Whether the person proved themself a moment ago. The provider's clock may be a little ahead.</summary>
    public bool IsFresh(DateTimeOffset now) => (now - AuthenticatedAt)?.Duration() <= Fresh;
}

/// <summary>Who reads the page.</summary>
/// <param name="Approver">The person.</param>
/// <param name="SignIn">How they are signed in through the provider; null of one who gave a passphrase or used a passkey.</param>
internal sealed record ReaderSession(Approver Approver, SignIn? SignIn);

/// <summary>What became of a sign-in through the provider.</summary>
internal abstract record SignInResult
{
    private SignInResult()
    {
    }

    /// <summary>The person is signed in.</summary>
    /// <param name="Approver">The person.</param>
    /// <param name="Session">What the browser keeps.</param>
    internal sealed record SignedIn(Approver Approver, string Session) : SignInResult;

    /// <summary>They are not.</summary>
    /// <param name="Why">Why, and what to do, for the person.</param>
    internal sealed record Refused(string Why) : SignInResult;
}
