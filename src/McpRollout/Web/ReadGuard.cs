using McpRollout.Web.Session;
using McpRollout.Web.Views;

namespace McpRollout.Web;

/// <summary>Shows requests to those who may read. Everybody else is asked to sign in, whether or not there is such a request.</summary>
internal sealed class ReadGuard(ReaderSessions sessions, SessionCookie cookie, IOptions<ApprovalOptions> options)
{
    /// <summary>Whether reading takes a sign-in.</summary>
    public bool AsksWhoReads => options.Value.Readers == ReadAccess.Approvers;

    /// <summary>Whether people sign in through the company's provider.</summary>
    public bool TakesSignIns => options.Value.SignIn.Issuer is not null;

    /// <summary>A route that shows requests, behind this guard.</summary>
    public RequestDelegate Guarding(RequestDelegate show) => async context =>
        await (await MayReadAsync(context) ? show(context) : TurnAwayAsync(context));

    /// <summary>Whether this request may be told of requests; with whom it is from among its features.</summary>
    public async Task<bool> MayReadAsync(HttpContext context)
    {
        if (!AsksWhoReads)
            return true;
        if (cookie.Read(context.Request) is not { } session
            || await sessions.FindAsync(session, context.RequestAborted) is not { } found)
            return false;
        context.Features.Set(new Reader(found.Approver.Name, found.SignIn));
        return true;
    }

    /// <summary>How this request's person is signed in through the provider; null if they are not.</summary>
    public async Task<SignIn?> FindSignInAsync(HttpContext context) => await MayReadAsync(context) ? Reader.In(context)?.SignIn : null;

    /// <summary>Asks for a sign-in.</summary>
    /// <param name="context">The request.</param>
    /// <param name="problem">Why; null: since only who is signed in is shown anything.</param>
    /// <param name="path">Where the sign-in leads; null: to what was asked for.</param>
    public Task TurnAwayAsync(HttpContext context, Problem? problem = null, string? path = null)
    {
        var told = problem ?? Problems.SignInRequired(
            $"Requests are shown to approvers who have signed in. Open {options.Value.BaseUrl} in a browser; or post approver and "
                + "passphrase as a form to /session, and send the cookie that it sets.");
        if (!Answers.WantsHtml(context.Request))
            return Answers.ProblemAsync(context, told);
        Answers.SetHeaders(context.Response, told);
        var leadsTo = ReturnPath.Of(path ?? context.Request.Path);
        return Answers.HtmlAsync(context, told.Status, problem is null && IsFromElsewhere(context.Request)
            ? SignInPage.FromElsewhere(leadsTo)
            : SignInPage.Render(leadsTo, options.Value.SignIn, problem));
    }

    // Who follows a link of another site is not known until they follow one of this page.
    private static bool IsFromElsewhere(HttpRequest request) => request.Headers["Sec-Fetch-Site"] is ["cross-site" or "same-site"];
}
