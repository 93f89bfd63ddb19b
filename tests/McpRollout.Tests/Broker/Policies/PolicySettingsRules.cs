using System.Text;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Policies;
using McpRollout.Approvals.Requests;
using McpRollout.Hosting;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.Tools;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace McpRollout.Tests.Broker.Policies;

public class PolicySettingsRules
{
    [Theory]
    [InlineData("Policies:Rules:0:Namespace:0=shop", "Policies:Rules:0:Namespace:0 is not a setting")]
    [InlineData("Policies:Rules:a:Name=x", "Policies:Rules:a:Name is not a setting")]
    [InlineData("Policies:Default:Namespaces:0=shop", "Policies:Default:Namespaces:0 is not a setting")]
    [InlineData("Policies:Rules:0:Freezes:0:Timezon=UTC", "Policies:Rules:0:Freezes:0:Timezon is not a setting")]
    [InlineData("Policies:Rules:0:Namespaces=shop", "Policies:Rules:0:Namespaces is a list")]
    [InlineData("Policies:Rules:0:Approvers:Names=", "Policies:Rules:0:Approvers:Names is a list")]
    [InlineData("Policies:Rules:0:Approvers:Names:0=", "Policies:Rules:0:Approvers:Names has ''")]
    [InlineData("Policies:Rules:0:Deny=yes", "write true or false")]
    [InlineData("Policies:Rules:0:RequiredApprovals=two", "write a whole number")]
    [InlineData("Policies:Rules:0:RequiredApprovals=0", "write 1 to 5")]
    [InlineData("Policies:Default:RequiredApprovals=6", "write 1 to 5")]
    [InlineData("Policies:Rules:0:RequestLifetime=soon", "write a duration")]
    [InlineData("Policies:Rules:0:RequestLifetime=25:00:00", "at most 24 hours")]
    [InlineData("Policies:Rules:0:WayHome:PreApproval=soon", "write a duration")]
    [InlineData("Policies:Rules:0:WayHome:PreApproval=00:00:00", "Policies:Rules:0:WayHome:PreApproval is 00:00:00: write 00:01:00 to")]
    [InlineData("Policies:Default:WayHome:PreApproval=1.00:00:01", "WayHome:PreApproval is 1.00:00:01: write 00:01:00 to 1.00:00:00")]
    [InlineData("Policies:Rules:0:Namespaces:0=Shop", "can match nothing")]
    [InlineData("Policies:Rules:0:Workloads:0=a b", "can match nothing")]
    [InlineData("Policies:Rules:0:ResourceTypes:0=pod", "write deployment, statefulset, daemonset")]
    [InlineData("Policies:Rules:0:Labels:0=tier", "write key=value")]
    [InlineData("Policies:Rules:0:BreakGlassGroup=on call", "BreakGlassGroup has 'on call'")]
    [InlineData("Policies:Rules:1:Name=RULE", "2 rules of the name")]
    [InlineData("Policies:Rules:1:Deny=true", "Policies:Rules:1:Name is missing")]
    [InlineData("Policies:Rules:0:Freezes:0:ExceptGroup=<b>", "ExceptGroup is '<b>'")]
    [InlineData("Policies:Rules:0:Freezes:0:TimeZone=Mars/Olympus", "which this machine does not know")]
    [InlineData("Policies:Rules:0:Freezes:0:Until=22:00", "are both 22:00")]
    [InlineData("Policies:Rules:0:Freezes:0:From=10 pm", "write a time of day as HH:MM")]
    [InlineData("Policies:Rules:0:Freezes:0:Days:0=Caturday", "write Mon, Tue")]
    [InlineData("Policies:Rules:0:Freezes:0:Starts=2026-12-23T18:00", "not of both kinds")]
    [InlineData("Policies:Rules:0:Freezes:1:Name=x", "Policies:Rules:0:Freezes:1:TimeZone is missing")]
    [InlineData("Limits:OpenRequests=0", "write 1 to 10000")]
    [InlineData("Limits:RequestsPerMinute=many", "write a whole number")]
    [InlineData("Approvals:Requester=Mira M", "Approvals:Requester is 'Mira M'")]
    [InlineData("Approvals:TokenFile=/tmp/token", "write Approvals:Host=false, or leave them out")]
    [InlineData("Approvals:Server=https://approvals.example.com", "write Approvals:Host=false, or leave them out")]
    [InlineData("Approvals:ServerKey=AAAA", "write Approvals:Host=false, or leave them out")]
    [InlineData("Approvals:Read=nobody", "Approvals:Read is 'nobody': write anyone or approvers")]
    [InlineData("Approvals:Read=1", "Approvals:Read is '1': write anyone or approvers")]
    [InlineData("Approvals:Agents:0:Name=mira", "Approvals:Agents:0:TokenSha256 is not 64 hex digits")]
    [InlineData("Approvals:Agents:0:Name=Mira M", "Approvals:Agents:0:Name is 'Mira M'")]
    public void WhatCannotBeIsRefusedWithItsRemedy(string setting, string said)
    {
        var errors = ErrorsOf([.. Sound, setting]);
        Assert.Contains(errors, error => error.Contains(said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Approvals:TokenFile is not set", "Approvals:Host=false")]
    [InlineData("would travel in the clear", "Approvals:Host=false", "Approvals:Server=http://approvals.example.com")]
    [InlineData("Approvals:Host is false: leave them out here", "Approvals:Host=false", "Approvals:Agents:0:Name=mira")]
    [InlineData("Approvals:Host is false: leave them out here", "Approvals:Host=false", "Approvals:Requester=mira")]
    [InlineData("Approvals:Host is false: leave them out here", "Approvals:Host=false", "Approvals:Read=anyone")]
    [InlineData("Approvals:Host is false: leave them out here", "Approvals:Host=false",
        "Approvals:SignIn:Issuer=https://login.example.com")]
    [InlineData("Approvals:SignIn has no Issuer", "Approvals:SignIn:ClientId=rollouts")]
    [InlineData("Approvals:SignIn:ClientId is not set", "Approvals:SignIn:Issuer=https://login.example.com")]
    [InlineData("Approvals:SignIn:Groups names nobody", "Approvals:SignIn:Issuer=https://login.example.com")]
    [InlineData("Approvals:SignIn:Issuer is 'http://login.example.com'", "Approvals:SignIn:Issuer=http://login.example.com")]
    [InlineData("Approvals:SignIn:Issuer is 'login'", "Approvals:SignIn:Issuer=login")]
    [InlineData("Approvals:SignIn:ClientSecretFile is '/nowhere', which cannot be read",
        "Approvals:SignIn:Issuer=https://login.example.com", "Approvals:SignIn:ClientSecretFile=/nowhere")]
    [InlineData("Approvals:SignIn:Groups has 'a b'", "Approvals:SignIn:Issuer=https://login.example.com", "Approvals:SignIn:Groups:0=a b")]
    [InlineData("Approvals:SignIn:Lifetime is", "Approvals:SignIn:Issuer=https://login.example.com", "Approvals:SignIn:Lifetime=13:00:00")]
    [InlineData("with Approvals:SignIn only who is signed in reads", "Approvals:SignIn:Issuer=https://login.example.com",
        "Approvals:Read=anyone")]
    [InlineData(
        "Approvals:ServerKey is 'AAAA'", "Approvals:Host=false", "Approvals:Server=https://approvals.example.com",
        "Approvals:ServerKey=AAAA")]
    [InlineData(
        "Approvals:Server is an http address", "Approvals:Host=false",
        "Approvals:ServerKey=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData(
        "Approvals:Agents names a and b with one TokenSha256", "Approvals:Agents:0:Name=a", "Approvals:Agents:1:Name=b",
        "Approvals:Agents:0:TokenSha256=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "Approvals:Agents:1:TokenSha256=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void WhatIsOfTheOtherSideOrOfTwoAgentsIsRefused(string said, params string[] settings) =>
        Assert.Contains(ErrorsOf([.. Sound, .. settings]), error => error.Contains(said, StringComparison.Ordinal));

    [Theory]
    [InlineData(true)]
    [InlineData(true, "Policies:Default:PasskeyRequired=true")]
    [InlineData(false, "Policies:Default:PasskeyRequired=true", "Policies:Rules:0:PasskeyRequired=true")]
    [InlineData(false, "Approvals:PublicUrl=https://rollouts.example.com")]
    public void OverHttpASignInAloneDecidesNothing(bool isRefused, params string[] settings)
    {
        var errors = ErrorsOf([
            "Policies:Rules:0:Name=production", "Approvals:SignIn:Issuer=https://login.example.com", "Approvals:SignIn:ClientId=rollouts",
            "Approvals:SignIn:Groups:0=sre", .. settings,
        ]);
        Assert.Equal(isRefused, errors.Count == 1 && errors[0].Contains("over http other programs", StringComparison.Ordinal));
        Assert.Equal(isRefused ? 1 : 0, errors.Count);
    }

    [Fact]
    public void AllErrorsAreToldAtOnce() =>
        Assert.Equal(
            4,
            ErrorsOf([
                .. Sound,
                "Policies:Rules:0:Denny=true",
                "Policies:Rules:0:RequiredApprovals=9",
                "Policies:Rules:0:Freezes:0:TimeZone=Mars",
                "Limits:OpenRequests=0"]).Count);

    [Theory]
    [InlineData("Policies:Rules:0:Approvers:Names:0=ann", "Policies:Rules:0:RequiredApprovals=2", "which can never be")]
    [InlineData("Policies:Rules:1:Name=all", "Policies:Rules:2:Name=never", "can never apply")]
    [InlineData(
        "Policies:Default:Freezes:0:Starts=2026-02-01T00:00",
        "Policies:Default:Freezes:0:Ends=2026-01-01T00:00",
        "is not after Starts")]
    [InlineData(
        "Policies:Default:Freezes:0:Starts=2026-02-01T00:00Z",
        "Policies:Default:Freezes:0:Ends=2026-03-01T00:00",
        "without an offset")]
    [InlineData("Policies:Default:Freezes:0:Name=x", "Policies:Default:Freezes:0:TimeZone=UTC", "write Deny instead")]
    public void WhatContradictsItselfIsRefused(string one, string other, string said) =>
        Assert.Contains(ErrorsOf([.. Sound, one, other]), error => error.Contains(said, StringComparison.Ordinal));

    [Fact]
    public void WhatIsSetIsWhatHolds()
    {
        using var services = Services(
            [
                .. Sound,
                "Policies:Rules:0:RequiredApprovals=2",
                "Policies:Rules:0:RequesterMayApprove=false",
                "Policies:Rules:0:ExecutionLifetime=00:01:00",
                "Policies:Rules:0:Approvers:Groups:0=sre",
                "Policies:Default:Deny=true",
                "Approvals:RequestLifetime=00:30:00",
            ],
            out var errors);
        Assert.Empty(errors);
        var policies = services.GetRequiredService<PolicySource>();
        var rule = policies.For("practice", new WorkloadRef(ResourceType.Deployment, "shop-eu", "checkout"),
            new Dictionary<string, string>(), new Requester("mira", "an-ide"));
        Assert.Equal(
            ("rule", 2, false, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(1), "sre"),
            (
                rule.Rule,
                rule.RequiredApprovals,
                rule.RequesterMayApprove,
                rule.RequestLifetime,
                rule.ExecutionLifetime,
                Assert.Single(rule.Groups)));
        var freeze = Assert.Single(rule.Freezes);
        Assert.Equal((new TimeOnly(22, 0), new TimeOnly(6, 0), DayOfWeek.Friday, "Europe/Berlin"),
            (freeze.From, freeze.Until, Assert.Single(freeze.Days), freeze.TimeZone));
        Assert.True(policies.For("practice", new WorkloadRef(ResourceType.Deployment, "other", "checkout"),
            new Dictionary<string, string>(), new Requester("mira", "an-ide")).Deny);
    }

    [Fact]
    public void WhatIsPreparedOnThePageOfAnUndoGoesByThatUndosClient()
    {
        using var services = Services(
            [.. Sound, "Policies:Rules:0:Clients:0=ops-*", "Policies:Rules:0:RequiredApprovals=2", "Policies:Default:Deny=true"],
            out var errors);
        Assert.Empty(errors);
        var (policies, asking) = (services.GetRequiredService<PolicySource>(), new Requester("corp/agent-7", "ops-assistant"));
        foreach (var requester in new[] { asking, asking.OnPage(), asking.OnPage().OnPage() })
        {
            var terms = policies.For(
                "practice", new WorkloadRef(ResourceType.Deployment, "shop-eu", "checkout"), new Dictionary<string, string>(),
                requester);
            Assert.Equal((false, 2), (terms.Deny, terms.RequiredApprovals));
        }

        Assert.Equal("approval page", asking.OnPage().Client);
        Assert.True(policies.For(
            "practice", new WorkloadRef(ResourceType.Deployment, "shop-eu", "checkout"), new Dictionary<string, string>(),
            asking with { Client = "approval page" }).Deny);
    }

    [Fact]
    public void TheExampleOfTheDocsIsSound()
    {
        var text = File.ReadAllText(Path.Combine(SchemaFiles.Root, "docs", "policies.md"));
        var json = text[text.IndexOf("```json", StringComparison.Ordinal)..][7..];
        json = json[..json.IndexOf("```", StringComparison.Ordinal)];
        StrictSchema.AssertValid(SchemaFiles.Read("schemas/configuration.json"), JsonNode.Parse(json));
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
        using var services = new ServiceCollection().AddProduct(configuration).BuildServiceProvider();
        Assert.Empty(Composition.Errors(configuration, services));
        Assert.Equal(3, services.GetRequiredService<IOptions<PolicyOptions>>().Value.Rules.Count);
    }

    private static string[] Sound =>
    [
        "Policies:Rules:0:Name=rule", "Policies:Rules:0:Namespaces:0=shop-*", "Policies:Rules:0:Freezes:0:Name=nights",
        "Policies:Rules:0:Freezes:0:TimeZone=Europe/Berlin",
        "Policies:Rules:0:Freezes:0:Days:0=fri",
        "Policies:Rules:0:Freezes:0:From=22:00",
        "Policies:Rules:0:Freezes:0:Until=06:00",
    ];

    private static IReadOnlyList<string> ErrorsOf(string[] settings)
    {
        using var services = Services(settings, out var errors);
        return errors;
    }

    private static ServiceProvider Services(string[] settings, out IReadOnlyList<string> errors)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).GroupBy(parts => parts[0], parts => (string?)parts[1])
                .ToDictionary(of => of.Key, of => of.Last()))
            .Build();
        var services = new ServiceCollection().AddProduct(configuration).BuildServiceProvider();
        errors = Composition.Errors(configuration, services);
        return services;
    }
}
