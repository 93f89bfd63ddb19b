using System.Net;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Requests;
using McpRollout.Tests.Cases;
using McpRollout.Web.Scripts;
using static McpRollout.Tests.Person.Page.Decisions;

namespace McpRollout.Tests.Person.Page;

public sealed class PageRoutesTests(PageHost host) : IClassFixture<PageHost>
{
    public static TheoryData<string, string> EveryRouteAndMethod => new(
        from route in new[]
        {
            "/", "/approvals/{id}", "/approvals/{id}/decision", "/healthz", "/readyz", "/style.css",
            "/agent/tools/k8s_rollout_undo_cancel", "/agent/undos/deployment/shop/{id}", "/agent/proof", "/session", "/session/end",
            "/approvals", "/approvals/{id}/approve", "/favicon.ico", "/../etc/passwd",
        }
        from method in new[] { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND" }
        select (route, method));

    [Theory]
    [Proves(Hazard.LinkPreviewChangesNothing)]
    [MemberData(nameof(EveryRouteAndMethod))]
    public async Task NoMethodOnAnyRouteChangesARequestOrOpensThePageToOthers(string route, string method)
    {
        var request = await host.AskAsync();
        using var message = new HttpRequestMessage(new HttpMethod(method),
            route.Replace("{id}", request.Id, StringComparison.Ordinal) + "?decision=approve");
        message.Headers.TryAddWithoutValidation("X-HTTP-Method-Override", "POST");
        message.Headers.TryAddWithoutValidation("X-Forwarded-Host", "evil.example");

        using var response = await host.Client.SendAsync(message, PageHost.Cancellation);

        Assert.Equal(ExpectedStatus(route, method), (int)response.StatusCode);
        Assert.Equal(RequestState.Pending, (await host.Broker.FindAsync(request.Id, PageHost.Cancellation))!.State);
        Assert.Contains("default-src 'none'", Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(
            response.Content.Headers.ContentType?.MediaType == "text/html" ? [$"script-src {Script.Source}", "connect-src 'self'"] : [],
            Header(response, "Content-Security-Policy").Split("; ")
                .Where(directive => directive.StartsWith("script", StringComparison.Ordinal)
                    || directive.StartsWith("connect", StringComparison.Ordinal)));
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("DENY", Header(response, "X-Frame-Options"));
        Assert.Equal("same-origin", Header(response, "Referrer-Policy"));
        Assert.Equal("same-origin", Header(response, "Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", Header(response, "Cross-Origin-Resource-Policy"));
        Assert.Equal(route != "/style.css"
            || (int)response.StatusCode != 200, Header(response, "Cache-Control").Contains("no-store", StringComparison.Ordinal));
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task JsonTellsEverythingThatADecisionNeeds()
    {
        var request = await host.AskAsync();

        var view = await JsonOf(await GetAsync(PathOf(request), "application/json"));

        Assert.Equal(request.Id, (string?)view["request_id"]);
        Assert.Equal("pending", (string?)view["state"]);
        Assert.Equal(request.Plan.Digest, (string?)view["plan"]);
        Assert.Equal(request.MatchCode, (string?)view["match_code"]);
        Assert.Equal("mira", (string?)view["requester"]!["user"]);
        Assert.Equal("deployment", (string?)view["resource"]!["resource_type"]);
        Assert.Equal("prod-eu-1", (string?)view["resource"]!["cluster"]);
        Assert.Equal(7, (int?)view["from_revision"]);
        Assert.Equal(4, (int?)view["to_revision"]);
        Assert.Equal($"{host.Origin}/approvals/{request.Id}", (string?)view["approval_url"]);
        Assert.Equal(1, (int?)view["approvals"]!["required"]);
        Assert.NotEmpty(view["steps"]!.AsArray());
        Assert.NotEmpty(view["changes"]!.AsArray());
        Assert.Equal("informs", (string?)view["findings"]![0]!["severity"]);
    }

    [Theory]
    [InlineData(null, "text/html")]
    [InlineData("*/*", "text/html")]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", "text/html")]
    [InlineData("application/json", "application/json")]
    [InlineData("application/json, text/html;q=0.5", "application/json")]
    [InlineData("text/html, application/json;q=0.9", "text/html")]
    [InlineData("application/json;q=0", "text/html")]
    [InlineData("not a media type", "text/html")]
    public async Task ARequestIsShownAsWhatIsAskedFor(string? accept, string contentType)
    {
        using var response = await GetAsync(PathOf(await host.AskAsync()), accept);

        Assert.Equal(contentType, response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/approvals/{id}")]
    public async Task HeadSaysWhatGetSaysWithoutTheBody(string route)
    {
        var path = route.Replace("{id}", (await host.AskAsync()).Id, StringComparison.Ordinal);
        using var head = await host.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), PageHost.Cancellation);
        using var get = await host.Client.GetAsync(path, PageHost.Cancellation);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (get.StatusCode, head.StatusCode));
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await TextOf(head));
    }

    [Fact]
    public async Task HealthzNamesTheStore() => Assert.Equal(
        new JsonObject { ["status"] = "ok", ["store"] = await host.Store.IdentifyAsync(PageHost.Cancellation) }.ToJsonString(),
        (await JsonOf(await host.Client.GetAsync("/healthz", PageHost.Cancellation))).ToJsonString());

    [Fact]
    public async Task TheInboxShowsOpenAndRecentRequestsWithTheirMatchCodes()
    {
        var open = await host.AskAsync();
        var denied = await host.AskAsync();
        await host.Client.SendAsync(Json(denied, Fields(denied, "deny")), PageHost.Cancellation);

        var page = await TextOf(await GetAsync("/", "text/html"));

        Assert.Contains(open.MatchCode, page, StringComparison.Ordinal);
        Assert.Contains(denied.MatchCode, page, StringComparison.Ordinal);
        Assert.Contains("Waiting", page, StringComparison.Ordinal);
        Assert.Contains("Denied", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf(open.Id, StringComparison.Ordinal) < page.IndexOf(denied.Id, StringComparison.Ordinal),
            "Open ones come first.");
    }

    [Fact]
    public async Task AnUnknownRequestIsNotFoundInWords()
    {
        using var json = await GetAsync("/approvals/undo-000000000000", "application/json");
        using var html = await GetAsync("/approvals/undo-000000000000", "text/html");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (json.StatusCode, html.StatusCode));
        Assert.Equal("application/problem+json", json.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no-such-request", (string?)(await JsonOf(json))["code"]);
        Assert.Contains("There is no request undo-000000000000.", await TextOf(html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheStylesheetIsKeptUntilItChanges()
    {
        using var first = await host.Client.GetAsync("/style.css", PageHost.Cancellation);
        using var message = new HttpRequestMessage(HttpMethod.Get, "/style.css") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var second = await host.Client.SendAsync(message, PageHost.Cancellation);

        Assert.Equal("text/css", first.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task ThePageFollowsOnlyWhatIsDecidedAndNotFinished()
    {
        var request = await host.AskAsync();
        Assert.DoesNotContain("http-equiv=\"refresh\"", await PageOf(request), StringComparison.Ordinal);

        await host.Client.SendAsync(Json(request, Fields(request)), PageHost.Cancellation);
        Assert.Contains($"content=\"2;url=/approvals/{request.Id}\"", await PageOf(request), StringComparison.Ordinal);

        await host.Broker.CancelAsync(request.Id, request.Requester, "not needed", PageHost.Cancellation);
        Assert.DoesNotContain("http-equiv=\"refresh\"", await PageOf(request), StringComparison.Ordinal);
    }

    private static int ExpectedStatus(string route, string method) => (route, method) switch
    {
        ("/approvals/{id}/decision", "POST") => 415,
        ("/approvals/{id}/decision", _) => 405,
        ("/" or "/approvals/{id}" or "/healthz" or "/readyz" or "/style.css", "GET" or "HEAD") => 200,
        ("/" or "/approvals/{id}" or "/healthz" or "/readyz" or "/style.css", _) => 405,
        ("/agent/tools/k8s_rollout_undo_cancel", "POST") or ("/agent/undos/deployment/shop/{id}" or "/agent/proof", "GET") => 401,
        ("/agent/tools/k8s_rollout_undo_cancel" or "/agent/undos/deployment/shop/{id}" or "/agent/proof", _) => 405,
        _ => 404,
    };

    private static string Header(HttpResponseMessage response, string name) => string.Join(' ', response.Headers.GetValues(name));

    private async Task<string> PageOf(UndoRequest request) => await TextOf(await GetAsync(PathOf(request), "text/html"));

    private Task<HttpResponseMessage> GetAsync(string path, string? accept)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
            message.Headers.TryAddWithoutValidation("Accept", accept);
        return host.Client.SendAsync(message, PageHost.Cancellation);
    }
}
