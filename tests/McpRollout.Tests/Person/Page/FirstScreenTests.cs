using McpRollout.Approvals.Requests;
using Microsoft.Playwright;
using static McpRollout.Tests.Person.Page.Decisions;

namespace McpRollout.Tests.Person.Page;

/// <summary>What a telephone shows before anybody scrolls.</summary>
public sealed class FirstScreenTests(PageHost host, Browser browser) : IClassFixture<PageHost>, IClassFixture<Browser>
{
    public static TheoryData<string> Requests => ["plain", "five warnings", "pauses its owner", "denied before", "long"];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task The_first_screen_of_a_telephone_has_all_that_a_decision_rests_on(string kind)
    {
        var request = await AskAsync(kind);
        await using var window = await browser.OpenAsync(390, 844);
        var page = window.Page;
        await page.GotoAsync(host.Origin + PathOf(request));

        var bar = (await page.Locator(".bar").BoundingBoxAsync())!;
        Assert.Equal(844, bar.Y + bar.Height, 1d);
        foreach (var part in new[] { "h1", "#cluster", "#standing", "#glance", ".match .code" })
        {
            var box = (await page.Locator(part).First.BoundingBoxAsync())!;
            Assert.True(box.Y >= 0 && box.Y + box.Height <= bar.Y, $"{part} is at {box.Y} to {box.Y + box.Height}, the bar at {bar.Y}.");
        }

        var glance = page.Locator("#glance");
        await Assertions.Expect(glance).ToContainTextAsync("not ready");
        await Assertions.Expect(glance).ToContainTextAsync("crash-loop");
        await Assertions.Expect(glance).ToContainTextAsync("panic: PAYMENT_URL is not set");
        await Assertions.Expect(glance.Locator("code").First).ToHaveTextAsync("2.7.0");
        await Assertions.Expect(glance.Locator("code").Nth(1)).ToHaveTextAsync("2.4.0");
        await Assertions.Expect(glance).ToContainTextAsync(kind == "plain" ? "none" : "Something that pods need is missing");
        if (kind == "pauses its owner")
            await Assertions.Expect(glance).ToContainTextAsync("Application argocd/shop (Argo CD)");
        if (kind == "denied before")
            await Assertions.Expect(page.Locator("#denied-before")).ToBeInViewportAsync(new() { Ratio = 1 });
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task The_bar_stays_and_leads_to_what_is_missing()
    {
        await using var window = await browser.OpenAsync(390, 844);
        await window.Page.GotoAsync(host.Origin + PathOf(await AskAsync("five warnings")));
        await window.Page.EvaluateAsync("scrollTo(0, document.body.scrollHeight)");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Button, new() { Name = "Deny" })).ToBeInViewportAsync(new() { Ratio = 1 });

        await window.ApproveAsync();

        await Assertions.Expect(window.Page.GetByLabel("Your name")).ToBeFocusedAsync();
        await Assertions.Expect(window.Page.GetByLabel("Your name")).ToBeInViewportAsync(new() { Ratio = 1 });
    }

    [Fact]
    public async Task What_was_denied_before_is_told_with_who_when_how_often_and_their_words()
    {
        var again = await AskAsync("denied before");
        var first = again.EarlierDenials[^1].RequestId;

        using var shown = await host.Client.GetAsync(PathOf(again), PageHost.Cancellation);
        var page = await TextOf(shown);
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Accept = { new("application/json") } } };
        var inbox = await JsonOf(await host.Client.SendAsync(asked, PageHost.Cancellation));

        Assert.Contains("The same undo was denied twice in the last day.", page, StringComparison.Ordinal);
        Assert.Contains("<p>dana, just now: <q>The ConfigMap is the culprit.", page, StringComparison.Ordinal);
        Assert.Contains("denied twice", await TextOf(await host.Client.GetAsync("/", PageHost.Cancellation)), StringComparison.Ordinal);
        var told = inbox["open"]!.AsArray().Single(each => (string?)each!["request_id"] == again.Id)!;
        Assert.Equal(2, told["earlier_denials"]!.AsArray().Count);
        Assert.Contains("unless your reason says what is new since", (string?)told["next_step"], StringComparison.Ordinal);
        Assert.NotEqual(again.MatchCode, (await host.Broker.FindAsync(first, PageHost.Cancellation))!.MatchCode);
    }

    [Fact]
    public async Task The_inbox_has_the_soonest_to_expire_first_and_tells_health_asker_and_reason()
    {
        var later = await host.AskAsync();
        var sooner = await host.AskAsync(request => request with { ExpiresAt = request.ExpiresAt.AddMinutes(-5) });

        var page = await TextOf(await host.Client.GetAsync("/", PageHost.Cancellation));

        Assert.True(page.IndexOf(sooner.Id, StringComparison.Ordinal) < page.IndexOf(later.Id, StringComparison.Ordinal));
        Assert.Contains("1 of 6 pods not ready (3 pods of revision 7 crash-loop)", page, StringComparison.Ordinal);
        Assert.Contains("mira asks, with claude-code 2.1.4: <q>checkout has been crashing", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_inbox_tells_which_owners_undos_paused_until_they_are_resumed()
    {
        var by = await new PageStates(host).PausedAsync($"paused-{Guid.NewGuid():N}"[..20]);
        host.Cluster.Owner = PageStates.OwnerPausedBy(by);
        var page = await TextOf(await host.Client.GetAsync("/", PageHost.Cancellation));
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Accept = { new("application/json") } } };
        var inbox = await JsonOf(await host.Client.SendAsync(asked, PageHost.Cancellation));

        Assert.Contains("<b>Application argocd/shop</b> on prod-eu-1", page, StringComparison.Ordinal);
        Assert.Contains($"by the undo of <a href=\"{PathOf(by)}\">", page, StringComparison.Ordinal);
        Assert.DoesNotContain("the cluster does not say", page, StringComparison.Ordinal);
        var told = Assert.Single(inbox["paused_owners"]!.AsArray())!;
        Assert.Equal(("Application argocd/shop", by.Id), ((string?)told["owner"], (string?)told["request_id"]));

        host.Cluster.Owner = PageStates.OwnerPausedBy(null);
        var resumed = await TextOf(await host.Client.GetAsync("/", PageHost.Cancellation));
        Assert.DoesNotContain("Paused by undos", resumed, StringComparison.Ordinal);
    }

    private async Task<UndoRequest> AskAsync(string kind) => kind switch
    {
        "plain" => await host.AskAsync(request => request with { Findings = [] }),
        "five warnings" => await host.AskAsync(request => request with { Findings = PageStates.FiveWarnings }),
        "pauses its owner" => await new PageStates(host).PausingAsync(),
        "denied before" => await new PageStates(host).AgainAsync($"again-{Guid.NewGuid():N}"[..20]),
        _ => await host.AskAsync(
            request => request with { IsProduction = true, Reason = new string('x', 500), Findings = PageStates.FiveWarnings },
            $"a-workload-with-an-exceedingly-long-name-as-generators-{Guid.NewGuid():N}"[..63]),
    };
}
