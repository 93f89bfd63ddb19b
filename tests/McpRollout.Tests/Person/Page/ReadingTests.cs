using System.Net;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;
using McpRollout.Processes;
using static McpRollout.Tests.Person.Page.Decisions;

namespace McpRollout.Tests.Person.Page;

/// <summary>Where only approvers may read, strangers are told nothing of requests, and a session lets read and nothing else.</summary>
public sealed class ReadingTests(ReadersPage page) : IClassFixture<ReadersPage>
{
    private PageHost Host => page.Host;

    [Theory]
    [InlineData("http://localhost:1", null, null, ReadAccess.Anyone)]
    [InlineData("http://127.0.0.1:1", null, null, ReadAccess.Anyone)]
    [InlineData("http://[::1]:1", "http://localhost:1/", null, ReadAccess.Anyone)]
    [InlineData("http://0.0.0.0:1", "https://approvals.example.com", null, ReadAccess.Approvers)]
    [InlineData("http://10.0.0.7:1", "https://localhost", null, ReadAccess.Approvers)]
    [InlineData("http://localhost:1", "https://approvals.example.com", null, ReadAccess.Approvers)]
    [InlineData("http://localhost:1", null, ReadAccess.Approvers, ReadAccess.Approvers)]
    [InlineData("http://0.0.0.0:1", "https://approvals.example.com", ReadAccess.Anyone, ReadAccess.Anyone)]
    internal void UnlessItIsSaidOnlyAPageThatNobodyElseReachesIsReadByAnyone(
        string listen, string? publicUrl, ReadAccess? read, ReadAccess expected) =>
        Assert.Equal(expected, new ApprovalOptions { Listen = listen, PublicUrl = publicUrl, Read = read }.Readers);

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/", "*/*")]
    [InlineData("/approvals/{id}", "text/html")]
    [InlineData("/approvals/{id}", "application/json")]
    [InlineData("/approvals/{id}", "*/*")]
    [InlineData("/APPROVALS/{id}/", "application/json")]
    [InlineData("/approvals/{id}?decision=approve", "text/html")]
    [InlineData("/approvals/undo-000000000000", "text/html")]
    [InlineData("/approvals/undo-000000000000", "application/json")]
    public async Task CannotReadRequestsWithoutSigningIn(string route, string accept)
    {
        var request = await Host.AskAsync();
        var path = route.Replace("{id}", request.Id, StringComparison.Ordinal);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            using var response = await page.SendAsync(method, path, accept);

            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal(accept == "text/html" ? accept : "application/problem+json", response.Content.Headers.ContentType!.MediaType);
            Assert.StartsWith("Passphrase ", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            Assert.True(response.Headers.CacheControl!.NoStore);
            AssertTellsNothingOf(request, await TextOf(response));
        }
    }

    [Theory]
    [MemberData(nameof(PageRoutesTests.EveryRouteAndMethod), MemberType = typeof(PageRoutesTests))]
    public async Task NoMethodOnAnyRouteTellsAStrangerOfARequest(string route, string method)
    {
        var request = await Host.AskAsync();
        var path = route.Replace("{id}", request.Id, StringComparison.Ordinal);
        foreach (var accept in new[] { "text/html", "application/json" })
        {
            using var response = await page.SendAsync(new HttpMethod(method), path, accept);
            AssertTellsNothingOf(request, await TextOf(response));
        }
    }

    [Fact]
    public async Task AJsonClientIsToldHowToSignIn()
    {
        var request = await Host.AskAsync();
        using var refused = await page.GetAsync(PathOf(request), accept: "application/json");
        var problem = await JsonOf(refused);
        Assert.Equal(("sign-in-required", 401), ((string?)problem["code"], (int?)problem["status"]));
        Assert.Contains("/session", (string?)problem["detail"], StringComparison.Ordinal);

        using var response = await page.GetAsync(PathOf(request), await page.SignInAsync(), "application/json");
        Assert.Equal((HttpStatusCode.OK, request.Id), (response.StatusCode, (string?)(await JsonOf(response))["request_id"]));
    }

