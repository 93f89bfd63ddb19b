using McpRollout.Web.Views;
using Microsoft.Net.Http.Headers;

namespace McpRollout.Web;

/// <summary>What every request passes: the headers of every answer, the refusal of strangers' hosts and origins, an answer to whatever
/// fails.</summary>
internal sealed partial class PageGuards(PageAddress address, ILogger<PageGuards> logger)
{
    /// <summary>What a browser may do with an answer.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>The first middleware.</summary>
    public async Task ShieldAsync(HttpContext context, RequestDelegate next)
    {
        SetHeaders(context.Response.Headers);
        try
        {
            if (Refusal(context.Request) is { } refusal)
                await Answers.ProblemAsync(context, refusal);
            else
                await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode >= StatusCodes.Status400BadRequest)
                await Answers.ProblemAsync(context, Problems.OfStatus(context.Response.StatusCode));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            await Answers.ProblemAsync(context, Problems.OfStatus(bad.StatusCode));
        }
        catch (StoreUnavailableException failure) when (!context.Response.HasStarted)
        {
            LogFailure(logger, VisibleText.Of(context.Request.Method, 20), VisibleText.Lines(failure.ToString()));
            await Answers.ProblemAsync(context, Problems.OfStatus(StatusCodes.Status503ServiceUnavailable));
        }
#pragma warning disable CA1031 // The last catch of a request: it is logged, and the page stays up.
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            LogFailure(logger, VisibleText.Of(context.Request.Method, 20), VisibleText.Lines(failure.ToString()));
            await Answers.ProblemAsync(context, Problems.OfStatus(StatusCodes.Status500InternalServerError));
        }
#pragma warning restore CA1031
    }

    // Referrer-Policy is same-origin and not no-referrer: under the latter browsers post forms with "Origin: null".
    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers[HeaderNames.CacheControl] = "no-store";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private Problem? Refusal(HttpRequest request)
    {
        var host = request.Host.Value ?? "";
        if (!address.AllowsHost(host))
            return Problems.Of(StatusCodes.Status421MisdirectedRequest, "foreign-host", $"This page answers at {address.Home} only.");
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || !IsForeign(request, host))
            return null;
        LogForeign(logger);
        return Problems.Of(
            StatusCodes.Status403Forbidden, "foreign-origin", $"A form is taken only from this page itself. Open {address.Home} and use "
                + $"the one there.");
    }

    private bool IsForeign(HttpRequest request, string host)
    {
        var origin = request.Headers.Origin;
        var site = request.Headers["Sec-Fetch-Site"];
        return (origin.Count > 0 && !(origin is [{ } only] && address.AllowsOrigin(host, only))) ||
            (site.Count > 0 && site is not ["same-origin" or "none"]);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A decision that came from another site was refused.")]
    private static partial void LogForeign(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "The approval page could not answer a {Method} request: {Failure}")]
    private static partial void LogFailure(ILogger logger, string method, string failure);
}
