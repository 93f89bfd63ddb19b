using System.Collections.Concurrent;
using System.Security.Claims;
using McpRollout.Mcp.Tools;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace McpRollout.Hosted;

/// <summary>Access tokens of the company's own issuers: signed by a key that the issuer publishes, for this server, and not out of
/// date.</summary>
internal sealed class AccessTokens(IOptions<McpOptions> mcp, IOptions<ApprovalOptions> approvals, TimeProvider time)
{
    /// <summary>Characters of the longest subject, client or person: OpenID Connect has 255 for a subject. A longer one is refused, not
    /// cut, which could make two of them one.</summary>
    public const int LongestName = 255;

    /// <summary>How long an issuer whose keys could not be read is not asked again: 10 seconds.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);

    // RFC 9068; OpenID Connect; Okta; Entra's first version.
    private static readonly string[] ClientClaims = ["client_id", "azp", "cid", "appid"];

    private readonly JsonWebTokenHandler _reader = new();
    private readonly ConcurrentDictionary<string, long> _failedAt = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<bool>> _fetching = [];

    /// <summary>The issuers; none: no such token is taken.</summary>
    public IList<IssuerOptions> Issuers => mcp.Value.Issuers;

    /// <summary>The resource that tokens are for (RFC 8707, RFC 9728): where agents call.</summary>
    public string Resource => $"{new Uri(approvals.Value.BaseUrl).GetLeftPart(UriPartial.Authority)}{McpRoute.Path}";

    /// <summary>Adds one scheme for each issuer.</summary>
    public void AddTo(IServiceCollection services)
    {
        var schemes = Schemes.AddTo(services);
        foreach (var issuer in Issuers)
            schemes.AddJwtBearer(issuer.Name!, options => Configure(options, issuer));
    }

    /// <summary>Who calls with a token.</summary>
    public async Task<CallerCheck> CheckAsync(HttpContext context, string token)
    {
        // Whose it says to be decides by whom it is checked, and by nobody else.
        var said = IssuerIn(token);
        if (Issuers.FirstOrDefault(each => each.Issuer == said) is not { } issuer)
            return new CallerCheck.Refused("it is of no issuer that is known here");
        if (!await HasKeysAsync(context, issuer))
            return new CallerCheck.Unknown(issuer.Name!);
        var result = await context.AuthenticateAsync(issuer.Name);
        return result.Principal is { } claims ? CallerOf(issuer, claims) : new CallerCheck.Refused(Why(result.Failure));
    }

    private string? IssuerIn(string token)
    {
        try
        {
            // Three parts: signed, and not encrypted.
            return token.Count(character => character == '.') == 2 ? _reader.ReadJsonWebToken(token).Issuer : null;
        }
        catch (Exception unread) when (unread is ArgumentException or FormatException)
        {
            return null;
        }
    }

    private async Task<bool> HasKeysAsync(HttpContext context, IssuerOptions issuer)
    {
        if (_failedAt.TryGetValue(issuer.Name!, out var failed) && time.GetElapsedTime(failed) < AfterFailure)
            return false;
        try
        {
            return await KeysOf(issuer.Name!, context.RequestServices).WaitAsync(Schemes.Patience, time, context.RequestAborted);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    // One for all who wait: the library has them fetch one after the other, and heeds nobody's leaving.
    private Task<bool> KeysOf(string issuer, IServiceProvider services)
    {
        lock (_gate)
        {
            if (!_fetching.TryGetValue(issuer, out var fetching) || fetching.IsCompleted)
                _fetching[issuer] = fetching = FetchAsync();
            return fetching;
        }

        async Task<bool> FetchAsync()
        {
            try
            {
                var scheme = services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(issuer);
                _ = await scheme.ConfigurationManager!.GetConfigurationAsync(CancellationToken.None);
                _failedAt.TryRemove(issuer, out _);
                return true;
            }
            catch (Exception failure) when (failure is InvalidOperationException or IOException or HttpRequestException
                or OperationCanceledException)
            {
                _failedAt[issuer] = time.GetTimestamp();
                return false;
            }
        }
    }

    private void Configure(JwtBearerOptions options, IssuerOptions issuer)
    {
        options.Authority = issuer.Issuer;
        options.RequireHttpsMetadata = new Uri(issuer.Issuer!).Scheme == Uri.UriSchemeHttps;
        options.BackchannelTimeout = Schemes.Patience;
        options.MapInboundClaims = false;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = issuer.Issuer,
            ValidAudience = issuer.Audience ?? Resource,
            ValidAlgorithms = Schemes.Signatures,
            ClockSkew = Schemes.ClocksDiffer,
        };
    }

    private static CallerCheck CallerOf(IssuerOptions issuer, ClaimsPrincipal token)
    {
        var client = ClientClaims.Select(name => token.FindFirst(name)?.Value).FirstOrDefault(value => value is not null);
        var person = issuer.PersonClaim is { } claim ? token.FindFirst(claim)?.Value ?? "" : null;
        if (token.FindFirst("sub")?.Value is not { } subject || !IsName(subject) || client is null || !IsName(client))
            return new CallerCheck.Refused($"its sub or client is missing, or not 1 to {LongestName} visible characters");
        if (person is not null && Enrolment.NameError(person) is not null)
            return new CallerCheck.Refused("it does not name the person as an approver is named (PersonClaim)");
        var rights = token.FindAll(issuer.RightsClaim).SelectMany(claim => claim.Value.Split(' ')).ToHashSet(StringComparer.Ordinal);
        return new CallerCheck.Known(new Caller(
            $"{issuer.Name}/{subject}",
            client,
            person,
            new ProviderIdentity(token.FindFirst("iss")!.Value, subject),
            mayRead: rights.Contains(AgentRights.Read),
            mayUndo: rights.Contains(AgentRights.Undo)));
    }

    private static bool IsName(string text) => text.Length > 0 && text.Trim() == text && VisibleText.Of(text, LongestName) == text;

    private static string Why(Exception? failure) => failure switch
    {
        SecurityTokenExpiredException => "it is out of date",
        SecurityTokenNotYetValidException => "it does not hold yet",
        SecurityTokenInvalidAudienceException => "it is for another server (aud)",
        SecurityTokenSignatureKeyNotFoundException => "it is signed by a key that is not known here",
        SecurityTokenInvalidSignatureException or SecurityTokenInvalidAlgorithmException => "its signature does not hold",
        _ => "it is not whole",
    };
}