    [Fact]
    public async Task WhatNeedsNoSecretStaysOpen()
    {
        using var health = await page.GetAsync("/healthz");
        using var style = await page.GetAsync("/style.css");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (health.StatusCode, style.StatusCode));
    }

    [Fact]
    public async Task ARefusedDecisionTellsAStrangerNothingOfTheRequest()
    {
        var request = await Host.AskAsync();
        foreach (var (change, status) in new (Action<Dictionary<string, string>>, HttpStatusCode)[]
            {
                (fields => fields["passphrase"] = "guess", HttpStatusCode.Unauthorized),
                (fields => fields["approver"] = "nobody", HttpStatusCode.Unauthorized),
                (fields => fields.Remove("passphrase"), HttpStatusCode.BadRequest),
                (fields => fields.Remove("plan"), HttpStatusCode.BadRequest),
            })
        {
            var fields = Fields(request);
            change(fields);
            using var response = await Host.Client.SendAsync(Form(request, fields), PageHost.Cancellation);
            Assert.Equal((status, "text/html"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
            AssertTellsNothingOf(request, await TextOf(response));
        }

        // Who is signed in has seen the page, and gets it back with what they typed.
        using var mine = Form(request, new(Fields(request)) { ["passphrase"] = "guess" });
        mine.Headers.Add("Cookie", await page.SignInAsync());
        using var shown = await Host.Client.SendAsync(mine, PageHost.Cancellation);
        Assert.Contains(request.MatchCode, await TextOf(shown), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/approvals/{id}", "/approvals/{id}")]
    [InlineData(null, "/")]
    [InlineData("/", "/")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example/approvals/a", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/approvals/..//evil.example", "/")]
    [InlineData("/approvals/a\n", "/")]
    [InlineData("/approvals/a\r\nSet-Cookie: a=b", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/session/end", "/")]
    public async Task WhoSignsInComesBackToWhereTheyWantedToGoAndNowhereElse(string? wish, string expected)
    {
        var request = await Host.AskAsync();
        using var response = await page.PostSessionAsync(
            PageHost.Name, PageHost.Passphrase, wish?.Replace("{id}", request.Id, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal(expected.Replace("{id}", request.Id, StringComparison.Ordinal), response.Headers.Location!.OriginalString);
        Assert.True(response.Headers.CacheControl!.NoStore);
        using var shown = await page.GetAsync(PathOf(request), ReadersPage.SessionIn(response));
        Assert.Contains(request.MatchCode, await TextOf(shown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheFormLeadsBackToThePageThatWasAskedFor()
    {
        var request = await Host.AskAsync();
        using var form = await page.GetAsync(PathOf(request));
        Assert.Contains($"name=\"return\" value=\"{PathOf(request)}\"", await TextOf(form), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASessionDecidesNothing()
    {
        var request = await Host.AskAsync();
        var session = await page.SignInAsync();
        foreach (var passphrase in new[] { "", "guess", session, session.Split('=')[1] })
        {
            using var message = Json(request, new(Fields(request)) { ["passphrase"] = passphrase });
            message.Headers.Add("Cookie", session);
            using var response = await Host.Client.SendAsync(message, PageHost.Cancellation);
            Assert.Equal(passphrase.Length == 0 ? HttpStatusCode.BadRequest : HttpStatusCode.Unauthorized, response.StatusCode);
        }

        Assert.Equal(RequestState.Pending, (await Host.Broker.FindAsync(request.Id, PageHost.Cancellation))!.State);
    }

    [Fact]
    public async Task ASessionEndsAfterTwelveHoursAndWithTheEnrolment()
    {
        await Host.EnrolAsync("ines");
        var session = await page.SignInAsync("ines");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(session));

        await Host.Approvers.RemoveAsync("ines", AuditActor.Human("root", "terminal"), PageHost.Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(session));
        Host.Time.Ahead += TimeSpan.FromSeconds(1);
        await Host.EnrolAsync("ines");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(session));

        session = await page.SignInAsync("ines");
        Host.Time.Ahead += TimeSpan.FromHours(12) - TimeSpan.FromMinutes(1);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(session));
        Host.Time.Ahead += TimeSpan.FromMinutes(2);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(session));
    }

    [Fact]
    public async Task SigningOutHasTheBrowserForgetTheSession()
    {
        using var response = await page.SendAsync(HttpMethod.Post, "/session/end", cookie: await page.SignInAsync());
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (response.StatusCode, response.Headers.Location!.OriginalString));
        Assert.Matches("^rollout-session=; max-age=0; path=/; samesite=strict; httponly$",
            Assert.Single(response.Headers.GetValues("Set-Cookie")));
    }

    [Fact]
    public async Task NeitherCookieStandsForTheOther()
    {
        var request = await Host.AskAsync();
        await Host.EnrolAsync("olaf");
        using var response = await page.PostSessionAsync("olaf", PageHost.Passphrase);
        var cookies = response.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0].Split('=', 2)).ToList();
        var known = cookies.Single(each => each[0].StartsWith("known-", StringComparison.Ordinal));
        var session = cookies.Single(each => each[0] == "rollout-session");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"{session[0]}={known[1]}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"{known[0]}={known[1]}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync($"{session[0]}=={session[1]}"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{session[0]}={session[1]}"));

        for (var guess = 0; guess < 5; guess++)
            using (await page.PostSessionAsync("olaf", "guess", cookie: $"{known[0]}={session[1]}"))
                continue;
        using var locked = await page.PostSessionAsync("olaf", PageHost.Passphrase);
        Assert.Equal(HttpStatusCode.TooManyRequests, locked.StatusCode);
        AssertTellsNothingOf(request, await TextOf(locked));
    }

    [Theory]
    [InlineData(null, "rollout-session", "")]
    [InlineData("https://approvals.example.com", "__Host-rollout-session", "; secure")]
    public async Task TheSessionsCookieIsForThisPageAloneAndReachesNoLog(string? publicUrl, string name, string secure)
    {
        await using var site = PageHost.Instance(FreePort.Next(), configure: options =>
        {
            options.PublicUrl = publicUrl;
            options.Read = ReadAccess.Approvers;
        });
        await site.InitializeAsync();
        using var message = new HttpRequestMessage(HttpMethod.Post, "/session")
        {
            Content = new FormUrlEncodedContent([new("approver", PageHost.Name), new("passphrase", PageHost.Passphrase)]),
        };
        if (publicUrl is not null)
            message.Headers.Host = new Uri(publicUrl).Authority;

        using var response = await site.Client.SendAsync(message, PageHost.Cancellation);

        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"), each => each.Contains("session", StringComparison.Ordinal));
        Assert.Matches($"^{name}=[^;]+; max-age=43200; path=/{secure}; samesite=strict; httponly$", cookie);
        Assert.DoesNotContain(site.Logs.Lines, line => line.Contains(cookie.Split(';')[0].Split('=')[1], StringComparison.Ordinal));
        Assert.DoesNotContain(site.Logs.Lines, line => line.Contains("battery", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task NoOtherSiteSignsAnybodyInOrOut(string header, string value)
    {
        using var signedIn = await page.PostSessionAsync(
            PageHost.Name, PageHost.Passphrase, change: message => message.Headers.TryAddWithoutValidation(header, value));
        using var signedOut = await page.SendAsync(
            HttpMethod.Post, "/session/end", change: message => message.Headers.TryAddWithoutValidation(header, value));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (signedIn.StatusCode, signedOut.StatusCode));
        Assert.False(signedIn.Headers.Contains("Set-Cookie"));
        Assert.False(signedOut.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task SignInsAreCountedWithDecisionsAndAnsweredAlikeForEveryName()
    {
        await Host.EnrolAsync("pia");
        var request = await Host.AskAsync();
        foreach (var name in new[] { "pia", "not-pia" })
        {
            for (var guess = 0; guess < 3; guess++)
                using (var wrong = await page.PostSessionAsync(name, "guess"))
                    Assert.Equal((HttpStatusCode.Unauthorized, null), (wrong.StatusCode, ReadersPage.SessionIn(wrong)));
            for (var guess = 0; guess < 2; guess++)
                using (var wrong = await Host.Client.SendAsync(
                    Json(request, new(Fields(request)) { ["approver"] = name, ["passphrase"] = "guess" }), PageHost.Cancellation))
                    Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
            using var locked = await page.PostSessionAsync(name, PageHost.Passphrase);
            Assert.Equal((HttpStatusCode.TooManyRequests, null), (locked.StatusCode, ReadersPage.SessionIn(locked)));
            Assert.NotNull(locked.Headers.RetryAfter);
        }

        using var known = await page.PostSessionAsync("pia", "guess");
        using var unknown = await page.PostSessionAsync("not-pia", "guess");
        Assert.Equal(Shape(await TextOf(unknown)).Replace("not-pia", "pia", StringComparison.Ordinal), Shape(await TextOf(known)));
        Assert.Contains(Host.Logs.Lines, line => line.Contains("A sign-in to the approval page was refused.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("approver=dana", "application/x-www-form-urlencoded", HttpStatusCode.BadRequest)]
    [InlineData("approver=dana&approver=dana&passphrase=a", "application/x-www-form-urlencoded", HttpStatusCode.BadRequest)]
    [InlineData("%ff=%ff&approver=%ff&passphrase=%00", "application/x-www-form-urlencoded", HttpStatusCode.Unauthorized)]
    [InlineData("approver=&passphrase=", "application/x-www-form-urlencoded", HttpStatusCode.Unauthorized)]
    [InlineData("{\"approver\":\"dana\"}", "application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("a=b", null, HttpStatusCode.UnsupportedMediaType)]
    public async Task WhatIsNoSignInIsRefusedInWords(string body, string? contentType, HttpStatusCode status)
    {
        using var response = await page.SendAsync(HttpMethod.Post, "/session", "application/json", change: message =>
        {
            message.Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body));
            if (contentType is not null)
                message.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        });
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
    }

    [Theory]
    [InlineData("rollout-session=")]
    [InlineData("rollout-session=.")]
    [InlineData("rollout-session=ZGFuYQ.1.x")]
    [InlineData("rollout-session=ZGFuYQ.99999999999999999999.x")]
    [InlineData("rollout-session=%00.%00.%00")]
    public async Task AMadeUpSessionIsNone(string cookie) => Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(cookie));

    [Fact]
    public async Task WhereAnyoneMayReadThereIsNoSignIn()
    {
        await using var open = PageHost.Instance(FreePort.Next());
        await open.InitializeAsync();
        var request = await open.AskAsync();
        using var shown = await open.Client.GetAsync(PathOf(request), PageHost.Cancellation);
        Assert.Contains(request.MatchCode, await TextOf(shown), StringComparison.Ordinal);
        using var none = await open.Client.PostAsync("/session", new FormUrlEncodedContent([]), PageHost.Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    // But for how long the lock still lasts.
    private static string Shape(string text) => string.Concat(text.Where(each => !char.IsAsciiDigit(each)));

    private async Task<HttpStatusCode> StatusAsync(string cookie)
    {
        using var response = await page.GetAsync("/", cookie);
        return response.StatusCode;
    }

    private static void AssertTellsNothingOf(UndoRequest request, string text)
    {
        foreach (var fact in new[]
            {
                request.MatchCode, request.Plan.Digest, request.Plan.Name, request.Plan.Cluster, request.Plan.Server, "mira",
                "PAYMENT_URL", "2.7.0",
            })
            Assert.DoesNotContain(fact, text, StringComparison.OrdinalIgnoreCase);
    }
}
