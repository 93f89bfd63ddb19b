using McpRollout.Broker;
using McpRollout.Rollouts;

namespace McpRollout.Tests.Broker;

public class UndoPlanRules
{
    private static readonly UndoPlan Plan = TempStore.NewRequest().Plan;

    public static TheoryData<string> Parts => [.. Variants.Keys];

    private static Dictionary<string, UndoPlan> Variants => new()
    {
        ["cluster"] = Plan with { Cluster = "other" },
        ["server"] = Plan with { Server = "https://other" },
        ["kind"] = Plan with { ResourceType = ResourceType.DaemonSet },
        ["namespace"] = Plan with { Namespace = "other" },
        ["name"] = Plan with { Name = "other" },
        ["uid"] = Plan with { Uid = "other" },
        ["from"] = Plan with { FromRevision = 9 },
        ["to"] = Plan with { ToRevision = 9 },
        ["from template"] = Plan with { FromDigest = "c" },
        ["to template"] = Plan with { ToDigest = "c" },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public void ADifferentPartIsADifferentPlan(string part) => Assert.NotEqual(Plan.Digest, Variants[part].Digest);

    [Fact]
    public void TheSamePlanHasTheSameDigest() => Assert.Equal(Plan.Digest, (Plan with { }).Digest);

    [Fact]
    public void TheMatchCodeCanBeReadAloud() => Assert.Matches("^[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}$", Plan.MatchCode);
}
