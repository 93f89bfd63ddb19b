namespace McpRollout.Approvals.Approvers;

/// <summary>A person who may approve.</summary>
/// <param name="Name">As it was enrolled; names differ in more than case.</param>
/// <param name="Groups">The groups that the person is in.</param>
/// <param name="EnrolledAt">When; who was removed and added again is another.</param>
internal sealed record Approver(string Name, IReadOnlyList<string> Groups, DateTimeOffset EnrolledAt)
{
    /// <summary>The ids of the passkeys that the person's devices hold.</summary>
    public IReadOnlyList<string> Passkeys { get; init; } = [];

    /// <summary>Who the person is at the provider where they sign in; null of one who was enrolled at a terminal.</summary>
    public ProviderIdentity? Identity { get; init; }

    /// <summary>Whether it is one enrolment of one person: who was removed and added again is another.</summary>
    public bool IsSameAs(Approver other) => Name == other.Name && EnrolledAt == other.EnrolledAt;
}

/// <summary>What became of an attempt to prove who one is.</summary>
internal abstract record Authentication
{
    private Authentication()
    {
    }

    /// <summary>The name and passphrase belong to this approver.</summary>
    internal sealed record Proven(Approver Approver) : Authentication;

    /// <summary>The name or the passphrase is wrong; the answer is to be held back for a moment.</summary>
    internal sealed record Wrong(TimeSpan Slowdown) : Authentication;

    /// <summary>Too many wrong attempts for this name.</summary>
    internal sealed record Locked(TimeSpan Remaining) : Authentication;
}
