using McpRollout.Web.Limits;

namespace McpRollout.Web;

/// <summary>When a passphrase is checked: at once in a browser that proved itself, up to so many in a minute; strangers wait in
/// line.</summary>
internal sealed class AttemptTurn(AttemptLine line, MinuteLimit limit)
{
    /// <summary>Completes when it is the attempt's turn, and is null then; else it has none, and this is how long to wait before the
    /// next.</summary>
    public async Task<TimeSpan?> WaitAsync(HttpContext context, AttemptSource source)
    {
        if (source is AttemptSource.OfKnownBrowser known)
            return limit.TryTake(known.Id);
        if (!context.Features.Get<ServedConnection>()!.TryAnswer(ConnectionUse.Attempt))
            return AttemptLine.Step * ConnectionShares.OfThePage.Attempts.OfOne;
        await line.WaitAsync(context.RequestAborted);
        return null;
    }
}
