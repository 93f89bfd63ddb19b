using McpRollout.Mcp.Tools;

namespace McpRollout.Hosted;

/// <summary>What came of a token.</summary>
internal abstract record CallerCheck
{
    private CallerCheck()
    {
    }

    /// <summary>It says who calls.</summary>
    public sealed record Known(Caller Caller) : CallerCheck;

    /// <summary>There is none.</summary>
    public sealed record Missing : CallerCheck;

    /// <summary>It does not hold.</summary>
    /// <param name="Why">What is wrong with it, in words of ours; nothing of the token.</param>
    public sealed record Refused(string Why) : CallerCheck;

    /// <summary>Its issuer's keys cannot be read now, so that nobody knows.</summary>
    /// <param name="Issuer">The issuer's name in the settings.</param>
    public sealed record Unknown(string Issuer) : CallerCheck;
}
