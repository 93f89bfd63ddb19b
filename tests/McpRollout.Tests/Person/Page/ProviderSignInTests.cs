using System.Net;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Requests;
using McpRollout.Processes;
using McpRollout.Tests.Broker.Policies;
using McpRollout.Tests.Hosted;
using static McpRollout.Tests.Person.Page.Decisions;

namespace McpRollout.Tests.Person.Page;

/// <summary>People sign in through their company's provider: who it names is who decides, as long as it lets them in.</summary>
public sealed class ProviderSignInTests : IAsyncLifetime
{
    private readonly ProviderPage _page = new();

    private PageHost Host => _page.Host;

    public ValueTask InitializeAsync() => _page.InitializeAsync();

    public ValueTask DisposeAsync() => _page.DisposeAsync();

    [Fact]
    public async Task WhoIsSignedInReadsAndDecidesWithoutAPassphraseAndIsOnRecordByIssuerAndSubject()
    {
        var request = await Host.AskAsync();
        using var bob = new ProviderVisitor(Host);
        using (var stranger = await bob.GetAsync(PathOf(request)))
        {
            var shown = await TextOf(stranger);
            Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
            Assert.Contains(
                $"<a class=\"button\" href=\"/session/provider?return=%2Fapprovals%2F{request.Id}\">Sign in with Corp</a>",
                shown, StringComparison.Ordinal);
            Assert.DoesNotContain(request.MatchCode, shown, StringComparison.Ordinal);
        }

        using (var signedIn = await bob.SignInAsync("bob", PathOf(request)))
            Assert.Contains($"content=\"0;url={PathOf(request)}\"", await TextOf(signedIn), StringComparison.Ordinal);
        using (var shown = await bob.GetAsync(PathOf(request)))
        {
            var page = await TextOf(shown);
            Assert.Contains("You decide as <b>bob</b>, who is signed in.", page, StringComparison.Ordinal);
            Assert.DoesNotContain("type=\"password\"", page, StringComparison.Ordinal);
        }

        using var decided = await bob.DecideAsync(request, "bob");
        Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
        var records = await Host.AuditAsync();
        var added = records.Last(record => (string?)record["event"] == "approver.added");
        Assert.Equal((_page.Issuer.Issuer, "sub-bob"), ((string?)added["detail"]!["issuer"], (string?)added["detail"]!["subject"]));
        var approved = records.Single(record => (string?)record["event"] == "undo.approved");
        Assert.Equal("bob", (string?)approved["actor"]!["name"]);
        Assert.Equal((_page.Issuer.Issuer, "sub-bob"),
            ((string?)approved["detail"]!["sign_in"]!["issuer"], (string?)approved["detail"]!["sign_in"]!["subject"]));
    }

    [Theory]
    [InlineData("nonce")]
    [InlineData("audience")]
    [InlineData("issuer")]
    [InlineData("expired")]
    [InlineData("another key")]
    [InlineData("a key that everybody knows")]
    [InlineData("no signature")]
    [InlineData("no subject")]
    public async Task ATokenThatDoesNotHoldSignsNobodyIn(string fault)
    {
        _page.Issuer.Spoil = token => _ = fault switch
        {
            "nonce" => token.Claims["nonce"] = "another",
            "audience" => token.Audience = "another",
            "issuer" => token.Issuer = "https://login.example.com",
            "expired" => token.Expires = DateTime.UtcNow.AddMinutes(-2),
            "another key" => token.SigningCredentials = TestIssuer.ByAnotherKey(),
            "a key that everybody knows" => token.SigningCredentials = _page.Issuer.ByThePublishedKey(),
            "no signature" => token.SigningCredentials = null,
            _ => (object)token.Claims.Remove("sub"),
        };
        using var bob = new ProviderVisitor(Host);

        using var answer = await bob.SignInAsync("bob");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("You are not signed in", await TextOf(answer), StringComparison.Ordinal);
        Assert.DoesNotContain(await Host.Approvers.ListAsync(PageHost.Cancellation), each => each.Identity is not null);
        using var inbox = await bob.GetAsync("/");
        Assert.Equal(HttpStatusCode.Unauthorized, inbox.StatusCode);
    }

