using System.Text.RegularExpressions;

namespace McpRollout.Web.Session;

/// <summary>Where a person goes after signing in: to a page of requests or that of a link, on this server and nowhere else.</summary>
internal static partial class ReturnPath
{
    public const string Inbox = "/";

    /// <summary>The path that was asked for, if it is that of such a page; else the inbox.</summary>
    public static string Of(string? path) => path is not null && Shown().IsMatch(path) ? path : Inbox;

    [GeneratedRegex(@"\A/(approvals|enrol)/[A-Za-z0-9_-]{1,100}\z")]
    private static partial Regex Shown();
}
