using System.Net;
using McpRollout.Approvals.Requests;
using McpRollout.Processes;
using static McpRollout.Tests.Person.Page.Decisions;

namespace McpRollout.Tests.Person.Page;

/// <summary>A browser in which a person proved themself is told apart from strangers, and that is all.</summary>
public sealed class KnownBrowserTests(PageHost host) : IClassFixture<PageHost>
{
    [Fact]
    public async Task StrangersGuessesLockNobodyOutOfABrowserInWhichTheyProvedThemself()
    {
        await host.EnrolAsync("kim");
        var cookie = await ProveAsync("kim");
        for (var guess = 0; guess < 5; guess++)
            Assert.Equal(HttpStatusCode.Unauthorized, await DecideAsync("kim", passphrase: "guess"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await DecideAsync("kim"));

        Assert.Equal(HttpStatusCode.OK, await DecideAsync("kim", cookie));
        Assert.Equal(HttpStatusCode.OK, await DecideAsync("KIM", cookie));
        Assert.Equal(HttpStatusCode.TooManyRequests, await DecideAsync("kim"));
    }

    [Fact]
    public async Task GuessesInAKnownBrowserLockItTooAndNoOther()
    {
        await host.EnrolAsync("lou");
        var (cookie, other) = (await ProveAsync("lou"), await ProveAsync("lou"));
        for (var guess = 0; guess < 5; guess++)
            Assert.Equal(HttpStatusCode.Unauthorized, await DecideAsync("lou", cookie, "guess"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await DecideAsync("lou", cookie));
        Assert.Equal(HttpStatusCode.OK, await DecideAsync("lou", other));
        Assert.Equal(HttpStatusCode.OK, await DecideAsync("lou"));
    }

    [Fact]
    public async Task WhatABrowserKeepsAuthenticatesNobody()
    {
        await host.EnrolAsync("max");
        await host.EnrolAsync("noa");
        var cookie = await ProveAsync("max");
        var request = await host.AskAsync();
        foreach (var (approver, passphrase, status) in new[]
            {
                ("max", "", HttpStatusCode.BadRequest), ("max", "guess", HttpStatusCode.Unauthorized),
                ("max", cookie, HttpStatusCode.Unauthorized), ("noa", "guess", HttpStatusCode.Unauthorized),
            })
        {
            var fields = new Dictionary<string, string>(Fields(request)) { ["approver"] = approver, ["passphrase"] = passphrase };
            using var message = Json(request, fields);
            message.Headers.Add("Cookie", cookie);
            using var response = await host.Client.SendAsync(message, PageHost.Cancellation);
            Assert.Equal(status, response.StatusCode);
            Assert.False(response.Headers.Contains("Set-Cookie"));
        }

        Assert.Equal(RequestState.Pending, (await host.Broker.FindAsync(request.Id, PageHost.Cancellation))!.State);
    }

    [Theory]
    [InlineData(null, "", "")]
    [InlineData("https://approvals.example.com", "__Host-", "; secure")]
    public async Task TheCookieIsForThisPageAlone(string? publicUrl, string prefix, string secure)
    {
        await using var page = PageHost.Instance(FreePort.Next(), configure: options => options.PublicUrl = publicUrl);
        await page.InitializeAsync();
        var request = await page.AskAsync();
        using var message = Json(request, Fields(request));
        if (publicUrl is not null)
            message.Headers.Host = new Uri(publicUrl).Authority;

        using var response = await page.Client.SendAsync(message, PageHost.Cancellation);

        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Matches($"^{prefix}known-[0-9a-f]{{16}}=[^;]+; max-age=[0-9]+; path=/{secure}; samesite=strict; httponly$", cookie);
        Assert.DoesNotContain(PageHost.Name, cookie, StringComparison.Ordinal);
        var kept = cookie.Split(';')[0].Split('=')[1];
        Assert.DoesNotContain(page.Logs.Lines, line => line.Contains(kept, StringComparison.Ordinal));
        Assert.DoesNotContain(await page.AuditOfAsync(request.Id), line => line.Contains(kept, StringComparison.Ordinal));
    }

    // Decides a request, and returns what a browser would send from then on.
    private async Task<string> ProveAsync(string approver)
    {
        var request = await host.AskAsync();
        using var message = Json(request, new(Fields(request)) { ["approver"] = approver });
        using var response = await host.Client.SendAsync(message, PageHost.Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    private async Task<HttpStatusCode> DecideAsync(string approver, string? cookie = null, string passphrase = PageHost.Passphrase)
    {
        var request = await host.AskAsync();
        using var message = Json(request, new(Fields(request)) { ["approver"] = approver, ["passphrase"] = passphrase });
        if (cookie is not null)
            message.Headers.Add("Cookie", cookie);
        using var response = await host.Client.SendAsync(message, PageHost.Cancellation);
        return response.StatusCode;
    }
}
