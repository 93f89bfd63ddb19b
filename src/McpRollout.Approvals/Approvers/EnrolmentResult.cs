namespace McpRollout.Approvals.Approvers;

/// <summary>What became of an enrolment.</summary>
internal abstract record EnrolmentResult
{
    private EnrolmentResult()
    {
    }

    /// <summary>The person may approve now.</summary>
    internal sealed record Enrolled : EnrolmentResult;

    /// <summary>The name or a group is not of the alphabet.</summary>
    internal sealed record Malformed(string Error) : EnrolmentResult;

    /// <summary>The name is enrolled already.</summary>
    internal sealed record Taken : EnrolmentResult;

    /// <summary>The name could be taken for one that is enrolled, on the page and in the audit.</summary>
    internal sealed record LooksLike(string Name) : EnrolmentResult;
}
