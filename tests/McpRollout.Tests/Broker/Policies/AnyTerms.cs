using McpRollout.Approvals.Policies;

namespace McpRollout.Tests.Broker.Policies;

/// <summary>Terms to vary.</summary>
internal static class AnyTerms
{
    public static readonly Freeze Always = new()
    {
        Name = "the quiet century",
        TimeZone = "Europe/Berlin",
        Starts = new DateTime(2001, 1, 1),
        Ends = new DateTime(2101, 1, 1),
    };

    public static ApprovalTerms Of(string rule) => new()
    {
        Rule = rule,
        RequiredApprovals = 1,
        RequesterMayApprove = true,
        RequestLifetime = TimeSpan.FromMinutes(15),
        ExecutionLifetime = TimeSpan.FromMinutes(5),
    };
}
