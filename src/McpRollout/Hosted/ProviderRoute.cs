using System.Security.Claims;
using McpRollout.Approvals.Telemetry;
using McpRollout.Web;
using McpRollout.Web.Session;
using McpRollout.Web.Views;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Routing;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace McpRollout.Hosted;

/// <summary>
/// Signs people in through the company's OpenID Connect provider: <c>GET /session/provider</c> leads there (code flow with PKCE), and
/// <c>GET /session/callback</c> is where they come back. There is neither where no provider is configured.
/// </summary>
internal sealed partial class ProviderRoute(
    IOptions<ApprovalOptions> approvals, ProviderPeople people, StoreProtection protection, SessionCookie cookie, PageCookies cookies,
    AttemptTurn turn, ILogger<ProviderRoute> logger) : IPageRoute
{
    private const string Scheme = "provider";
    private const string Callback = "/session/callback";

    private SignInOptions Options => approvals.Value.SignIn;

    public void AddTo(IServiceCollection services)
    {
        if (Options.Issuer is null)
            return;
        services.AddSingleton<IDataProtectionProvider>(protection);
        Schemes.AddTo(services).AddOpenIdConnect(Scheme, Configure);
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        if (Options.Issuer is null)
            return;
        routes.MapMethods(SignInLink.Path, [HttpMethods.Get], BeginAsync);
        routes.MapMethods(Callback, [HttpMethods.Get], EndAsync);
    }

    public ValueTask<bool> IsAgentsAsync(HttpContext context) => ValueTask.FromResult(false);

    private async Task BeginAsync(HttpContext context)
    {
        var properties = new OpenIdConnectChallengeProperties { RedirectUri = ReturnPath.Of(context.Request.Query[SignInLink.Return]) };
        if (context.Request.Query.ContainsKey(SignInLink.Anew))
            (properties.Prompt, properties.MaxAge) = (OpenIdConnectPrompt.Login, TimeSpan.Zero);
        try
        {
            await protection.PrepareAsync(context.RequestAborted);
            await context.ChallengeAsync(Scheme, properties);
        }
        catch (Exception failure) when (IsUnreachable(failure) && !context.RequestAborted.IsCancellationRequested)
        {
            LogUnreachable(logger, VisibleText.Of(failure.Message, 300));
            SignInMeter.Count(SignInOutcome.Failed);
            await Answers.ProblemAsync(context, Unreachable);
        }
    }

    // The handler answers by its events, below. It asks the provider: as often as strangers' attempts are looked at, and no more.
    private async Task EndAsync(HttpContext context)
    {
        if (await turn.WaitAsync(context, AttemptSource.Stranger) is { } wait)
        {
            SignInMeter.Count(SignInOutcome.TooMany);
            await Answers.ProblemAsync(context, Problems.TooManyAttempts("More people sign in than can be looked at now.", wait));
            return;
        }

        await protection.PrepareAsync(context.RequestAborted);
        var handlers = context.RequestServices.GetRequiredService<IAuthenticationHandlerProvider>();
        if (await handlers.GetHandlerAsync(context, Scheme) is not IAuthenticationRequestHandler handler
            || !await handler.HandleRequestAsync())
            await Answers.ProblemAsync(context, Problems.OfStatus(StatusCodes.Status404NotFound));
    }

    // IdentityModel wraps what kept it from the provider's metadata in an InvalidOperationException.
    private static bool IsUnreachable(Exception failure) =>
        failure is HttpRequestException or IOException or OperationCanceledException
        || (failure is InvalidOperationException && failure.InnerException is { } inner && IsUnreachable(inner));

    private void Configure(OpenIdConnectOptions options)
    {
        options.Authority = Options.Issuer;
        options.RequireHttpsMetadata = new Uri(Options.Issuer!).Scheme == Uri.UriSchemeHttps;
        options.ClientId = Options.ClientId;
        options.ClientSecret = Options.ClientSecretFile is { } file ? Encoding.UTF8.GetString(SecretFile.Read(file)) : null;
        options.ResponseType = OpenIdConnectResponseType.Code;

        // Of a form that the provider has the browser post here, it sends no cookie along.
        options.ResponseMode = OpenIdConnectResponseMode.Query;

        // Anybody may begin a sign-in: that must not have this server ask the provider anything, with its secret.
        options.PushedAuthorizationBehavior = PushedAuthorizationBehavior.Disable;
        options.CallbackPath = Callback;
        options.SignInScheme = "none: TicketReceived ends the sign-in";
        options.MapInboundClaims = false;

        // It would take away iss, by which a person is known.
        options.ClaimActions.Clear();
        options.DisableTelemetry = true;
        options.BackchannelTimeout = Schemes.Patience;
        options.Scope.Clear();
        options.Scope.Add("openid");
        foreach (var scope in Options.Scopes is { Count: > 0 } scopes ? scopes : ["profile"])
            options.Scope.Add(scope);
        options.TokenValidationParameters.ValidAlgorithms = Schemes.Signatures;
        options.TokenValidationParameters.ClockSkew = Schemes.ClocksDiffer;
        options.CorrelationCookie.Name = cookies.NameOf("sign-in-");
        options.NonceCookie.Name = cookies.NameOf("sign-in-nonce-");
        foreach (var carried in new[] { options.CorrelationCookie, options.NonceCookie })
        {
            carried.Path = "/";
            carried.SameSite = SameSiteMode.Lax;
            carried.SecurePolicy = cookies.AreSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
        }

        options.Events = new OpenIdConnectEvents
        {
            OnRedirectToIdentityProvider = redirect =>
            {
                // A proxy in front of the page ends TLS: what the request says of its address is not what people use.
                redirect.ProtocolMessage.RedirectUri = $"{approvals.Value.BaseUrl}{Callback}";
                return Task.CompletedTask;
            },
            OnTokenValidated = validated =>
            {
                // The handler takes an unsigned one, for it came from the provider itself.
                if (validated.SecurityToken.RawSignature.Length == 0)
                    validated.Fail("The ID token is not signed.");
                return Task.CompletedTask;
            },
            OnTicketReceived = async ticket =>
            {
                ticket.HandleResponse();
                await SignInAsync(ticket.HttpContext, ticket.Principal!, ReturnPath.Of(ticket.ReturnUri));
            },
            OnRemoteFailure = async failure =>
            {
                failure.HandleResponse();
                SignInMeter.Count(SignInOutcome.Failed);
                LogFailed(logger, VisibleText.Of(failure.Failure?.Message ?? "", 300));
                await Answers.ProblemAsync(
                    failure.HttpContext, failure.Failure is { } why && IsUnreachable(why) ? Unreachable : Failed);
            },
        };
    }

    private async Task SignInAsync(HttpContext context, ClaimsPrincipal token, string path)
    {
        switch (await people.SignInAsync(PersonOf(token), CancellationToken.None))
        {
            case SignInResult.SignedIn signedIn:
                SignInMeter.Count(SignInOutcome.SignedIn);
                cookie.Write(context.Response, signedIn.Session, Options.Lifetime);
                await Answers.HtmlAsync(context, StatusCodes.Status200OK, SignInPage.Done(path, signedIn.Approver.Name));
                break;
            case SignInResult.Refused refused:
                SignInMeter.Count(SignInOutcome.Refused);
                LogRefused(logger, refused.Why);
                await Answers.ProblemAsync(
                    context, Problems.Of(StatusCodes.Status403Forbidden, "not-admitted", $"You are not signed in here. {refused.Why}"));
                break;
        }
    }

    private ProviderPerson PersonOf(ClaimsPrincipal token) => new(
        new ProviderIdentity(token.FindFirstValue("iss")!, token.FindFirstValue("sub")!),
        token.FindFirstValue(Options.NameClaim),
        token.HasClaim(claim => claim.Type == Options.GroupsClaim)
            ? [.. token.FindAll(Options.GroupsClaim).Select(claim => claim.Value)]
            : null,
        int.TryParse(token.FindFirstValue("auth_time"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null);

    private Problem Failed => Problems.Of(StatusCodes.Status401Unauthorized, "sign-in-failed",
        $"You are not signed in: what {Options.DisplayName} sent back does not hold, or it did not let you in. Open "
            + $"{approvals.Value.BaseUrl} and sign in again; the server's log says more.");

    private Problem Unreachable => Problems.Busy(
        $"{Options.DisplayName} cannot be reached from here now, so that nobody can sign in with it. Try again in a moment. Approvers who "
            + "were enrolled at a terminal can decide with their passphrase.");

    [LoggerMessage(Level = LogLevel.Warning, Message = "A person whom the provider named was not signed in: {Why}")]
    private static partial void LogRefused(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sign-in through the provider did not succeed: {Why}")]
    private static partial void LogFailed(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "Nobody can sign in: the provider (Approvals:SignIn:Issuer) cannot be read. {Why}")]
    private static partial void LogUnreachable(ILogger logger, string why);
}
