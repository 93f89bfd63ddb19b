using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Kubernetes;
using McpRollout.Kubernetes.Connections;
using McpRollout.Kubernetes.Kubeconfigs;
using McpRollout.Rollouts.Cluster;
using static McpRollout.Tests.Cluster.ScriptedServer;

namespace McpRollout.Tests.Cluster;

/// <summary>
/// What the official client does otherwise when it is left to itself, each tried through the product. Beside these: TlsTests (host names),
/// CredentialTests (token files, plugins), ReadingTests (impersonation, proxy, redirects), WritingTests (a write is sent once).
/// </summary>
public sealed class OfficialClientTests : IDisposable
{
    private static readonly ReadOnlyMemory<byte> Patch = """[{"op":"test","path":"/metadata/uid","value":"u"}]"""u8.ToArray();

    private readonly TestAuthority _authority = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task AnAnswerWithoutEndIsRefused()
    {
        await using var server = await StartAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(new byte[1 << 20], context.RequestAborted);
        });
        var answer = await server.Client().GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);
        Assert.Equal(ClusterFailureKind.Unexpected, answer.Failure?.Kind);
        Assert.Contains("answered with more than can be read at once", answer.Failure?.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task AWriteIsNotSentToAServerOfAnotherName()
    {
        await using var server = await TlsTests.ServeAsync(_authority.ServerCertificate("elsewhere.example"));
        var answer = await PatchAsync(Client(Secure(server, _authority.Data)));
        Assert.Contains("TLS failed", answer.Failure!.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task EachAuthorityOfABundleIsTrusted()
    {
        using var first = new TestAuthority(name: "first-ca");
        await using var server = await TlsTests.ServeAsync(_authority.ServerCertificate());
        Assert.True((await PatchAsync(Client(Secure(server, TestAuthority.Base64(first.Pem + "\n" + _authority.Pem))))).Succeeded);
    }

    [Fact]
    public async Task WritesActAsTheUserThatTheKubeconfigNames()
    {
        await using var server = await TlsTests.ServeAsync(_authority.ServerCertificate());
        Assert.True((await PatchAsync(Client(Secure(server, _authority.Data, "{token: t, as: jane}")))).Succeeded);
        var headers = server.Requests.Single().Headers;
        Assert.Equal(("Bearer t", "jane"), (headers["Authorization"], headers["Impersonate-User"]));
        Assert.StartsWith("mcp-rollout/", headers["User-Agent"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("as: \"jane\\n\"")]
    [InlineData("as: \"jane\\r\\nX-Other: y\"")]
    [InlineData("as: jane, as-user-extra: {scopes: [\"a\\nb\"]}")]
    public async Task NothingIsSentAsTheUserItselfWhereTheNameToActAsCannotBeSent(string fields)
    {
        await using var server = await StartAsync(Json(200, "{}"));
        var failure = (await PatchAsync(server.Client(user: $"{{token: t, {fields}}}"))).Failure!;
        Assert.Equal(ClusterFailureKind.NotConfigured, failure.Kind);
        Assert.Contains("characters other than printable ASCII", failure.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task AWriteFollowsNoRedirect(int code)
    {
        await using var elsewhere = await StartAsync(Json(200, "{}"));
        await using var server = await StartAsync(Json(code, "", ("Location", elsewhere.Url + "/apis")));
        Assert.False((await PatchAsync(server.Client(user: "{token: t}"))).Succeeded);
        Assert.Single(server.Requests);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task AWriteOnAFreshSocketThatBreaksIsNotSentAgain()
    {
        await using var server = await StartAsync(HangUp, Json(200, "{}"));
        Assert.Equal(ClusterFailureKind.AnswerLost, (await PatchAsync(server.Client())).Failure?.Kind);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task ReadsAreTriedAgainByOurPolicyAlone(int code)
    {
        await using var server = await StartAsync(Status(code, "Busy"));
        var client = server.Client(new ManualClock { Hurry = TimeSpan.FromSeconds(3) });
        Assert.False((await client.GetWorkloadAsync(Checkout, Freshness.Latest, Cancel)).Succeeded);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task TheKubeconfigsProxyIsAskedForTlsToo()
    {
        await using var proxy = await StartAsync(Json(403, "{}"));
        var answer = await PatchAsync(Client(Kubeconfig($"{{server: 'https://cluster.invalid', proxy-url: '{proxy.Url}'}}", "{token: t}")));
        Assert.Contains("the proxy refused to connect to it", answer.Failure!.Message, StringComparison.Ordinal);
        var seen = proxy.Requests.Single();
        Assert.Equal("CONNECT", seen.Method);
        Assert.False(seen.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public void NamesAreComparedWithTheirCase()
    {
        const string Text = "contexts: [{name: prod, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: 'http://x'}}]";
        var config = KubeconfigReader.Read(Text, "f", "/");
        var refused = Assert.Throws<KubeconfigException>(
            () => new ConnectionBuilder("f", _ => null, TimeProvider.System).Build(config, "PROD"));
        Assert.Contains("there is no context 'PROD'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARenewedCertificateDoesNotBreakOffAWriteUnderWay()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The plugin is a shell script.");
        var folder = Directory.CreateTempSubdirectory("renewal").FullName;
        var clock = new ManualClock();
        var (arrived, renewed) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await TlsTests.ServeAsync(_authority.ServerCertificate(), async context =>
        {
            if (context.Request.Method == "PATCH")
            {
                arrived.SetResult();
                await renewed.Task.WaitAsync(context.RequestAborted);
            }

            await Json(200, "{}")(context);
        });
        var client = Client(Secure(server, _authority.Data, Plugin(folder)), clock);
        await GiveCertificateAsync();
        var writing = PatchAsync(client);
        await arrived.Task.WaitAsync(Cancel);
        await GiveCertificateAsync();
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True((await client.GetWorkloadAsync(Checkout, Freshness.Latest, Cancel)).Succeeded);
        renewed.SetResult();

        Assert.True((await writing).Succeeded);
        Assert.Equal(2, server.Requests.Select(seen => seen.ClientCertificate).Distinct().Count());
        Directory.Delete(folder, recursive: true);

        Task GiveCertificateAsync()
        {
            var (certificate, key, _) = _authority.ClientCertificate(TestAuthority.KeyForm.EcPkcs8);
            var status = new JsonObject
            {
                ["clientCertificateData"] = certificate,
                ["clientKeyData"] = key,
                ["expirationTimestamp"] = clock.GetUtcNow().AddSeconds(10).ToString("O"),
            };
            var output = new JsonObject
            {
                ["kind"] = "ExecCredential",
                ["apiVersion"] = "client.authentication.k8s.io/v1",
                ["status"] = status,
            };
            return File.WriteAllTextAsync(Path.Combine(folder, "output"), output.ToJsonString(), Cancel);
        }
    }

    private static string Secure(ScriptedServer server, string authority, string user = "{token: t}") =>
        Kubeconfig($"{{server: 'https://127.0.0.1:{server.Port}', certificate-authority-data: {authority}}}", user);

    private static string Plugin(string folder)
    {
        var file = Path.Combine(folder, "plugin");
        File.WriteAllText(file, $"#!/bin/sh\ncat {folder}/output\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        return $"{{exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: {file}}}}}";
    }

    private static Task<ClusterAnswer<JsonElement>> PatchAsync(ApiServerClient client) =>
        client.PatchWorkloadAsync(Checkout, Patch, Cancel);
}