    [Fact]
    public async Task WhatWasBegunInAnotherBrowserIsNotEndedInThisOne()
    {
        using var attacker = new ProviderVisitor(Host);
        using var asked = await attacker.GetAsync("/session/provider");
        var provider = new Uri($"{asked.RequestMessage!.RequestUri}&person=bob");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var sentBack = await http.GetAsync(provider, PageHost.Cancellation);
        using var victim = new ProviderVisitor(Host);

        using var answer = await victim.GetAsync(sentBack.Headers.Location!.PathAndQuery);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        using var inbox = await victim.GetAsync("/");
        Assert.Equal(HttpStatusCode.Unauthorized, inbox.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?code=x")]
    [InlineData("?state=x&code=y")]
    [InlineData("?error=access_denied&error_description=%3Cb%3Ehello")]
    public async Task WhatTheProviderDidNotSendSignsNobodyIn(string query)
    {
        using var visitor = new ProviderVisitor(Host);
        using var answer = await visitor.GetAsync($"/session/callback{query}");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.DoesNotContain("<b>hello", await TextOf(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereThePersonComesBackIsGuardedAsAllOfThePageIs()
    {
        using var visitor = new ProviderVisitor(Host);
        using var answer = await visitor.GetAsync("/session/callback?state=x");
        Assert.StartsWith("default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
        using var foreign = new HttpRequestMessage(HttpMethod.Get, $"{Host.Origin}/session/callback?state=x");
        foreign.Headers.Host = "evil.example";
        using var refused = await visitor.SendAsync(foreign);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, refused.StatusCode);
    }

    [Fact]
    public async Task WhomTheProviderDoesNotLetInIsToldSo()
    {
        using var nobody = new ProviderVisitor(Host);
        using var answer = await nobody.SignInAsync("mallory");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task WhoIsInNoneOfTheGroupsIsNoApprover()
    {
        using var eve = new ProviderVisitor(Host);
        using var answer = await eve.SignInAsync("eve");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("none of the groups", await TextOf(answer), StringComparison.Ordinal);
        Assert.Null(await Host.Approvers.FindAsync("eve", PageHost.Cancellation));
    }

    [Fact]
    public async Task WhoLeavesTheGroupsIsSignedOutEverywhereAndIsInThemNoMore()
    {
        using var atWork = new ProviderVisitor(Host);
        using (await atWork.SignInAsync("bob"))
        using (var inbox = await atWork.GetAsync("/"))
            Assert.Equal(HttpStatusCode.OK, inbox.StatusCode);
        _page.Issuer.People["bob"] = ["sales"];
        using var atHome = new ProviderVisitor(Host);

        using (var answer = await atHome.SignInAsync("bob"))
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);

        using (var inbox = await atWork.GetAsync("/"))
            Assert.Equal(HttpStatusCode.Unauthorized, inbox.StatusCode);
        Assert.Equal(["sales"], (await Host.Approvers.FindAsync("bob", PageHost.Cancellation))!.Groups);
        var changed = (await Host.AuditAsync()).Single(record => (string?)record["event"] == "approver.groups_changed");
        Assert.Equal("""["sales"]""", changed["detail"]!["groups"]!.ToJsonString());
    }

    [Fact]
    public async Task AProviderThatLeavesGroupsOutTakesNobodysAwayAndLetsNobodyIn()
    {
        using var bob = new ProviderVisitor(Host);
        using (await bob.SignInAsync("bob"))
            _page.Issuer.Spoil = token => token.Claims.Remove("groups");
        using (var answer = await bob.SignInAsync("bob", isAnew: true))
        {
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains("The provider sent no groups for you", await TextOf(answer), StringComparison.Ordinal);
        }

        using (var inbox = await bob.GetAsync("/"))
            Assert.Equal(HttpStatusCode.Unauthorized, inbox.StatusCode);
        Assert.Equal(["sre"], (await Host.Approvers.FindAsync("bob", PageHost.Cancellation))!.Groups);
    }

    [Theory]
    [InlineData("/sre", "sre")]
    [InlineData("/eng/sre,sre", "sre")]
    [InlineData("CN=ops,sre,SRE team", "sre")]
    public async Task OfGroupsThoseAreTakenThatRulesCanName(string sent, string expected)
    {
        _page.Issuer.People["bob"] = sent.Split(',');
        using var bob = new ProviderVisitor(Host);
        using (await bob.SignInAsync("bob"))
            Assert.Equal([expected], (await Host.Approvers.FindAsync("bob", PageHost.Cancellation))!.Groups);
    }

    [Fact]
    public async Task MoreGroupsThanCanBeReadLetNobodyIn()
    {
        _page.Issuer.People["bob"] = [.. Enumerable.Range(0, ProviderPeople.MostGroups + 1).Select(at => $"g{at}"), "sre"];
        using var bob = new ProviderVisitor(Host);
        using var answer = await bob.SignInAsync("bob");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("more than 500 groups", await TextOf(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoOtherWayInIsOpenToAPersonOfTheProvider()
    {
        using var bob = new ProviderVisitor(Host);
        using (await bob.SignInAsync("bob"))
        {
        }

        var person = (await Host.Approvers.FindAsync("bob", PageHost.Cancellation))!;
        var session = await Host.Get<ReaderSessions>().BeginAsync(person, PageHost.Cancellation);
        Assert.Null(await Host.Get<ReaderSessions>().FindAsync(session, PageHost.Cancellation));
    }

    [Fact]
    public async Task ASessionOfWhomTheSettingsAdmitNoMoreIsNone()
    {
        var session = await SessionOfBobAsync();
        await using var stricter = PageHost.Instance(FreePort.Next(), Host, options =>
        {
            options.SignIn.Issuer = _page.Issuer.Issuer;
            options.SignIn.Groups.Add("leads");
        });
        await using var elsewhere = PageHost.Instance(FreePort.Next(), Host, options =>
        {
            options.SignIn.Issuer = "https://login.example.com";
            options.SignIn.Groups.Add("sre");
        });
        Assert.NotNull(await Host.Get<ReaderSessions>().FindAsync(session, PageHost.Cancellation));
        Assert.Null(await stricter.Get<ReaderSessions>().FindAsync(session, PageHost.Cancellation));
        Assert.Null(await elsewhere.Get<ReaderSessions>().FindAsync(session, PageHost.Cancellation));
    }

    [Fact]
    public async Task SigningOutEndsTheSessionAndNotOnlyItsCookie()
    {
        var request = await Host.AskAsync();
        using var bob = new ProviderVisitor(Host);
        using (await bob.SignInAsync("bob"))
        using (await bob.SignOutAsync())
        using (var inbox = await bob.GetAsync("/"))
            Assert.Equal(HttpStatusCode.Unauthorized, inbox.StatusCode);
        using (var decided = await bob.DecideAsync(request, "bob"))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, decided.StatusCode);
            Assert.Equal("sign-in-required", (string?)(await JsonOf(decided))["code"]);
        }

        // The same, of a cookie that somebody kept.
        var session = await SessionOfBobAsync();
        Assert.NotNull(await Host.Get<ReaderSessions>().FindAsync(session, PageHost.Cancellation));
        await Host.Get<ReaderSessions>().EndAsync(session, PageHost.Cancellation);
        Assert.Null(await Host.Get<ReaderSessions>().FindAsync(session, PageHost.Cancellation));
    }

    [Fact]
    public async Task ASignInEndsByItselfAndWithTheEnrolment()
    {
        using var bob = new ProviderVisitor(Host);
        using (await bob.SignInAsync("bob"))
            Host.Time.Ahead = TimeSpan.FromMinutes(59);
        using (var inbox = await bob.GetAsync("/"))
            Assert.Equal(HttpStatusCode.OK, inbox.StatusCode);
        Host.Time.Ahead = TimeSpan.FromMinutes(61);
        using (var inbox = await bob.GetAsync("/"))
            Assert.Equal(HttpStatusCode.Unauthorized, inbox.StatusCode);

        var session = await SessionOfBobAsync();
        await Host.Approvers.RemoveAsync("bob", Approvals.Audit.AuditActor.Human("root", "terminal"), PageHost.Cancellation);
        Assert.Null(await Host.Get<ReaderSessions>().FindAsync(session, PageHost.Cancellation));
        await SessionOfBobAsync();
        Assert.Null(await Host.Get<ReaderSessions>().FindAsync(session, PageHost.Cancellation));
    }

    [Theory]
    [InlineData("dana", "enrolled here under your name")]
    [InlineData("DANA", "enrolled here under your name")]
    [InlineData("bob smith", "A name has 1 to 64")]
    [InlineData("", "A name has 1 to 64")]
    public async Task NobodyGetsTheNameOfAnother(string name, string said)
    {
        _page.Issuer.Spoil = token => token.Claims["preferred_username"] = name;
        using var bob = new ProviderVisitor(Host);
        using var answer = await bob.SignInAsync("bob");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains(said, await TextOf(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheNameOfTheFirstSignInStays()
    {
        using var bob = new ProviderVisitor(Host);
        using (await bob.SignInAsync("bob"))
            _page.Issuer.Spoil = token => token.Claims["preferred_username"] = "robert";
        using (await bob.SignInAsync("bob", isAnew: true))
        using (var inbox = await bob.GetAsync("/"))
            Assert.Contains("Signed in as <b>bob</b>", await TextOf(inbox), StringComparison.Ordinal);
        Assert.Null(await Host.Approvers.FindAsync("robert", PageHost.Cancellation));
    }

    [Fact]
    public async Task NobodyDecidesUnderAnothersNameOrFromAnotherSite()
    {
        var request = await Host.AskAsync();
        using var bob = new ProviderVisitor(Host);
        using (await bob.SignInAsync("bob"))
        using (var asDana = await bob.DecideAsync(request, PageHost.Name))
            Assert.Equal(HttpStatusCode.Unauthorized, asDana.StatusCode);
        var rejected = (await Host.AuditAsync()).Single(record => (string?)record["event"] == "decision.rejected");
        Assert.Equal("bob", (string?)rejected["actor"]!["name"]);
        using (var elsewhere = await bob.DecideAsync(request, "bob", origin: "https://evil.example"))
            Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
        Assert.Equal(RequestState.Pending, (await Host.Broker.FindAsync(request.Id, PageHost.Cancellation))!.State);

        // Approvers of this server decide with their passphrase as before, whoever is signed in.
        using var dana = await bob.DecideAsync(request, PageHost.Name, fields => fields["passphrase"] = PageHost.Passphrase);
        Assert.Equal(HttpStatusCode.OK, dana.StatusCode);
    }

    [Fact]
    public async Task WhoApprovesAloneHasProvedThemselvesAMomentAgo()
    {
        var request = await Host.AskAsync(asked => asked with
        {
            Terms = AnyTerms.Of("production") with { RequiredApprovals = 2, BreakGlassGroup = "sre" },
        });
        using var bob = new ProviderVisitor(Host);
        using (await bob.SignInAsync("bob"))
            Host.Time.Ahead = SignIn.Fresh + TimeSpan.FromSeconds(2);
        using (var alone = await bob.DecideAsync(request, "bob", AloneWith))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, alone.StatusCode);
            Assert.Equal("sign-in-required", (string?)(await JsonOf(alone))["code"]);
        }

        using (var page = await bob.GetAsync(PathOf(request)))
            Assert.Contains($"href=\"/session/provider?return=%2Fapprovals%2F{request.Id}&amp;anew\"", await TextOf(page),
                StringComparison.Ordinal);
        _page.Issuer.Now = Host.Time.GetUtcNow;
        using (await bob.SignInAsync("bob", PathOf(request), isAnew: true))
        using (var alone = await bob.DecideAsync(request, "bob", AloneWith))
            Assert.Equal(HttpStatusCode.OK, alone.StatusCode);

        static void AloneWith(Dictionary<string, string> fields) => fields["break_glass"] = "true";
    }

    [Theory]
    [InlineData(false, HttpStatusCode.Forbidden)]
    [InlineData(true, HttpStatusCode.OK)]
    public async Task WhoAskedApprovesOnlyWhereTheRulesLetThemWhateverTheyAreCalledNow(bool may, HttpStatusCode expected)
    {
        var request = await Host.AskAsync(asked => asked with
        {
            Terms = AnyTerms.Of("production") with { RequesterMayApprove = may },
            Requester = new Requester("corp/sub-bob", "ops-assistant", "robert")
            {
                IsByToken = true,
                Identity = new ProviderIdentity(_page.Issuer.Issuer, "sub-bob"),
            },
        });
        using var bob = new ProviderVisitor(Host);
        using (await bob.SignInAsync("bob"))
        using (var decided = await bob.DecideAsync(request, "bob"))
            Assert.Equal(expected, decided.StatusCode);
    }

    [Theory]
    [InlineData(true, false, null)]
    [InlineData(false, false, DecisionOutcome.SignInRequired)]
    [InlineData(true, true, DecisionOutcome.SignInRequired)]
    internal void WhomTheProviderLetsInNoMoreDecidesNothingWhateverProvesThem(bool isTheirs, bool hasEnded, DecisionOutcome? refused)
    {
        var now = Host.Time.GetUtcNow();
        var person = new Approver("bob", ["sre"], now.AddDays(-1)) { Identity = new ProviderIdentity(_page.Issuer.Issuer, "sub-bob") };
        var request = Incident.Request(now);
        var attempt = new DecisionAttempt(request.Id, Verdict.Approve, request.Plan.Digest, "bob", "", null, "page")
        {
            SignIn = new SignIn(isTheirs ? person : person with { EnrolledAt = now }, now, hasEnded ? now : now.AddHours(1)),
        };
        var evaluation = new ApprovalEvaluation(request, [AnyTerms.Of("production")], [person], now);
        Assert.Equal(refused, DecisionTransitions.Refusal(evaluation, attempt, person)?.Outcome);
        Assert.Equal(
            DecisionOutcome.SignInRequired,
            DecisionTransitions.Refusal(evaluation, attempt with { SignIn = null }, person)?.Outcome);
    }

    [Fact]
    public async Task AProviderThatDoesNotSayWhenLetsNobodyApproveAlone()
    {
        var request = await Host.AskAsync(asked => asked with
        {
            Terms = AnyTerms.Of("production") with { RequiredApprovals = 2, BreakGlassGroup = "sre" },
        });
        _page.Issuer.Spoil = token => token.Claims.Remove("auth_time");
        using var bob = new ProviderVisitor(Host);
        using (await bob.SignInAsync("bob"))
        using (var alone = await bob.DecideAsync(request, "bob", fields => fields["break_glass"] = "true"))
            Assert.Equal(HttpStatusCode.Unauthorized, alone.StatusCode);
    }

    [Fact]
    public async Task ALinkForADeviceOpensOnlyForThePersonItIsFor()
    {
        using var bob = new ProviderVisitor(Host);
        using (await bob.SignInAsync("bob"))
        {
        }

        var path = new Uri(await Device.LinkAsync(Host, "bob")).PathAndQuery;
        using (var stranger = await new HttpClient().GetAsync(new Uri($"{Host.Origin}{path}"), PageHost.Cancellation))
            Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        using (var opened = await bob.GetAsync(path))
            Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        using (var dana = await new HttpClient().GetAsync(new Uri(await Device.LinkAsync(Host, PageHost.Name)), PageHost.Cancellation))
            Assert.Equal(HttpStatusCode.OK, dana.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/approvals/../session/end")]
    [InlineData("/approvals/x\" onload=\"y")]
    public async Task SigningInLeadsToPagesOfThisServerAlone(string path)
    {
        using var bob = new ProviderVisitor(Host);
        using var signedIn = await bob.SignInAsync("bob", path);
        Assert.Contains("content=\"0;url=/\"", await TextOf(signedIn), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASignInThatOneReplicaBeganAnotherEnds()
    {
        await using var other = _page.Instance(sharing: Host);
        await other.StartAsync();
        await other.Status.WaitForAsync(state => state == McpRollout.Approvals.Broker.PageState.Serving, PageHost.Cancellation);
        using var bob = new ProviderVisitor(Host);
        using var asked = await bob.GetAsync("/session/provider");
        using var provider = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var sentBack = await provider.GetAsync(new Uri($"{asked.RequestMessage!.RequestUri}&person=bob"), PageHost.Cancellation);

        // A browser sends a host's cookies to all its ports.
        using var atOther = new HttpRequestMessage(HttpMethod.Get, $"{other.Origin}{sentBack.Headers.Location!.PathAndQuery}");
        using var ended = await bob.SendAsync(atOther);

        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        using var inbox = await bob.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, inbox.StatusCode);
    }

    [Fact]
    public async Task AProviderThatCannotBeReachedIsSaidToBe()
    {
        await _page.Issuer.DisposeAsync();
        using var bob = new ProviderVisitor(Host);
        using var answer = await bob.GetAsync("/session/provider");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("Corp cannot be reached from here now", await TextOf(answer), StringComparison.Ordinal);
    }

    private async Task<string> SessionOfBobAsync()
    {
        var result = await Host.Get<ProviderPeople>().SignInAsync(
            new ProviderPerson(new ProviderIdentity(_page.Issuer.Issuer, "sub-bob"), "bob", ["sre"], null), PageHost.Cancellation);
        return Assert.IsType<SignInResult.SignedIn>(result).Session;
    }
}
