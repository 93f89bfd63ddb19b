using McpRollout.Mcp.Answers;

namespace McpRollout.Mcp.Tools;

/// <summary>A request that waits for a decision on a page, whichever process has it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Url">The page's address.</param>
/// <param name="MatchCode">What the page shows, too.</param>
/// <param name="About">What it is about, in short.</param>
internal sealed record WaitingRequest(string Id, string Url, string MatchCode, string About)
{
    /// <summary>The request that an answer tells of; null if it tells of none, or that one does not wait, or has no page.</summary>
    public static WaitingRequest? In(ToolAnswer answer)
    {
        if (answer.Facts is not { } facts || facts.TextAt("state") != RequestState.Pending.ToName()
            || facts.TextAt("approval_url") is not { } url || !IsOpenable(url)
            || facts.TextAt("request_id") is not { } id || facts.TextAt("match_code") is not { } code
            || !facts.TryGetProperty("resource", out var resource))
            return null;
        var about = $"{resource.TextAt("resource_type")}/{resource.TextAt("name")} in {resource.TextAt("namespace")}, cluster "
            + VisibleText.Quoted(resource.TextAt("cluster") ?? "");
        return new(id, url, code, VisibleText.Of(about, 200));
    }

    private static bool IsOpenable(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
}
