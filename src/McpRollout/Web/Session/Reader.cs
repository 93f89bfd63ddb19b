namespace McpRollout.Web.Session;

/// <summary>Who is signed in, as a request's feature. There is none where anyone may read.</summary>
/// <param name="Name">The approver's name.</param>
/// <param name="SignIn">How they are signed in through the company's provider; null of one who is not.</param>
internal sealed record Reader(string Name, SignIn? SignIn)
{
    /// <summary>Who reads; null where nobody is signed in.</summary>
    public static Reader? In(HttpContext context) => context.Features.Get<Reader>();

    /// <summary>The name of who reads; null where nobody is signed in.</summary>
    public static string? NameIn(HttpContext context) => In(context)?.Name;
}
