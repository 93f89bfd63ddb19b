using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Policies;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Broker.Policies;

public class RuleRules
{
    private static readonly PolicyOptions Options = new()
    {
        Rules =
        {
            new() { Name = "payments", Namespaces = { "shop-*" }, Labels = { "tier=payments", "team=red" } },
            new() { Name = "databases", ResourceTypes = { "statefulset" } },
            new() { Name = "canaries", Namespaces = { "shop-eu", "shop-us" }, Workloads = { "*-canary", "canary-?" } },
            new() { Name = "shops", Namespaces = { "shop-*" } },
            new() { Name = "sealed", Workloads = { "vault*" }, Deny = true },
        },
        Default = new() { Name = "the rest" },
    };

    [Theory]
    [InlineData("deployment", "shop-eu", "checkout", "", "shops")]
    [InlineData("deployment", "shop-eu", "checkout", "tier=payments", "shops")]
    [InlineData("deployment", "shop-eu", "checkout", "tier=payments,team=red,x=y", "payments")]
    [InlineData("statefulset", "shop-eu", "ledger", "tier=payments,team=red", "payments")]
    [InlineData("statefulset", "shop-eu", "ledger", "tier=payments,team=Red", "databases")]
    [InlineData("statefulset", "kube-system", "etcd", "", "databases")]
    [InlineData("deployment", "shop-eu", "web-canary", "", "canaries")]
    [InlineData("deployment", "shop-asia", "web-canary", "", "shops")]
    [InlineData("deployment", "shop-us", "canary-7", "", "canaries")]
    [InlineData("deployment", "shop-us", "canary-77", "", "shops")]
    [InlineData("daemonset", "shop", "checkout", "", "the rest")]
    [InlineData("deployment", "shop-eu", "vault-agent", "tier=payments,team=red", "sealed")]
    public void TheFirstRuleThatMatchesWinsButADenyingOneWinsOverAll(string type, string space, string name, string labels, string rule)
    {
        Assert.True(ResourceTypes.TryParse(type, out var resourceType));
        var (rules, errors) = PolicyReading.Read(Options, new ApprovalOptions().Lifetimes);
        Assert.Empty(errors);
        var found = rules.For(
            "practice", new WorkloadRef(resourceType, space, name),
            labels.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(label => label.Split('='))
                .ToDictionary(label => label[0], label => label[1]),
            new Asker("mira", "an-ide 1.0"));
        Assert.Equal((rule, rule == "sealed"), (found.Rule, found.Deny));
    }

    [Theory]
    [InlineData("corp/agent-7", "ops-assistant", "ours")]
    [InlineData("corp/agent-77", "ops-assistant", "ours")]
    [InlineData("corp/agent-7", "ops-assistant 2", "the rest")]
    [InlineData("corp/agent-7", "unknown client", "the rest")]
    [InlineData("guests/corp/agent-7", "ops-assistant", "the rest")]
    [InlineData("corp/intern", "ops-assistant", "no interns")]
    [InlineData("mira", "ops-assistant", "the rest")]
    public void ARuleCanBeForWhoAsks(string user, string client, string rule)
    {
        var options = new PolicyOptions { Default = new TermsOptions { Name = "the rest" } };
        options.Rules.Add(new RuleOptions { Name = "ours", Requesters = { "corp/*" }, Clients = { "ops-assistant" } });
        options.Rules.Add(new RuleOptions { Name = "no interns", Requesters = { "*/intern" }, Deny = true });
        var (rules, errors) = PolicyReading.Read(options, new ApprovalOptions().Lifetimes);
        Assert.Empty(errors);

        Assert.Equal(rule, rules.For(
            "practice", new WorkloadRef(ResourceType.Deployment, "shop", "checkout"), new Dictionary<string, string>(),
            new Asker(user, client)).Rule);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("corp/CORP\\bob")]
    [InlineData("a\u202eb")]
    public void AGlobOfWhoAsksThatCanMatchNothingIsSaid(string glob)
    {
        var options = new PolicyOptions();
        options.Rules.Add(new RuleOptions { Name = "ours", Requesters = { glob }, Clients = { glob } });
        var errors = PolicyReading.Read(options, new ApprovalOptions().Lifetimes).Errors;
        Assert.Contains(errors, error => error.StartsWith("Policies:Rules:0:Requesters has", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.StartsWith("Policies:Rules:0:Clients has", StringComparison.Ordinal));
    }

    [Fact]
    public void WithoutRulesOneApprovalOfAnybodySuffices()
    {
        var (rules, _) = PolicyReading.Read(new PolicyOptions(),
            new ApprovalOptions { RequestLifetime = TimeSpan.FromMinutes(3) }.Lifetimes);
        Assert.False(rules.IsConfigured);
        var terms = rules.For("practice", new WorkloadRef(ResourceType.Deployment, "shop", "checkout"), new Dictionary<string, string>(),
            new Asker("mira", "an-ide 1.0"));
        Assert.Equal((1, true, true, false, TimeSpan.FromMinutes(3)),
            (terms.RequiredApprovals, terms.AdmitsEveryone, terms.RequesterMayApprove, terms.Deny, terms.RequestLifetime));
    }
}
