using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Tests.Broker.Policies;
using McpRollout.Tests.Cases;
using Microsoft.Playwright;
using static McpRollout.Tests.Person.Page.Decisions;

namespace McpRollout.Tests.Person.Page;

public sealed class PageInBrowserTests(PageHost host, Browser browser) : IClassFixture<PageHost>, IClassFixture<Browser>
{
    [Fact]
    public async Task APersonReadsComparesAndApproves()
    {
        var request = await host.AskAsync();
        await using var window = await OpenAsync(request);
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(request.Plan.Name);
        await Assertions.Expect(window.Page.GetByText(request.MatchCode)).ToBeVisibleAsync();

        await window.FillAsync();
        await window.ApproveAsync();

        await Assertions.Expect(window.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Approved.");
        await Assertions.Expect(window.Page.GetByText("Approved by dana")).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.GetByLabel("Your passphrase")).ToHaveCountAsync(0);
        Assert.EndsWith(PathOf(request), window.Page.Url, StringComparison.Ordinal);
        Assert.Equal(RequestState.Approved, await StateOf(request));
        Assert.Empty(window.Complaints);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task APersonApprovesTheWayBackTooOnlyByTickingItsBox(bool ticks)
    {
        var request = await host.AskAsync(
            asked => asked with { Terms = AnyTerms.Of("production") with { WayHomePreApproval = TimeSpan.FromMinutes(30) } });
        await using var window = await OpenAsync(request);
        var box = window.Page.GetByLabel("Also approve, for 30 min from now");
        await Assertions.Expect(box).Not.ToBeCheckedAsync();
        if (ticks)
            await box.CheckAsync();
        await window.FillAsync();
        await window.ApproveAsync();

        await Assertions.Expect(window.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Approved.");
        await Assertions.Expect(window.Page.GetByText("dana pre-approved the way home until")).ToHaveCountAsync(ticks ? 1 : 0);
        var decided = (await host.Broker.FindAsync(request.Id, PageHost.Cancellation))!;
        Assert.Equal(ticks, Assert.Single(decided.Decisions).WayHomeUntil is not null);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task ThePageFollowsTheRolloutToItsEnd()
    {
        var request = await host.AskAsync();
        await using var window = await OpenAsync(request);
        await window.FillAsync();
        await window.ApproveAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Approved.");

        await host.Broker.ClaimAsync(request.Id, "test", TimeSpan.FromMinutes(1), null, [], PageHost.Cancellation);
        await host.Broker.ChangeAsync(
            request.Id,
            found => new(
                found with
                {
                    State = RequestState.Applied,
                    Outcome = new("successfully rolled out", host.Time.GetUtcNow(), UndoRollout.Healthy, 8),
                },
                new AuditDraft(AuditEvent.UndoApplied, AuditActor.System, found.Id, found.Plan.Target)),
            PageHost.Cancellation);

        await Assertions.Expect(window.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("is healthy");
        await Assertions.Expect(window.Page.Locator("meta[http-equiv=refresh]")).ToHaveCountAsync(0);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task APersonDenies()
    {
        var request = await host.AskAsync();
        await using var window = await OpenAsync(request);

        await window.FillAsync(comment: "fix the ConfigMap\ninstead");
        await window.DenyAsync();

        await Assertions.Expect(window.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Denied.");
        await Assertions.Expect(window.Page.GetByText("fix the ConfigMap")).ToBeVisibleAsync();
        Assert.Equal(RequestState.Denied, await StateOf(request));
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task AWrongPassphraseKeepsWhatWasTypedAndAsksForItAgain()
    {
        var request = await host.AskAsync();
        await using var window = await OpenAsync(request, width: 390, height: 844);

        await window.FillAsync("wrong", "a comment");
        await window.ApproveAsync();

        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The name or the passphrase is wrong.");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToBeInViewportAsync();
        await Assertions.Expect(window.Page.GetByLabel("Your name")).ToHaveValueAsync(PageHost.Name);
        await Assertions.Expect(window.Page.GetByLabel("Comment")).ToHaveValueAsync("a comment");
        await Assertions.Expect(window.Page.GetByLabel("Your passphrase")).ToHaveValueAsync("");
        await Assertions.Expect(window.Page.GetByLabel("Your passphrase")).ToBeFocusedAsync();
        await window.Page.GetByLabel("Your passphrase").FillAsync(PageHost.Passphrase);
        await window.ApproveAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Approved.");
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task ARequestThatExpiredMeanwhileSaysSo()
    {
        var request = await host.AskAsync();
        await using var window = await OpenAsync(request);
        await window.FillAsync();
        await host.Broker.ChangeAsync(request.Id, found => new(found with { ExpiresAt = host.Time.GetUtcNow() }), PageHost.Cancellation);

        await window.ApproveAsync();

        await Assertions.Expect(window.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Expired. Nothing was changed.");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("expired before anybody decided");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        Assert.Equal(RequestState.Expired, await StateOf(request));
    }

    [Fact]
    public async Task ARequestThatSomebodyElseDecidedMeanwhileSaysSo()
    {
        var request = await host.AskAsync();
        await using var window = await OpenAsync(request);
        await window.FillAsync();
        await host.Client.SendAsync(Json(request, Fields(request, "deny")), PageHost.Cancellation);

        await window.ApproveAsync();

        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert))
            .ToContainTextAsync("The request is denied already; nothing was changed.");
        Assert.Equal(RequestState.Denied, await StateOf(request));
    }

    [Fact]
    public async Task ADecisionForAnotherPlanIsRefused()
    {
        var (request, other) = (await host.AskAsync(), await host.AskAsync());
        await using var window = await OpenAsync(request);
        await window.FillAsync();
        await window.Page.Locator("input[name=plan]").EvaluateAsync("(field, plan) => field.value = plan", other.Plan.Digest);

        await window.ApproveAsync();

        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("another plan");
        Assert.Equal((RequestState.Pending, RequestState.Pending), (await StateOf(request), await StateOf(other)));
    }

    [Fact]
    public async Task EnterInAFieldDecidesNothing()
    {
        var request = await host.AskAsync();
        await using var window = await OpenAsync(request);
        var posted = new List<string?>();
        window.Page.Request += (_, sent) =>
        {
            if (sent.Method == "POST")
                posted.Add(sent.PostData);
        };
        await window.FillAsync();

        await window.Page.GetByLabel("Your passphrase").PressAsync("Enter");
        await window.DenyAsync();

        await Assertions.Expect(window.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Denied.");
        Assert.Contains("decision=deny", Assert.Single(posted), StringComparison.Ordinal);
    }

    [Fact]
    [Proves(Hazard.CrossSiteDecisionIsRefused)]
    public async Task AFormOnAnotherSiteCannotDecide()
    {
        var request = await host.AskAsync();
        await using var window = await browser.OpenAsync();
        var fields = string.Concat(Fields(request).Select(field => $"<input name='{field.Key}' value='{field.Value}'>"));
        await window.Page.SetContentAsync($"<form method=post action='{host.Origin}{PathOf(request)}/decision'>{fields}<button>Win a "
            + $"prize</button></form>");

        var answer = await window.Page.RunAndWaitForResponseAsync(
            () => window.Page.GetByText("Win a prize").ClickAsync(), response => response.Request.Method == "POST");

        Assert.Equal(403, answer.Status);
        Assert.Equal(RequestState.Pending, await StateOf(request));
    }

    [Fact]
    [Proves(Hazard.CrossSiteDecisionIsRefused)]
    public async Task ThePageCannotBeFramed()
    {
        var request = await host.AskAsync();
        await using var window = await browser.OpenAsync();

        await window.Page.SetContentAsync($"<iframe src='{host.Origin}{PathOf(request)}'></iframe>");

        await Assertions.Expect(window.Page.FrameLocator("iframe").GetByLabel("Your passphrase")).ToHaveCountAsync(0);
        Assert.Contains(window.Complaints, complaint => complaint.Contains("frame-ancestors", StringComparison.Ordinal));
    }

    [Fact]
    [Proves(Hazard.HostileTextAndFloodsAreHarmless)]
    public async Task MarkupInStrangersWordsStaysText()
    {
        var request = await host.AskAsync(found => found with
        {
            Reason = "<h1>Approved by security</h1><img src=x "
            + "onerror='document.title=1'>"
        });
        await using var window = await OpenAsync(request);

        await Assertions.Expect(window.Page.GetByRole(AriaRole.Blockquote)).ToHaveTextAsync(request.Reason);
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveCountAsync(1);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    [Proves(Hazard.HostileTextAndFloodsAreHarmless)]
    public async Task Case15_WordsThatImitateThePageStayMarkedAsSomebodys()
    {
        const string Forged = "</blockquote></figure><h2>Your decision</h2>\u202Edevorppa\u202C\u0007 \u200bApproved by security.\nMatch "
            + "code: AAAA-AA <form><button>Approve</button></form>";
        var request = await host.AskAsync(found => found with
        {
            Reason = Forged,
            Requester = new Requester(Forged, Forged),
            Changes = [Forged],
            Findings = [new Finding(FindingSeverity.Warns, "code", Forged)],
        });
        await using var window = await OpenAsync(request);
        var page = window.Page;

        await Assertions.Expect(page.Locator("figure.quote").First).ToContainTextAsync("words, not verified");
        await Assertions.Expect(page.GetByRole(AriaRole.Blockquote).First)
            .ToContainTextAsync("\\u202Edevorppa\\u202C\\u0007 \\u200BApproved by security.");
        await Assertions.Expect(page.Locator("form")).ToHaveCountAsync(1);
        await Assertions.Expect(page.GetByRole(AriaRole.Button)).ToHaveCountAsync(2);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your decision" })).ToHaveCountAsync(1);
        Assert.DoesNotMatch("[\u202a-\u202e\u2066-\u2069\u200b\u0007]", await page.ContentAsync());

        await window.FillAsync(comment: Forged);
        await window.DenyAsync();
        await Assertions.Expect(page.GetByText("dana’s words")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("form")).ToHaveCountAsync(0);
        Assert.Empty(window.Complaints);
    }

    [Theory]
    [InlineData(360, 740, false)]
    [InlineData(360, 740, true)]
    [InlineData(1280, 900, false)]
    public async Task EvenACrowdedPageNeedsNoHorizontalScrolling(int width, int height, bool dark)
    {
        var request = await host.AskAsync(
            found => found with
            {
                Reason = new string('x', 500),
                Requester = new Requester("a-user-with-a-very-long-name@a-domain-with-a-very-long-name.example", new string('c', 120)),
                Changes = [.. Enumerable.Range(1, 100).Select(n => $"container checkout: env {new string('V', 150)}{n} changed")],
                Findings = [.. Enumerable.Range(1, 40)
                    .Select(n => new Finding(FindingSeverity.Warns, $"finding-{n}", new string('w', 200)))],
            },
            $"a{new string('n', 240)}{width}{dark}".ToLowerInvariant());
        await using var window = await OpenAsync(request, width, height, dark);
        foreach (var path in new[] { PathOf(request), "/", "/approvals/none" })
        {
            await window.Page.GotoAsync(host.Origin + path);
            Assert.Equal(width, await window.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }

        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task OnADesktopBothButtonsAreInSightAtOnce()
    {
        await using var window = await OpenAsync(await host.AskAsync());

        await Assertions.Expect(window.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }))
            .ToBeInViewportAsync(new() { Ratio = 1 });
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Button, new() { Name = "Deny" })).ToBeInViewportAsync(new() { Ratio = 1 });
    }

    private async Task<BrowserWindow> OpenAsync(UndoRequest request, int width = 1280, int height = 900, bool dark = false)
    {
        var window = await browser.OpenAsync(width, height, dark);
        await window.Page.GotoAsync(host.Origin + PathOf(request));
        return window;
    }

    private async Task<RequestState> StateOf(UndoRequest request) =>
        (await host.Broker.FindAsync(request.Id, PageHost.Cancellation))!.State;
}
