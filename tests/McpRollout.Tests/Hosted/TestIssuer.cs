using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace McpRollout.Tests.Hosted;

/// <summary>An OpenID Connect provider on this machine: what it publishes of itself, and access tokens as it signs them.</summary>
internal sealed partial class TestIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private int _asked;

    private TestIssuer(WebApplication app) => _app = app;

    public string Issuer => _app.Urls.Single();

    /// <summary>How often it was asked for what it publishes.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>The settings that have its tokens taken.</summary>
    public IReadOnlyList<string> Settings => [$"--Mcp:Issuers:0:Name=corp", $"--Mcp:Issuers:0:Issuer={Issuer}"];

    public static async Task<TestIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var issuer = new TestIssuer(app);
        app.MapGet("/.well-known/openid-configuration", () =>
        {
            Interlocked.Increment(ref issuer._asked);
            return Results.Text($$"""
                {"issuer":"{{issuer.Issuer}}","jwks_uri":"{{issuer.Issuer}}/keys","authorization_endpoint":"{{issuer.Issuer}}/authorize",
                "token_endpoint":"{{issuer.Issuer}}/token","response_types_supported":["code"],"subject_types_supported":["public"],
                "code_challenge_methods_supported":["S256"],"id_token_signing_alg_values_supported":["ES256"]}
                """, "application/json");
        });
        issuer.MapPeople(app);
        app.MapGet("/keys", () => Results.Text(issuer.PublishedKeys(), "application/json"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    /// <summary>A token as it should be, but for what is asked for.</summary>
    public string Token(
        string audience,
        string scope = "rollout.read rollout.undo",
        string? issuer = null,
        DateTime? expires = null,
        SigningCredentials? signing = null,
        string? subject = "agent-7",
        string? person = null,
        string? client = "ops-assistant")
    {
        var claims = new Dictionary<string, object> { ["scope"] = scope };
        if (client is not null)
            claims["client_id"] = client;
        if (subject is not null)
            claims["sub"] = subject;
        if (person is not null)
            claims["preferred_username"] = person;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Issuer,
            Audience = audience,
            IssuedAt = DateTime.UtcNow.AddHours(-2),
            Expires = expires ?? DateTime.UtcNow.AddMinutes(10),
            Claims = claims,
            SigningCredentials = signing ?? Signing(_key),
        });
    }

    /// <summary>Signs as the issuer does, with another key under the same name.</summary>
    public static SigningCredentials ByAnotherKey() => Signing(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Signs with what everybody can read, as if it were a secret.</summary>
    public SigningCredentials ByThePublishedKey() => new(
        new SymmetricSecurityKey(Encoding.ASCII.GetBytes(PublishedKeys())) { KeyId = "k1" }, SecurityAlgorithms.HmacSha256);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private static SigningCredentials Signing(ECDsa key) => new(new ECDsaSecurityKey(key) { KeyId = "k1" }, SecurityAlgorithms.EcdsaSha256);

    private string PublishedKeys()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return $$"""
            {"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"k1","x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}]}
            """;
    }
}
