using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace McpRollout.Tests.Hosted;

/// <summary>Its people: they sign in with their name and no password (code flow, OpenID Connect Core 3.1, with PKCE, RFC 7636), and it
/// knows them again by a cookie.</summary>
internal sealed partial class TestIssuer
{
    public const string Client = "rollout-page";
    public const string ClientSecret = "of-the-page-alone";

    private readonly ConcurrentDictionary<string, Grant> _codes = [];

    /// <summary>A code that was given out, for whoever brings the verifier of its challenge.</summary>
    private sealed record Grant(string Person, string RedirectUri, string Challenge, string Nonce, DateTimeOffset AuthenticatedAt);

    /// <summary>The groups of each person; their <c>sub</c> is <c>sub-NAME</c>.</summary>
    public ConcurrentDictionary<string, string[]> People { get; } = new() { ["bob"] = ["sre"], ["eve"] = ["sales"] };

    /// <summary>What is done to the ID token before it is signed. Default: nothing.</summary>
    public Action<SecurityTokenDescriptor> Spoil { get; set; } = _ => { };

    /// <summary>What its clocks show.</summary>
    public Func<DateTimeOffset> Now { get; set; } = () => DateTimeOffset.UtcNow;

    /// <summary>A file with the client's secret, for its owner only.</summary>
    public static async Task<string> SecretFileAsync(string folder)
    {
        var path = Path.Combine(folder, "client-secret");
        await File.WriteAllTextAsync(path, ClientSecret, TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    /// <summary>The settings that have its people sign in, with the file of the client's secret.</summary>
    public IReadOnlyList<string> SignInSettings(string secretFile) =>
    [
        $"--Approvals:SignIn:Issuer={Issuer}", "--Approvals:SignIn:Name=Corp", $"--Approvals:SignIn:ClientId={Client}",
        $"--Approvals:SignIn:ClientSecretFile={secretFile}", "--Approvals:SignIn:Groups:0=sre",
    ];

    private void MapPeople(WebApplication app)
    {
        app.MapGet("/authorize", (HttpContext context) => Authorize(context, context.Request.Query["person"]));
        app.MapPost("/token", async context => await (await TokenAsync(context)).ExecuteAsync(context));
    }

    // Asks who it is, unless it knows; a form of its own sends the same parameters again, with the person.
    private IResult Authorize(HttpContext context, string? person)
    {
        var query = context.Request.Query;
        string Of(string name) => query[name].ToString();
        if (Of("client_id") != Client || Of("response_type") != "code" || Of("code_challenge_method") != "S256"
            || !Of("scope").Split(' ').Contains("openid") || Of("nonce") == "" || Of("state") == "")
            return Results.BadRequest("The request is not what OpenID Connect asks for.");
        var known = context.Request.Cookies["known"]?.Split('|');
        var mustProve = Of("prompt") == "login" || (Of("max_age") is { Length: > 0 } age
            && known is not null && Now().ToUnixTimeSeconds() - Seconds(known[1]) >= Seconds(age));
        var (name, at) = person is not null ? (person, Now())
            : known is null || mustProve ? (null, default)
            : (known[0], DateTimeOffset.FromUnixTimeSeconds(Seconds(known[1])));
        if (name is null)
            return Results.Content(Form(query), "text/html");
        context.Response.Cookies.Append("known", $"{name}|{at.ToUnixTimeSeconds()}");
        if (!People.ContainsKey(name))
            return Results.Redirect($"{Of("redirect_uri")}?error=access_denied&state={Uri.EscapeDataString(Of("state"))}");
        var code = RandomNumberGenerator.GetHexString(32);
        _codes[code] = new Grant(name, Of("redirect_uri"), Of("code_challenge"), Of("nonce"), at);
        return Results.Redirect($"{Of("redirect_uri")}?code={code}&state={Uri.EscapeDataString(Of("state"))}");
    }

    private async Task<IResult> TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        string Of(string name) => form[name].ToString();
        var challenge = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Of("code_verifier"))));
        if (Of("grant_type") != "authorization_code" || Of("client_id") != Client || Of("client_secret") != ClientSecret
            || !_codes.TryRemove(Of("code"), out var grant) || grant.RedirectUri != Of("redirect_uri") || grant.Challenge != challenge)
            return Results.Json(new Dictionary<string, string> { ["error"] = "invalid_grant" }, statusCode: 400);
        var token = new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Client,
            IssuedAt = Now().UtcDateTime,
            Expires = Now().UtcDateTime.AddMinutes(5),
            SigningCredentials = Signing(_key),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = $"sub-{grant.Person}",
                ["nonce"] = grant.Nonce,
                ["auth_time"] = grant.AuthenticatedAt.ToUnixTimeSeconds(),
                ["preferred_username"] = grant.Person,
                ["groups"] = People[grant.Person],
            },
        };
        Spoil(token);
        return Results.Json(new Dictionary<string, object>
        {
            ["access_token"] = "opaque",
            ["token_type"] = "Bearer",
            ["expires_in"] = 300,
            ["id_token"] = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token),
        });
    }

    private static string Form(IQueryCollection query)
    {
        var carried = string.Concat(query.Where(each => each.Key is not ("prompt" or "max_age")).Select(each =>
            $"<input type=hidden name={each.Key} value=\"{WebUtility.HtmlEncode(each.Value.ToString())}\">"));
        return $"<!DOCTYPE html><title>Corp</title><form action=authorize>{carried}<label>Who are you? <input name=person></label>"
            + "<button>It is me</button></form>";
    }

    private static long Seconds(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
