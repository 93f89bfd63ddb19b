using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using McpRollout.Tests.Audit;
using McpRollout.Tests.Cluster;
using McpRollout.Tests.Person.Page;
using Microsoft.AspNetCore.Hosting;

namespace McpRollout.Tests.EndToEnd;

/// <summary>The program as a user has it, among those who hold its sockets, guess, take its port, and lay hands on its files.</summary>
public sealed class HostileSurroundingsRules : IDisposable
{
    private const string Tool = "k8s_rollout_undo_status";

    // Each request on a connection of its own, as strangers come.
    private readonly HttpClient _http = new(
        new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, PooledConnectionLifetime = default });

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Hundreds_of_connections_that_only_wait_keep_nobody_from_the_page()
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        await ServerProcess.PageIsUpAsync(folder);
        var begun = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: localhost:{folder.Port}\r\nX-Slow: ");
        var held = new List<TcpClient>();
        try
        {
            for (var at = 0; at < 500; at++)
            {
                var client = new TcpClient(AddressFamily.InterNetwork);
                held.Add(client);
                await client.ConnectAsync(IPAddress.Loopback, folder.Port, Cancelled);
                await client.GetStream().WriteAsync(begun, Cancelled);
            }

            Assert.Equal("", await AnswerToAsync(held[0]));
            for (var get = 0; get < 40; get++)
            {
                using var answer = await _http.GetAsync(folder.Page, Cancelled);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        }
        finally
        {
            held.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task Five_guesses_of_a_stranger_lock_nobody_out_of_a_browser_that_is_known()
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        using var denied = await DecideAsync(server, folder, await AskAsync(server, cluster), "deny");
        Assert.Equal(HttpStatusCode.OK, denied.StatusCode);
        var cookie = denied.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

        var id = await AskAsync(server, cluster);
        for (var guess = 0; guess < 5; guess++)
        {
            using var wrong = await DecideAsync(server, folder, id, "approve", passphrase: "guess");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var stranger = await DecideAsync(server, folder, id, "approve");
        Assert.Equal(HttpStatusCode.TooManyRequests, stranger.StatusCode);
        using var known = await DecideAsync(server, folder, id, "approve", cookie);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        Assert.Equal("applied", (await server.EndOfAsync(id)).Text("state"));
    }

    [Fact]
    public async Task Where_only_approvers_may_read_a_stranger_reads_nothing_and_who_signed_in_does()
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster, "--Approvals:Read=approvers");
        await ServerProcess.PageIsUpAsync(folder);
        using (var stranger = await _http.GetAsync(folder.Page, Cancelled))
            Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);

        var fields = new Dictionary<string, string> { ["approver"] = StateFolder.Approver, ["passphrase"] = StateFolder.Passphrase };
        using var signedIn = await _http.PostAsync(new Uri(folder.Page, "session"), new FormUrlEncodedContent(fields), Cancelled);
        using var ask = new HttpRequestMessage(HttpMethod.Get, folder.Page);
        ask.Headers.Add("Cookie", ReadersPage.SessionIn(signedIn));
        using var read = await _http.SendAsync(ask, Cancelled);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_checkpoint_goes_to_an_anchor(bool isFile)
    {
        await using var receiver = await WebhookReceiver.StartAsync(isSigned: false);
        var elsewhere = Directory.CreateTempSubdirectory("mcp-rollout-anchor-").FullName;
        var anchor = isFile ? Path.Combine(elsewhere, "anchor.jsonl") : receiver.Url.AbsoluteUri;
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        using var folder = await StateFolder.CreateAsync();
        await using (await ServerProcess.StartAsync(folder, cluster, $"--Audit:Anchor={anchor}"))
        {
            await UntilAsync(() => Anchored().Count == 1);
            var added = await BuiltProgram.RunAsync(["approvers", "add", "bob", "--passphrase-stdin", .. folder.Settings],
                StateFolder.Passphrase);
            Assert.Equal((0, ""), (added.ExitCode, added.Errors));
            await UntilAsync(() => Anchored().Count == 2);
        }

        Assert.Equal(await File.ReadAllLinesAsync(Path.Combine(folder.Path, "audit.checkpoints.jsonl"), Cancelled), Anchored());
        Directory.Delete(elsewhere, recursive: true);

        // What is being written has no end yet.
        IReadOnlyList<string> Anchored() => !isFile ? receiver.Taken
            : File.Exists(anchor) && File.ReadAllText(anchor) is var text ? [.. text.Split('\n')[..^1]]
            : [];
    }

    [Fact]
    public async Task A_store_that_is_exchanged_under_the_server_takes_no_decision_and_nothing_is_sent()
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        var id = await AskAsync(server, cluster);
        var plan = (await server.ReadAsync(id)).Text("plan")!;
        var store = Path.Combine(folder.Path, "state.db");
        var exchanged = ExchangedFile.Of(store);

        using (var decided = await PostAsync(folder, id, plan, "approve"))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, decided.StatusCode);
        Assert.Contains("is not the one that this process began with", await server.RefusalAsync(Tool, new { request_id = id }),
            StringComparison.Ordinal);
        Assert.Equal(exchanged.Content, await File.ReadAllBytesAsync(store, Cancelled));
        Assert.Equal(0, cluster.WritesBy("mcp-rollout"));

        exchanged.PutBack();
        using (var decided = await PostAsync(folder, id, plan, "approve"))
            Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
        Assert.Equal("applied", (await server.EndOfAsync(id)).Text("state"));
    }

    [Fact]
    public async Task An_audit_file_that_is_exchanged_under_the_server_is_not_written_and_nothing_is_sent()
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        var id = await AskAsync(server, cluster);
        var exchanged = ExchangedFile.Of(folder.AuditFile);

        using (await DecideAsync(server, folder, id, "approve"))
        {
        }

        var waiting = await server.CallAsync(Tool, new { request_id = id, wait_seconds = 2 });
        Assert.Contains(waiting.Text("state"), (string[])["pending", "approved"]);
        Assert.Equal(exchanged.Content, await File.ReadAllBytesAsync(folder.AuditFile, Cancelled));
        Assert.Equal(0, cluster.WritesBy("mcp-rollout"));

        exchanged.PutBack();
        if (waiting.Text("state") == "pending")
            (await DecideAsync(server, folder, id, "approve")).Dispose();
        Assert.Equal("applied", (await server.EndOfAsync(id)).Text("state"));
        Assert.Equal(1, cluster.WritesBy("mcp-rollout"));
    }

    [Fact]
    public async Task A_torn_audit_file_is_mended_at_the_start_on_record()
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        using var folder = await StateFolder.CreateAsync();
        await using (var file = new FileStream(folder.AuditFile, FileMode.Open))
        {
            // As after a power cut: a part of the last line, and zeros.
            file.SetLength(file.Length - 40);
            file.Position = file.Length;
            await file.WriteAsync(new byte[40], Cancelled);
        }

        await using var server = await ServerProcess.StartAsync(folder, cluster);
        await UntilAsync(() => File.ReadAllText(folder.AuditFile).Contains("\"event\":\"audit.repaired\"", StringComparison.Ordinal));

        var verified = await BuiltProgram.RunAsync(["audit", "verify", .. folder.Settings]);
        Assert.Equal((0, ""), (verified.ExitCode, verified.Errors));
        Assert.Contains("2 records, every one holds", verified.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_took_the_approving_sides_port_does_not_get_the_agents_token()
    {
        await using var impostor = await ScriptedServer.StartAsync(ScriptedServer.Json(200, """{"proof":"AAAA"}"""));
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        using var folder = await StateFolder.CreateAsync();
        var token = await TokenAsync(folder);
        await using var agent = await AgentsSideAsync(folder, cluster, impostor.Url);

        var refusal = await agent.RefusalAsync(Tool, new { request_id = "undo-000000000000" });

        Assert.Contains("another program may have taken that port", refusal, StringComparison.Ordinal);

        Assert.NotEmpty(impostor.Requests);
        Assert.All(impostor.Requests,
            seen => Assert.DoesNotContain(token, string.Concat(seen.Headers.Values) + seen.Body, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_agents_token_goes_to_the_pinned_key_and_to_no_other(bool isPinned)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.ServerCertificate();
        using var other = authority.ServerCertificate();
        await using var server = await ScriptedServer.StartAsync(
            listen => listen.UseHttps(certificate), ScriptedServer.Json(200, """{"text":"fine"}"""));
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        using var folder = await StateFolder.CreateAsync();
        var token = await TokenAsync(folder);
        await using var agent = await AgentsSideAsync(
            folder, cluster, $"https://localhost:{server.Port}", $"--Approvals:ServerKey={Pin(isPinned ? certificate : other)}");

        var refusal = await agent.RefusalAsync(Tool, new { request_id = "undo-000000000000" });

        Assert.Equal(!isPinned, refusal.Contains("did not answer", StringComparison.Ordinal));
        Assert.Equal(isPinned ? [$"Bearer {token}"] : [], server.Requests.Select(seen => seen.Headers["Authorization"]));
    }

    // Whoever waits for longest makes room for the next, without a word.
    private static async Task<string> AnswerToAsync(TcpClient client)
    {
        try
        {
            return await new StreamReader(client.GetStream(), Encoding.ASCII).ReadToEndAsync(Cancelled);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task<string> AskAsync(ServerProcess server, ClusterUnderTest cluster)
    {
        var asked = await server.CallAsync("k8s_rollout_undo", new
        {
            resource_type = "deployment",
            @namespace = cluster.Namespace,
            name = "web",
            to_revision = 1,
            current_revision = 2,
            reason = "the new version fails",
        });
        return asked.Text("request_id")!;
    }

    private async Task<HttpResponseMessage> DecideAsync(ServerProcess server, StateFolder folder, string id, string decision,
        string? cookie = null, string passphrase = StateFolder.Passphrase) =>
        await PostAsync(folder, id, (await server.ReadAsync(id)).Text("plan")!, decision, cookie, passphrase);

    private async Task<HttpResponseMessage> PostAsync(StateFolder folder, string id, string plan, string decision, string? cookie = null,
        string passphrase = StateFolder.Passphrase)
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, new Uri(folder.Page, $"approvals/{id}/decision"))
        {
            Content = JsonContent.Create(new { decision, plan, approver = StateFolder.Approver, passphrase, comment = "seen" }),
        };
        if (cookie is not null)
            post.Headers.Add("Cookie", cookie);
        return await _http.SendAsync(post, Cancelled);
    }

    private static async Task<string> TokenAsync(StateFolder folder)
    {
        var file = Path.Combine(folder.Path, "agent.token");
        Assert.Equal(0, (await BuiltProgram.RunAsync(["approvals", "agent-token", file])).ExitCode);
        return (await File.ReadAllTextAsync(file, Cancelled)).Trim();
    }

    private static Task<ServerProcess> AgentsSideAsync(StateFolder folder, ClusterUnderTest cluster, string server, params string[] more) =>
        ServerProcess.StartAsync(
            folder, cluster,
            [
                "--Approvals:Host=false", $"--Approvals:Server={server}",
                $"--Approvals:TokenFile={Path.Combine(folder.Path, "agent.token")}", .. more,
            ]);

    private static string Pin(X509Certificate2 certificate) =>
        Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!isSo())
            await Task.Delay(10, limit.Token);
    }
}
