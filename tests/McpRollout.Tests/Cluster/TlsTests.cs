using System.Security.Cryptography.X509Certificates;
using McpRollout.Rollouts.Cluster;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace McpRollout.Tests.Cluster;

public sealed class TlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task WhatTheAuthoritySignedIsAccepted_AndHttp2IsSpoken()
    {
        await using var server = await ServeAsync(_authority.ServerCertificate());
        var answer = await GetAsync(server, $"certificate-authority-data: {_authority.Data}");
        Assert.True(answer.Succeeded, answer.Failure?.Message);
        Assert.Equal("HTTP/2", server.Requests.Single().Protocol);
    }

    [Fact]
    public async Task WhatAnotherAuthoritySignedIsRefused()
    {
        using var other = new TestAuthority();
        await using var server = await ServeAsync(other.ServerCertificate());
        AssertRefused(await GetAsync(server, $"certificate-authority-data: {_authority.Data}"), server);
    }

    [Fact]
    public async Task ACertificateForAnotherHostIsRefused()
    {
        await using var server = await ServeAsync(_authority.ServerCertificate("elsewhere.example"));
        AssertRefused(await GetAsync(server, $"certificate-authority-data: {_authority.Data}"), server);
    }

    [Fact]
    public async Task TlsServerNameIsTheNameThatIsLookedFor()
    {
        await using var server = await ServeAsync(_authority.ServerCertificate("api.example"));
        Assert.True((await GetAsync(server, $"certificate-authority-data: {_authority.Data}, tls-server-name: api.example")).Succeeded);
        AssertRefused(await GetAsync(server, $"certificate-authority-data: {_authority.Data}, tls-server-name: other.example"), server,
            requests: 1);
    }

    [Fact]
    public async Task InsecureAcceptsAnybody()
    {
        await using var server = await ServeAsync(_authority.ServerCertificate("elsewhere.example"));
        Assert.True((await GetAsync(server, "insecure-skip-tls-verify: true")).Succeeded);
    }

    [Fact]
    public async Task AnAuthorityThatIsNotARootIsTrustedAsFarAsItSigned()
    {
        using var intermediate = new TestAuthority(_authority, "intermediate");
        using var impostor = new TestAuthority(_authority, "intermediate");
        await using var server = await ServeAsync(intermediate.ServerCertificate());
        await using var forged = await ServeAsync(impostor.ServerCertificate());
        var answer = await GetAsync(server, $"certificate-authority-data: {intermediate.Data}");
        Assert.True(answer.Succeeded, answer.Failure?.Message);
        AssertRefused(await GetAsync(forged, $"certificate-authority-data: {intermediate.Data}"), forged);
    }

    [Theory]
    [InlineData("RsaPkcs1")]
    [InlineData("RsaPkcs8")]
    [InlineData("EcSec1")]
    [InlineData("EcPkcs8")]
    public async Task AClientCertificateIsShown(string form)
    {
        var (certificate, key, thumbprint) = _authority.ClientCertificate(Enum.Parse<TestAuthority.KeyForm>(form));
        await using var server = await ServeAsync(_authority.ServerCertificate());
        var user = $"{{client-certificate-data: {TestAuthority.Base64(certificate)}, client-key-data: {TestAuthority.Base64(key)}}}";
        var answer = await GetAsync(server, $"certificate-authority-data: {_authority.Data}", user);
        Assert.True(answer.Succeeded, answer.Failure?.Message);
        Assert.Equal(thumbprint, server.Requests.Single().ClientCertificate);
    }

    private static void AssertRefused(ClusterAnswer<System.Text.Json.JsonElement> answer, ScriptedServer server, int requests = 0)
    {
        Assert.Equal(ClusterFailureKind.Unreachable, answer.Failure?.Kind);
        Assert.StartsWith($"The cluster at https://127.0.0.1:{server.Port} cannot be reached: TLS failed", answer.Failure!.Message,
            StringComparison.Ordinal);
        Assert.Equal(requests, server.Requests.Count);
    }

    internal static Task<ScriptedServer> ServeAsync(X509Certificate2 certificate, Func<HttpContext, Task>? answer = null) =>
        ScriptedServer.StartAsync(
            listen => listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.AllowAnyClientCertificate();
            }),
            answer ?? ScriptedServer.Json(200, "{}"));

    private static Task<ClusterAnswer<System.Text.Json.JsonElement>> GetAsync(
        ScriptedServer server,
        string cluster,
        string user = "{token: t}") =>
        ScriptedServer.Client(ScriptedServer.Kubeconfig($"{{server: 'https://127.0.0.1:{server.Port}', {cluster}}}", user),
            new ManualClock { Hurry = TimeSpan.FromSeconds(3) })
            .GetWorkloadAsync(ScriptedServer.Checkout, Freshness.Latest, TestContext.Current.CancellationToken);
}
