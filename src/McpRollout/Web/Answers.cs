using System.Text.Json.Serialization.Metadata;
using McpRollout.Web.Views;
using Microsoft.Net.Http.Headers;

namespace McpRollout.Web;

/// <summary>Writes answers, in the form that was asked for.</summary>
internal static class Answers
{
    // Of all answers only a page has a script, and that one may ask this server.
    private static readonly string PagePolicy =
        $"{PageGuards.ContentSecurityPolicy}; script-src {Script.Source}; connect-src 'self'";

    /// <summary>Whether HTML was asked for by name, as browsers do, and not less than JSON.</summary>
    public static bool WantsHtml(HttpRequest request) =>
        Preference(request, "text/html") is var html && html > 0 && html >= Preference(request, "application/json");

    /// <summary>Whether JSON was asked for by name, and more than HTML.</summary>
    public static bool WantsJson(HttpRequest request) =>
        Preference(request, "application/json") is var json && json > 0 && !WantsHtml(request);

    /// <summary>Leads on to a page of this server.</summary>
    public static void SeeOther(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
    }

    public static Task HtmlAsync(HttpContext context, int status, Markup page)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = PagePolicy;
        return context.Response.WriteAsync(page.ToString(), context.RequestAborted);
    }

    public static Task JsonAsync<T>(HttpContext context, int status, T document, JsonTypeInfo<T> type,
        string contentType = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        var visible = VisibleJson.Of(JsonSerializer.SerializeToElement(document, type));
        var bytes = Encoding.UTF8.GetBytes(visible.GetRawText());
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    /// <summary>A problem: a page for a browser, else <c>application/problem+json</c>.</summary>
    public static Task ProblemAsync(HttpContext context, Problem problem)
    {
        SetHeaders(context.Response, problem);
        return WantsHtml(context.Request)
            ? HtmlAsync(context, problem.Status, ProblemPage.Render(problem))
            : JsonAsync(context, problem.Status, problem, PageJson.Default.Problem, "application/problem+json");
    }

    /// <summary>The headers that some problems need.</summary>
    public static void SetHeaders(HttpResponse response, Problem problem)
    {
        if (problem.RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);

        // RFC 9110 wants a challenge with 401. No browser knows this scheme, so none asks for credentials in a window of its own.
        if (problem.Status == StatusCodes.Status401Unauthorized && response.Headers.WWWAuthenticate.Count == 0)
            response.Headers.WWWAuthenticate = "Passphrase realm=\"mcp-rollout\"";
    }

    /// <summary>The stylesheet. Pages ask for it by its hash, so a browser may keep it.</summary>
    public static Task StyleAsync(HttpContext context)
    {
        context.Response.Headers[HeaderNames.CacheControl] = "private, max-age=86400";
        context.Response.Headers.ETag = StyleSheet.ETag;
        if (context.Request.Headers.IfNoneMatch == StyleSheet.ETag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        context.Response.ContentType = "text/css; charset=utf-8";
        return context.Response.WriteAsync(StyleSheet.Text, context.RequestAborted);
    }

    private static double Preference(HttpRequest request, string mediaType) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
            ? accepted
                .Where(each => each.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase))
                .Select(each => each.Quality ?? 1)
                .DefaultIfEmpty(0)
                .Max()
            : 0;
}
