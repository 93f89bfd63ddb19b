using System.Net;
using System.Security.Cryptography;
using System.Text;
using McpRollout.Approvals.Requests;
using McpRollout.Processes;
using McpRollout.Rollouts.Findings;
using McpRollout.Tests.Cases;
using McpRollout.Web.Limits;
using McpRollout.Web.Scripts;
using static McpRollout.Tests.Person.Page.Decisions;

namespace McpRollout.Tests.Person.Page;

public sealed class PageGuardsTests(PageHost host) : IClassFixture<PageHost>
{
    [Theory]
    [Proves(Hazard.CrossSiteDecisionIsRefused)]
    [InlineData("evil.example")]
    [InlineData("localhost")]
    [InlineData("localhost:1")]
    [InlineData("127.0.0.1:{port}")]
    [InlineData("localhost.evil.example:{port}")]
    [InlineData("evil.example:{port}")]
    public async Task AForeignHostIsRefusedOnEveryRoute(string foreign)
    {
        var request = await host.AskAsync();
        foreach (var path in new[] { "/", PathOf(request), "/healthz", "/style.css", "/agent/undos/deployment/shop/web", "/nothing" })
        {
            using var message = new HttpRequestMessage(HttpMethod.Get,
                path)
            { Headers = { Host = foreign.Replace("{port}", $"{host.Port}", StringComparison.Ordinal) } };
            using var response = await host.Client.SendAsync(message, PageHost.Cancellation);
            Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
            Assert.DoesNotContain("evil", await TextOf(response), StringComparison.Ordinal);
        }

        using var decision = Json(request, Fields(request));
        decision.Headers.Host = "evil.example";
        using var refused = await host.Client.SendAsync(decision, PageHost.Cancellation);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, refused.StatusCode);
        Assert.Equal(RequestState.Pending, (await host.Broker.FindAsync(request.Id, PageHost.Cancellation))!.State);
    }

    [Theory]
    [Proves(Hazard.CrossSiteDecisionIsRefused)]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://localhost")]
    [InlineData("Origin", "https://localhost:{port}")]
    [InlineData("Origin", "http://localhost:{port}.evil.example")]
    [InlineData("Origin", "http://localhost:{port}, https://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task ADecisionFromAnotherSiteIsRefused(string header, string value)
    {
        var request = await host.AskAsync();
        using var message = Form(request, Fields(request));
        message.Headers.TryAddWithoutValidation(header, value.Replace("{port}", $"{host.Port}", StringComparison.Ordinal));

        using var response = await host.Client.SendAsync(message, PageHost.Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(RequestState.Pending, (await host.Broker.FindAsync(request.Id, PageHost.Cancellation))!.State);
    }

    [Fact]
    public async Task ADecisionFromThePageItselfIsTaken()
    {
        var request = await host.AskAsync();
        using var message = Form(request, Fields(request));
        message.Headers.TryAddWithoutValidation("Origin", host.Origin);
        message.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");

        using var response = await host.Client.SendAsync(message, PageHost.Cancellation);

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
    }

    [Fact]
    public async Task BehindAProxyThePublicNameIsThePageToo()
    {
        await using var proxied = PageHost.Instance(FreePort.Next(),
            configure: options => options.PublicUrl = "https://approvals.example.com");
        await proxied.InitializeAsync();
        var request = await proxied.AskAsync();
        async Task<HttpStatusCode> PostAsync(string origin)
        {
            using var message = Form(request, Fields(request));
            message.Headers.Host = "approvals.example.com";
            message.Headers.TryAddWithoutValidation("Origin", origin);
            using var response = await proxied.Client.SendAsync(message, PageHost.Cancellation);
            return response.StatusCode;
        }

        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync("http://approvals.example.com"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(proxied.Origin));
        Assert.Equal(HttpStatusCode.SeeOther, await PostAsync("https://approvals.example.com"));
    }

    [Fact]
    [Proves(Hazard.HostileTextAndFloodsAreHarmless)]
    public async Task StrangersTextIsShownInert()
    {
        var request = await host.AskAsync(found => found with
        {
            Reason = "</blockquote><script>alert(1)</script> \u202Eesrever\u202C \u0007 <form action=//evil>",
            Requester = new Requester("\"><img src=x onerror=alert(2)>", "client\u2066\u200F<b>"),
            Changes = ["image </ul><h1>Approved</h1>"],
            Steps = ["<a href=javascript:alert(3)>go</a>"],
            Findings = [new Finding(FindingSeverity.Warns, "x\"onclick=alert(4)", "<style>*{display:none}</style>")],
        });

        var page = await TextOf(await host.Client.GetAsync(PathOf(request), PageHost.Cancellation));

        Assert.EndsWith($"{Script.Element}\n</body>\n</html>\n", page, StringComparison.Ordinal);
        page = page.Replace(Script.Element.ToString(), "", StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<style", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<form action=//", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<a href=javascript", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<h1>Approved", page, StringComparison.Ordinal);
        Assert.DoesNotContain(page, character => character is '\u202E' or '\u202C' or '\u2066' or '\u200F' or '\u0007');
        Assert.Contains("\\u202Eesrever\\u202C \\u0007", page, StringComparison.Ordinal);
        Assert.Contains("The agent’s words, not verified", page, StringComparison.Ordinal);
    }

    [Fact]
    [Proves(Hazard.HostileTextAndFloodsAreHarmless)]
    public async Task ThePagesJsonIsVisibleTextToo()
    {
        var request = await host.AskAsync(found => found with { Reason = "\u202Eesrever\u2066 \u3164\u2800" });
        using var message = new HttpRequestMessage(HttpMethod.Get, PathOf(request)) { Headers = { Accept = { new("application/json") } } };

        using var response = await host.Client.SendAsync(message, PageHost.Cancellation);

        Assert.Equal("\\u202Eesrever\\u2066 \\u3164\\u2800", (string?)(await JsonOf(response))["reason"]);
        Assert.Equal(request.Plan.Digest, (string?)(await JsonOf(response))["plan"]);
    }

    [Fact]
    public async Task NothingThatDecidesIsEverLogged()
    {
        var request = await host.AskAsync();
        await host.Client.SendAsync(Form(request, Fields(request)), PageHost.Cancellation);

        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains(PageHost.Passphrase, StringComparison.Ordinal)
            || line.Contains("battery", StringComparison.Ordinal));
        Assert.DoesNotContain(await host.AuditOfAsync(request.Id), line => line.Contains("battery", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NoMoreThanSoManyCallsOfATokenAreAnsweredInAMinute()
    {
        const string Token = "0123456789abcdef0123456789abcdef";
        await using var guarded = PageHost.Instance(FreePort.Next(), configure: options => options.Agents.Add(
            new() { Name = "mira", TokenSha256 = Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(Token))) }));
        await guarded.InitializeAsync();
        async Task<HttpStatusCode> CallAsync()
        {
            using var call = new HttpRequestMessage(HttpMethod.Post,
                "/agent/tools/none")
            { Headers = { Authorization = new("Bearer", Token) } };
            using var answer = await guarded.Client.SendAsync(call, PageHost.Cancellation);
            return answer.StatusCode;
        }

        for (var call = 0; call < MinuteLimit.PerMinute; call++)
            Assert.Equal(HttpStatusCode.NotFound, await CallAsync());
        Assert.Equal(HttpStatusCode.TooManyRequests, await CallAsync());
        guarded.Time.Ahead += TimeSpan.FromMinutes(1);
        Assert.Equal(HttpStatusCode.NotFound, await CallAsync());
    }
}
