using McpRollout.Web.Limits;

namespace McpRollout.Web;

/// <summary>
/// Takes a request in whole before anything is done for it. Until then its connection only waits, however slowly the rest comes; from then
/// on a place among those that are answered is its own.
/// </summary>
internal sealed class RequestArrival(IReadOnlyList<IPageRoute> others)
{
    /// <summary>The second middleware.</summary>
    public async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        var connection = context.Features.Get<ServedConnection>()!;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        body.Position = 0;
        context.Request.Body = body;
        if (!connection.TryAnswer(await IsAgentsAsync(context) ? ConnectionUse.Agent : ConnectionUse.Person))
        {
            context.Response.Headers.Connection = "close";
            await Answers.ProblemAsync(context, Problems.Busy(
                "More requests are being answered now than there is room for. Nothing was decided: try again in a moment."));
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            connection.Wait();
        }
    }

    private async ValueTask<bool> IsAgentsAsync(HttpContext context)
    {
        foreach (var other in others)
        {
            if (await other.IsAgentsAsync(context))
                return true;
        }

        return false;
    }
}
