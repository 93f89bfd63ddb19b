using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Broker;
using McpRollout.Forwarding;
using McpRollout.Mcp.Tools;
using McpRollout.Processes;
using McpRollout.Rollouts.Cluster;
using McpRollout.Tests.Cluster;
using McpRollout.Tests.Person.Page;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace McpRollout.Tests.Forwarding;

/// <summary>Whom an agent's side sends its token to, and what it takes from whoever answers.</summary>
public sealed class ApprovingSideTests : IDisposable
{
    private const string Tool = "k8s_rollout_undo_status";

    private static readonly string Token = RandomNumberGenerator.GetHexString(64, lowercase: true);
    private static readonly byte[] TokenSha256 = SHA256.HashData(Encoding.ASCII.GetBytes(Token));

    private readonly string _tokenFile = Path.Combine(Directory.CreateTempSubdirectory("sides-").FullName, "agent.token");

    public ApprovingSideTests()
    {
        File.WriteAllText(_tokenFile, Token);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_tokenFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static readonly ClusterIdentity Practice = new("practice", "https://localhost:6443");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_tokenFile)!, recursive: true);

    [Fact]
    public async Task AnApprovingSideThatProvesItselfIsAsked()
    {
        await using var genuine = await GenuineAsync();
        using var side = Side(genuine.Origin);

        Assert.Contains("undo-000000000000", await CallAsync(side), StringComparison.Ordinal);
        Assert.NotNull(await side.UndosOfAsync(Practice, ScriptedServer.Checkout, uid: null, Cancelled));
    }

    [Fact]
    public async Task TheTokenIsNotSentToWhoeverElseTookThePort()
    {
        foreach (var answer in new[]
            {
                ScriptedServer.Json(200, """{"proof":"AAAA"}"""), ScriptedServer.Json(200, """{"text":"applied"}"""),
                ScriptedServer.Json(200, "null"), ScriptedServer.Json(200, "<html>"), ScriptedServer.Status(404, "NotFound"),
                ScriptedServer.Status(401, "Unauthorized"), ScriptedServer.Status(421, "Misdirected"), ScriptedServer.HangUp,
                ScriptedServer.Json(307, "", ("Location", "/")), EchoAsync,
            })
        {
            await using var impostor = await ScriptedServer.StartAsync(answer);
            using var side = Side(impostor.Url);

            var refusal = await CallAsync(side);
            Assert.Null(await side.UndosOfAsync(Practice, ScriptedServer.Checkout, uid: null, Cancelled));

            Assert.DoesNotContain("applied", refusal, StringComparison.Ordinal);
            Assert.NotEmpty(impostor.Requests);
            Assert.All(impostor.Requests, seen =>
            {
                Assert.Equal("/agent/proof", seen.Target);
                Assert.DoesNotContain(Token, string.Concat(seen.Headers.Values), StringComparison.OrdinalIgnoreCase);
            });
        }

        // The challenge, given back as the proof.
        static Task EchoAsync(HttpContext context) => ScriptedServer.Json(
            200, new JsonObject { ["proof"] = context.Request.Headers.Authorization.ToString().Split('.')[^1] }.ToJsonString())(context);
    }

    [Fact]
    public async Task AnAgentIsToldWhoseAnswerWasNotTrusted()
    {
        await using var impostor = await ScriptedServer.StartAsync(ScriptedServer.Json(200, """{"proof":"AAAA"}"""));
        using var toImpostor = Side(impostor.Url);
        Assert.Contains("another program may have taken that port", await CallAsync(toImpostor), StringComparison.Ordinal);

        await using var older = await ScriptedServer.StartAsync(ScriptedServer.Status(404, "NotFound"));
        using var toOlder = Side(older.Url);
        Assert.Contains("it may be an older version, and both sides must be of the same", await CallAsync(toOlder),
            StringComparison.Ordinal);

        await using var unknowing = await GenuineAsync(new string('0', 64));
        using var toUnknowing = Side(unknowing.Origin);
        Assert.Contains("does not know this agent's side", await CallAsync(toUnknowing), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProofThatAnotherPortMadeIsNone()
    {
        await using var genuine = await GenuineAsync();
        await using var relay = await ScriptedServer.StartAsync(async context =>
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, context.Request.Path.Value);
            message.Headers.TryAddWithoutValidation("Authorization", context.Request.Headers.Authorization.ToString());
            using var answer = await genuine.Client.SendAsync(message, context.RequestAborted);
            await ScriptedServer.Json((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(context.RequestAborted))(context);
        });
        using var side = Side(relay.Url);

        await CallAsync(side);

        Assert.NotEmpty(relay.Requests);
        Assert.All(relay.Requests, seen => Assert.DoesNotContain(Token, string.Concat(seen.Headers.Values), StringComparison.Ordinal));
    }

    [Fact]
    public async Task EachConnectionProvesItselfAnew()
    {
        var genuine = await GenuineAsync();
        using var side = Side(genuine.Origin);
        Assert.NotNull(await side.UndosOfAsync(Practice, ScriptedServer.Checkout, uid: null, Cancelled));
        await genuine.DisposeAsync();

        var seen = new ConcurrentQueue<string>();
        await using var impostor = PageHostPort(genuine.Port, seen);
        await impostor.StartAsync(Cancelled);
        Assert.Null(await side.UndosOfAsync(Practice, ScriptedServer.Checkout, uid: null, Cancelled));
        Assert.NotEmpty(seen);
        Assert.All(seen, header => Assert.DoesNotContain(Token, header, StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheApprovingSideProvesNothingToStrangers()
    {
        await using var genuine = await GenuineAsync();
        var other = SHA256.HashData("guess"u8);
        var authority = $"localhost:{genuine.Port}";
        foreach (var (authorization, status) in new[]
            {
                ("", HttpStatusCode.Unauthorized), ("Challenge ", HttpStatusCode.Unauthorized),
                ($"Challenge {SideProof.NewNonce()}.AAAA", HttpStatusCode.Unauthorized),
                ($"Challenge {SideProof.Challenge(other, authority, SideProof.NewNonce())}", HttpStatusCode.Unauthorized),
                ($"Challenge {SideProof.Challenge(TokenSha256, "localhost:1", SideProof.NewNonce())}", HttpStatusCode.Unauthorized),
                ($"Challenge {SideProof.Challenge(TokenSha256, authority, SideProof.NewNonce())}", HttpStatusCode.OK),
            })
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, "/agent/proof");
            message.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var answer = await genuine.Client.SendAsync(message, Cancelled);
            Assert.Equal(status, answer.StatusCode);
            Assert.Equal(status == HttpStatusCode.OK,
                (await answer.Content.ReadAsStringAsync(Cancelled)).Contains("proof", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task OverHttpsTheTokenGoesOnlyToATrustedCertificate()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.ServerCertificate();
        await using var server = await SecureAsync(certificate, Answer());
        using var side = Side(server.Url);

        Assert.Contains("did not answer", await CallAsync(side), StringComparison.Ordinal);
        Assert.Null(await side.UndosOfAsync(Practice, ScriptedServer.Checkout, uid: null, Cancelled));

        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task APinnedKeyIsTrustedAndNoOther(bool isHex)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.ServerCertificate("somewhere.else.example");
        using var other = authority.ServerCertificate();
        await using var server = await SecureAsync(certificate, Answer());
        using var pinned = Side(server.Url, Pin(certificate, isHex));
        Assert.Equal("fine", await CallAsync(pinned));
        Assert.Equal($"Bearer {Token}", Assert.Single(server.Requests).Headers["Authorization"]);

        using var mistaken = Side(server.Url, Pin(other, isHex));
        Assert.Contains("did not answer", await CallAsync(mistaken), StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task NoRedirectIsFollowed()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.ServerCertificate();
        await using var elsewhere = await SecureAsync(certificate, Answer());
        await using var server = await SecureAsync(certificate, ScriptedServer.Json(307, "", ("Location", elsewhere.Url)));
        using var side = Side(server.Url, Pin(certificate));

        Assert.Contains("answered HTTP 307", await CallAsync(side), StringComparison.Ordinal);
        Assert.Null(await side.UndosOfAsync(Practice, ScriptedServer.Checkout, uid: null, Cancelled));

        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("{\"progress\":\"waiting\"}\n")]
    public async Task AnAnswerWithoutEndIsGivenUp(string part)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.ServerCertificate();
        await using var server = await SecureAsync(certificate, async context =>
        {
            var some = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(part, 1000)));
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(some, context.RequestAborted);
        });
        using var side = Side(server.Url, Pin(certificate));

        Assert.Contains("its answer has more than 4 MiB", await CallAsync(side), StringComparison.Ordinal);
        Assert.Null(await side.UndosOfAsync(Practice, ScriptedServer.Checkout, uid: null, Cancelled));
    }

    [Fact]
    public async Task AnAnswerThatNeverEndsIsNotWaitedForWithoutEnd()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.ServerCertificate();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await SecureAsync(certificate, async context =>
        {
            await context.Response.WriteAsync("{\"progress\":\"waiting\"}\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            begun.SetResult();
            await ScriptedServer.Silence(context);
        });
        var clock = new ManualClock();
        using var side = Side(server.Url, Pin(certificate), clock);

        var call = CallAsync(side);
        await begun.Task.WaitAsync(Cancelled);
        clock.Advance(ApprovingSide.CallPatience);

        Assert.Contains("it took too long", await call, StringComparison.Ordinal);
    }

    private static Func<HttpContext, Task> Answer() => ScriptedServer.Json(200, """{"text":"fine"}""");

    private static string Pin(X509Certificate2 certificate, bool isHex = false)
    {
        var digest = SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo());
        return isHex ? Convert.ToHexString(digest) : Convert.ToBase64String(digest);
    }

    private static Task<ScriptedServer> SecureAsync(X509Certificate2 certificate, Func<HttpContext, Task> answer) =>
        ScriptedServer.StartAsync(listen => listen.UseHttps(certificate), answer);

    private static async Task<PageHost> GenuineAsync(string? tokenSha256 = null)
    {
        var genuine = PageHost.Instance(FreePort.Next(), configure: options => options.Agents.Add(
            new() { Name = "mira", TokenSha256 = tokenSha256 ?? Convert.ToHexString(TokenSha256) }));
        await genuine.InitializeAsync();
        return genuine;
    }

    // Takes a port that somebody left, and answers everything.
    private static Microsoft.AspNetCore.Builder.WebApplication PageHostPort(int port, ConcurrentQueue<string> seen)
    {
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        var app = builder.Build();
        Microsoft.AspNetCore.Builder.RunExtensions.Run(app, context =>
        {
            seen.Enqueue(context.Request.Headers.Authorization.ToString());
            return ScriptedServer.Json(200, """{"proof":"AAAA"}""")(context);
        });
        return app;
    }

    private ApprovingSide Side(string server, string? key = null, TimeProvider? time = null) => new(
        Options.Create(new ApprovalOptions { Host = false, Server = server, ServerKey = key, TokenFile = _tokenFile }),
        time ?? TimeProvider.System);

    private static async Task<string> CallAsync(ApprovingSide side) => (await side.CallAsync(
        Tool,
        new ForwardedCall("test", null, new() { ["request_id"] = System.Text.Json.JsonSerializer.SerializeToElement("undo-000000000000") }),
        new NoProgress(),
        Cancelled)).Text;

    private sealed class NoProgress : ToolProgress
    {
        protected override Task SendAsync(string message, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
