namespace McpRollout.Web.Session;

/// <summary>Who is signed in, as a request's feature. There is none where anyone may read.</summary>
/// <param name="Name">The approver's name.</param>
internal sealed record Reader(string Name)
{
    /// <summary>The name of who reads; null where nobody is signed in.</summary>
    public static string? NameIn(HttpContext context) => context.Features.Get<Reader>()?.Name;
}
