using System.Security.Claims;
using McpRollout.Mcp.Tools;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace McpRollout.Hosted;

/// <summary>Access tokens of the company's own issuers: signed by a key that the issuer publishes, for this server, and not out of
/// date.</summary>
internal sealed class AccessTokens(IOptions<McpOptions> mcp, IOptions<ApprovalOptions> approvals)
{
    private const int LongestName = 100;

    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(1);

    // With a symmetric one, whoever can check a token could make one.
    private static readonly string[] Signatures =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly JsonWebTokenHandler _reader = new();

    /// <summary>The issuers; none: no such token is taken.</summary>
    public IList<IssuerOptions> Issuers => mcp.Value.Issuers;

    /// <summary>The resource that tokens are for (RFC 8707, RFC 9728): where agents call.</summary>
    public string Resource => $"{approvals.Value.BaseUrl}{McpRoute.Path}";

    /// <summary>Adds one scheme for each issuer.</summary>
    public void AddTo(IServiceCollection services)
    {
        var schemes = services.AddAuthentication();
        foreach (var issuer in Issuers)
            schemes.AddJwtBearer(issuer.Name!, options => Configure(options, issuer));
    }

    /// <summary>Who calls with a token; null if it does not hold.</summary>
    public async ValueTask<Caller?> CallerOfAsync(HttpContext context, string token)
    {
        // Whose it says to be decides by whom it is checked, and by nobody else.
        if (!_reader.CanReadToken(token)
            || Issuers.FirstOrDefault(each => each.Issuer == _reader.ReadJsonWebToken(token).Issuer) is not { } issuer)
            return null;
        var result = await context.AuthenticateAsync(issuer.Name);
        return result is { Succeeded: true, Principal: { } token1 } ? CallerOf(issuer, token1) : null;
    }

    private void Configure(JwtBearerOptions options, IssuerOptions issuer)
    {
        options.Authority = issuer.Issuer;
        options.RequireHttpsMetadata = issuer.Issuer!.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        options.MapInboundClaims = false;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = issuer.Issuer,
            ValidAudience = issuer.Audience ?? Resource,
            ValidAlgorithms = Signatures,
            ClockSkew = ClocksDiffer,
        };
    }

    private static Caller? CallerOf(IssuerOptions issuer, ClaimsPrincipal token)
    {
        if (token.FindFirst("sub")?.Value is not { Length: > 0 } subject)
            return null;
        var rights = token.FindAll(issuer.RightsClaim).SelectMany(claim => claim.Value.Split(' ')).ToHashSet(StringComparer.Ordinal);
        var client = token.FindFirst("client_id")?.Value ?? token.FindFirst("azp")?.Value;
        var person = issuer.PersonClaim is { } claim ? token.FindFirst(claim)?.Value : null;
        return new Caller(
            $"{issuer.Name}/{VisibleText.Of(subject, LongestName)}",
            client is null ? null : VisibleText.Of(client, LongestName),
            person is null ? null : VisibleText.Of(person, LongestName),
            mayRead: rights.Contains(AgentRights.Read),
            mayUndo: rights.Contains(AgentRights.Undo));
    }
}
