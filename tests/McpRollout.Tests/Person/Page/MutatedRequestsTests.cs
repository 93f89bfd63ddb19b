using System.Globalization;
using System.Net;
using System.Text;
using McpRollout.Approvals.Requests;
using McpRollout.Tests.Mutations;
using McpRollout.Tests.Properties;
using static McpRollout.Tests.Person.Page.Decisions;

namespace McpRollout.Tests.Person.Page;

/// <summary>Half of the hundred thousand; the other half goes to the MCP server.</summary>
public sealed class MutatedRequestsTests(PageHost host) : IClassFixture<PageHost>
{
    private const int Count = 50_000;
    private const int Connections = 8;
    private const int Batch = 20;

    [Fact]
    public Task ThePageAnswersAfterFiftyThousandOfThemAndNothingHasChanged() => TestSeed.TellAsync(AnswersAsync);

    private async Task AnswersAsync()
    {
        var request = await host.AskAsync();
        var before = await StateAsync(request);

        var statuses = (await Task.WhenAll(Enumerable.Range(0, Connections).Select(number => Task.Run(() => SendAsync(request, number)))))
            .SelectMany(each => each).ToList();

        var told = string.Join(", ",
            statuses.CountBy(status => status).OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} × {pair.Key}"));
        TestReport.Add($"MutatedRequestsTests: seed {TestSeed.Value}, {Count} requests, {statuses.Count} answers: {told}.");
        Assert.DoesNotContain(statuses, status => status >= 500 && status != 505);
        Assert.InRange(statuses.Count, Count / 2, Count * 2);
        Assert.All(new[] { 200, 400, 403, 404, 405, 415, 421, 429 }, status => Assert.Contains(status, statuses));
        Assert.Equal(before, await StateAsync(request));
        Assert.Single(await host.Approvers.ListAsync(PageHost.Cancellation));
        Assert.All(await host.AuditOfAsync(request.Id), line => Assert.Matches("\"event\":\"(undo.requested|decision.rejected)\"", line));

        using (var tooMany = await host.Client.SendAsync(Json(request, Fields(request)), PageHost.Cancellation))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, tooMany.StatusCode);
            Assert.InRange(tooMany.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
            Assert.Equal("too-many-attempts", (string?)(await JsonOf(tooMany))["code"]);
        }

        host.Time.Ahead += TimeSpan.FromMinutes(6);
        using var decided = await host.Client.SendAsync(Json(request, Fields(request)), PageHost.Cancellation);
        Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
    }

    private async Task<List<int>> SendAsync(UndoRequest request, int number)
    {
        var mutator = new Mutator(unchecked(TestSeed.Value + number));
        var statuses = new List<int>();
        for (var sent = 0; sent < Count / Connections; sent += Batch)
        {
            using var batch = new MemoryStream();
            for (var one = 0; one < Batch - 1; one++)
                batch.Write(Framed(request, mutator));

            batch.Write(Encoding.ASCII.GetBytes($"GET /healthz HTTP/1.1\r\nHost: localhost:{host.Port}\r\nConnection: close\r\n\r\n"));
            statuses.AddRange(RawHttp.Statuses(await RawHttp.ExchangeAsync(host.Port, batch.ToArray(), end: false, PageHost.Cancellation)));

            // What breaks the framing goes alone: it may have the server wait for a rest, which the end of the stream denies it.
            var broken = mutator.Mutate(Encoding.UTF8.GetString(Framed(request, mutator)));
            statuses.AddRange(RawHttp.Statuses(await RawHttp.ExchangeAsync(host.Port, broken, end: true, PageHost.Cancellation)));
        }

        return statuses;
    }

    // Well framed, so that those behind it are read too; anything else in it may be wrong.
    private byte[] Framed(UndoRequest request, Mutator mutator)
    {
        var path = mutator.Pick<string>([
            "/",
            "/healthz",
            "/style.css",
            PathOf(request),
            $"{PathOf(request)}/decision",
            "/approvals/undo-000000000000",
            "/agent/tools/k8s_rollout_undo_cancel",
            "/agent/undos/deployment/shop/web",
            "/approvals",
            "/%2e%2e/x"]);
        if (mutator.Random.Next(3) == 0)
            path = "/" + Uri.EscapeDataString(Encoding.Latin1.GetString(mutator.Mutate(path[1..])));
        var method = mutator.Random.Next(3) == 0 ? mutator
            .Pick<string>(["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "get", "BREW"]) : path
            .EndsWith("/decision", StringComparison.Ordinal) ? "POST" : "GET";
        var body = method is "GET" or "HEAD" ? [] : Body(request, mutator);
        var head = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{method} {path} HTTP/1.1\r\nHost: ")
            .Append(mutator.Random.Next(12) == 0
                ? mutator.Pick<string>(["evil.example", "localhost", "[::1]", "a:0"]) : $"localhost:{host.Port}")
            .Append("\r\n")
            .Append(Header(mutator))
            .Append(Header(mutator))
            .Append("Content-Type: ")
            .Append(mutator.Pick<string>([
                "application/json", "application/x-www-form-urlencoded", "application/json; charset=utf-7", "text/plain", ";;;",
                "application/json, text/html"]));
        if (body.Length > 0)
            head.Append(CultureInfo.InvariantCulture, $"\r\nContent-Length: {body.Length}");
        return [.. Encoding.ASCII.GetBytes(head.Append("\r\n\r\n").ToString()), .. body];
    }

    private static string Header(Mutator mutator) => mutator.Random.Next(3) > 0 ? "" : mutator.Pick<string>(
    [
        "Accept: text/html\r\n", "Accept: application/json;q=banana, */*;q=-1\r\n", "Accept: " + new string(',',
            500) + "\r\n", "Origin: null\r\n", "Origin: https://evil.example\r\n",
        "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: \r\n", "Range: bytes=0-1,3-\r\n", "If-None-Match: *\r\n", "Cookie: a=b; a=b\r\n",
        "X-HTTP-Method-Override: POST\r\n",
        "Expect: 200-ok\r\n", "Content-Encoding: gzip\r\n", "Authorization: Basic Og==\r\n", "Forwarded: host=evil.example\r\n",
        "Accept-Language: ../../x\r\n", "TE: trailers\r\n",
    ]);

    // Never the right passphrase: none of them may decide, however it was put.
    private static byte[] Body(UndoRequest request, Mutator mutator)
    {
        var fields = Fields(request);
        fields["passphrase"] = "wrong";
        fields["approver"] = mutator.Pick<string>([PageHost.Name, "nobody", "\u202e"]);
        var text = mutator.Pick<string>(
        [
            string.Join('&', fields.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value)}")),
            System.Text.Json.JsonSerializer.Serialize(fields),
            "[]", "{\"decision\":{\"a\":[]}}", "decision=approve&decision=deny", new string('%',
                3000), string.Concat(Enumerable.Repeat("a=b&", 3000)),
        ]);
        return mutator.Random.Next(4) == 0 ? Encoding.UTF8.GetBytes(text) : mutator.Mutate(text);
    }

    private async Task<string> StateAsync(UndoRequest request)
    {
        var found = (await host.Store.FindAsync(request.Id, PageHost.Cancellation))!;
        return $"{found.State} {found.ExpiresAt:O} {found.Decisions.Count} "
            + $"{(await host.Store.ListRecentAsync(50, PageHost.Cancellation)).Count}";
    }
}
