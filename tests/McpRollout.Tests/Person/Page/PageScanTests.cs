using System.Globalization;
using System.Text;
using McpRollout.Approvals.Requests;
using McpRollout.Tests.Cases;
using McpRollout.Tests.Mutations;

namespace McpRollout.Tests.Person.Page;

/// <summary>Walks the approval surface as a scanner does: every route, every method, odd headers, over bare sockets.</summary>
public sealed class PageScanTests(PageHost host) : IClassFixture<PageHost>
{
    // Would decide, were it taken for the page's own.
    private const string Right = "decision=approve&plan={plan}&approver=dana&passphrase={passphrase}";

    private static readonly string[] Methods =
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "TRACK", "DEBUG", "get", "APPROVE"];

    private static readonly string[] Paths =
    [
        "/", "/approvals/{id}", "/approvals/{id}/", "/approvals/{id}/decision", "/approvals/undo-000000000000",
        "/approvals/undo-000000000000/decision",
        "/agent/tools/k8s_rollout_undo_cancel", "/agent/tools/%00", "/agent/undos/deployment/shop/{id}", "/agent/undos/x9probe/%2e%2e/%2f",
        "/healthz", "/style.css", "/style.css?v=0", "/approvals", "/approvals//decision", "/favicon.ico", "/robots.txt", "/.git/config",
        "/APPROVALS/{id}",
        "/approvals/{id}%2fdecision", "/approvals%2f{id}", "/approvals/%3Cx9probe%3E%22%27", "/approvals/%00", "/approvals/%E2%80%AEx",
        "/approvals/%zz", "/approvals/%ff%fe",
        "/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/approvals/..%2f..%2fhealthz", "/approvals/../../../x", "//evil.example/",
        "/\\evil.example", "/;/",
        "/approvals/{id}?decision=approve&passphrase={passphrase}", "/?x=%3Cx9probe%3E%22%27", "*", "http://evil.example/",
        "http://localhost:{port}/approvals/{id}",
    ];

    // Strange, but no reason to refuse.
    private static readonly string[] Odd =
    [
        "Accept: */*;q=0", "Accept: text/html;q=2, ,;;", "Accept: \u00e9", "Accept-Encoding: gzip, br", "Range: bytes=0-0",
        "Range: bytes=99999-", "If-None-Match: *", "If-Modified-Since: never",
        "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "Forwarded: for=1;host=evil.example", "X-Original-URL: "
            + "/approvals/{id}/decision", "X-Rewrite-URL: /healthz",
        "X-HTTP-Method-Override: POST", "X-HTTP-Method: DELETE", "Cookie: session=<x9probe>\"'", "Referer: "
            + "https://evil.example/<x9probe>\"'", "User-Agent: <x9probe>\"'", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings",
        "Sec-Fetch-Site: same-origin", "Origin: http://localhost:{port}", "Authorization: Basic YTpi", "Content-Encoding: gzip",
        "Expect: 100-continue", "TE: trailers", "Via: 1.0 x", "Max-Forwards: 0",
    ];

    // A decision with one of these is not the page's own.
    private static readonly string[] Hostile =
    [
        "Origin: null", "Origin: https://evil.example", "Origin: http://localhost:{port}\r\nOrigin: https://evil.example",
        "Origin: ", "Origin: http://LOCALHOST:{port}/", "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site", "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site", "Sec-Fetch-Site: <x9probe>",
        "Host: evil.example", "Transfer-Encoding: gzip", "Content-Length: 3",
        "Content-Type: text/plain", "X-Bad: a\0b", "X-Bad : a", " X-Folded: a", "No colon at all",
    ];

    private static readonly string[] Hosts = ["evil.example", "evil.example:{port}", "", "localhost", "localhost:{port}, evil.example",
        "localhost:{port}@evil.example", "LOCALHOST:{port}", "127.0.0.1:{port}", "[::1]:{port}", "<x9probe>"];

    [Fact]
    [Proves(Hazard.LinkPreviewChangesNothing)]
    public async Task EveryRouteTakesEveryMethodWithoutHarm() => await ScanAsync(
        from path in Paths
        from method in Methods
        select (Request(method, path, "", method is "GET" or "HEAD" ? null : Right), $"{method} {path}"));

    [Fact]
    public async Task OddHeadersDoNoHarm() => await ScanAsync(
        from header in Odd
        from path in new[] { "/", "/approvals/{id}", "/approvals/{id}/decision", "/healthz", "/style.css", "/nothing" }
        from method in new[] { "GET", "HEAD", "PUT" }
        select (Request(method, path, header, method == "PUT" ? Right : null), $"{method} {path} with {header}"));

    [Fact]
    public async Task ADecisionThatIsNotThePagesOwnIsRefusedHoweverItIsSaid() => await ScanAsync(
        (from header in Hostile select (Request("POST", "/approvals/{id}/decision", header, Right), header))
        .Concat(
            from name in Hosts
            where !name.StartsWith("LOCALHOST", StringComparison.Ordinal)
            select (Request("POST", "/approvals/{id}/decision", "", Right, name), $"Host: {name}"))
        .Append((
            Request("POST", "/approvals/{id}/decision", "", Right).Replace("Host: localhost:{port}\r\n", "", StringComparison.Ordinal),
            "no Host"))
        .Append((
            Request("POST", "/approvals/{id}/decision", "", Right).Replace(" HTTP/1.1", " HTTP/9.9", StringComparison.Ordinal),
            "HTTP/9.9"))
        .Append((Request("POST", "/approvals/{id}/decision", "", Right).Replace(" HTTP/1.1", "", StringComparison.Ordinal), "HTTP/0.9")),
        isRefused: true);

    [Fact]
    public async Task WhatIsTooLargeIsRefusedBeforeItIsRead() => await ScanAsync(
    [
        (Request("POST", "/approvals/{id}/decision", "", Right + "&comment=" + new string('x', 17_000)), "a large body"),
        (
            Request(
                "POST",
                "/approvals/{id}/decision",
                "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked",
                null)
                + $"4400\r\n{new string('x', 0x4400)}\r\n0\r\n\r\n",
            "a large body in chunks"),
        (Request("POST", "/approvals/{id}/decision", "Transfer-Encoding: chunked\r\nContent-Length: 5", null) + "0\r\n\r\n", "two lengths"),
        (Request("POST", "/approvals/{id}/decision", "Content-Length: 99999999999999999999", null), "a length beyond numbers"),
        (Request("POST", "/approvals/{id}/decision", "Content-Length: -1", null), "a length below zero"),
        (Request("GET", "/approvals/" + new string('a', 5_000), "", null), "a long path"),
        (Request("GET", "/approvals/" + new string('a', 3_000), "", null), "a rather long path"),
        (Request("GET", "/", "X: " + new string('a', 20_000), null), "a large header"),
        (Request("GET", "/", string.Concat(Enumerable.Range(0, 80).Select(n => $"X-{n}: 1\r\n")).TrimEnd(), null), "many headers"),
    ],
    isRefused: true);

    [Fact]
    public async Task ADecisionInChunksWithTrailersIsOne()
    {
        var request = await host.AskAsync();
        var body = Filled(Right, request);
        var sent = Filled(Request("POST", "/approvals/{id}/decision", "Content-Type: "
            + "application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\nTrailer: Origin", null), request)
            + string.Create(CultureInfo.InvariantCulture,
                $"{body.Length:x};x=\"y\"\r\n{body}\r\n0\r\nOrigin: https://evil.example\r\n\r\n");

        Assert.Equal(303, (await SendAsync(sent))!.Status);
    }

    private async Task ScanAsync(IEnumerable<(string Sent, string Name)> requests, bool isRefused = false)
    {
        var request = await host.AskAsync();
        foreach (var (sent, name) in requests)
        {
            var answer = await SendAsync(Filled(sent, request));
            try
            {
                Hold(answer, sent);
                Assert.True(!isRefused || answer is null or { Status: >= 400 }, $"{answer?.Status}");
                if ((await host.Store.FindAsync(request.Id, PageHost.Cancellation))!.State == RequestState.Pending)
                    continue;
                Assert.True(IsADecision(sent), "It was decided.");
                request = await host.AskAsync();
            }
            catch (Exception broken) when (broken is Xunit.Sdk.IAssertionException)
            {
                throw new InvalidOperationException($"{name}: {broken.Message}\n{answer}", broken);
            }
        }

        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains("battery", StringComparison.Ordinal)
            || line.Contains("x9probe", StringComparison.Ordinal));
        Assert.DoesNotContain(await host.AuditOfAsync(request.Id), line => line.Contains("battery", StringComparison.Ordinal));
    }

    // The one request that may decide: the page's own, as a POST to the very route.
    private static bool IsADecision(string sent) =>
        sent.StartsWith("POST /approvals/{id}/decision ", StringComparison.Ordinal);

    private static void Hold(RawAnswer? answer, string sent)
    {
        // A connection that is closed without a word says nothing wrong.
        if (answer is null)
            return;
        Assert.True(answer.Status is < 500 or 505, $"status {answer.Status}");
        foreach (var name in new[] { "Server", "X-Powered-By", "Set-Cookie", "Access-Control-Allow-Origin", "Location" })
            Assert.True(answer.Header(name) is null || (name is "Location" or "Set-Cookie" && answer.Status == 303), name);
        Assert.DoesNotContain("x9probe>\"", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<x9probe", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("battery", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", answer.Body, StringComparison.Ordinal);
        if (answer.Header("Content-Security-Policy") is not { } policy)
        {
            // What Kestrel itself refuses has no page to guard.
            Assert.True(answer.Status is 400 or 405 or 408 or 411 or 413 or 414 or 417 or 431 or 505,
                $"status {answer.Status} without the page's headers");
            Assert.Equal(("0", ""), (answer.Header("Content-Length"), answer.Body));
            return;
        }

        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(
            ("nosniff", "DENY", "same-origin", "same-origin", "same-origin"),
            (answer.Header("X-Content-Type-Options"), answer.Header("X-Frame-Options"), answer.Header("Referrer-Policy"),
                answer.Header("Cross-Origin-Opener-Policy"), answer.Header("Cross-Origin-Resource-Policy")));
        Assert.Equal(answer.Status is 200 or 304 && sent.Contains("/style.css", StringComparison.Ordinal)
            ? "private, max-age=86400" : "no-store", answer.Header("Cache-Control"));
        Assert.Equal(answer.Status == 405, answer.Header("Allow") is not null);
        Assert.Equal(answer.Status == 401, answer.Header("WWW-Authenticate") is not null);
    }

    private static string Request(string method, string path, string header, string? body, string name = "localhost:{port}") =>
        new StringBuilder()
        .Append(CultureInfo.InvariantCulture, $"{method} {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n")
        .Append(header.Length > 0 ? header + "\r\n" : "")
        .Append(body is null ? "" : "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n")
        .Append(CultureInfo.InvariantCulture, $"\r\n{body}")
        .ToString();

    private string Filled(string text, UndoRequest request)
    {
        var filled = text
            .Replace("{id}", request.Id, StringComparison.Ordinal)
            .Replace("{port}", host.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{plan}", request.Plan.Digest, StringComparison.Ordinal)
            .Replace("{passphrase}", Uri.EscapeDataString(PageHost.Passphrase), StringComparison.Ordinal);
        var body = filled.Length - filled.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4;
        return filled.Replace("{length}", body.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    private async Task<RawAnswer?> SendAsync(string sent) =>
        RawHttp.Parse(await RawHttp.ExchangeAsync(host.Port, Encoding.UTF8.GetBytes(sent), end: false, PageHost.Cancellation));
}
