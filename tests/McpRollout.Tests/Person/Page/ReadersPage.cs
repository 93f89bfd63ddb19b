using System.Net;
using McpRollout.Processes;

namespace McpRollout.Tests.Person.Page;

/// <summary>A page on which reading takes a sign-in, and what its visitors send.</summary>
public sealed class ReadersPage : IAsyncLifetime
{
    private const string Html = "text/html,*/*;q=0.8";

    internal PageHost Host { get; } =
        PageHost.Instance(FreePort.Next(), configure: options => options.Read = Approvals.Broker.ReadAccess.Approvers);

    public ValueTask InitializeAsync() => Host.InitializeAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <summary>Signs in as a browser does, and returns its session's cookie.</summary>
    internal async Task<string> SignInAsync(string approver = PageHost.Name)
    {
        using var response = await PostSessionAsync(approver, PageHost.Passphrase);
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        return SessionIn(response) ?? throw new InvalidOperationException("No session began.");
    }

    /// <summary>The session that an answer sets; null if it sets none.</summary>
    internal static string? SessionIn(HttpResponseMessage response) => response.Headers.TryGetValues("Set-Cookie", out var cookies)
        ? cookies.Select(cookie => cookie.Split(';')[0]).SingleOrDefault(each => each.Contains("session=", StringComparison.Ordinal))
        : null;

    internal Task<HttpResponseMessage> PostSessionAsync(
        string approver, string passphrase, string? returnTo = null, string? cookie = null, Action<HttpRequestMessage>? change = null)
    {
        var fields = new Dictionary<string, string> { ["approver"] = approver, ["passphrase"] = passphrase };
        if (returnTo is not null)
            fields["return"] = returnTo;
        return SendAsync(HttpMethod.Post, "/session", Html, cookie, message =>
        {
            message.Content = new FormUrlEncodedContent(fields);
            change?.Invoke(message);
        });
    }

    internal Task<HttpResponseMessage> GetAsync(string path, string? cookie = null, string accept = Html) =>
        SendAsync(HttpMethod.Get, path, accept, cookie);

    internal Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string accept = Html, string? cookie = null, Action<HttpRequestMessage>? change = null)
    {
        var message = new HttpRequestMessage(method, path);
        message.Headers.TryAddWithoutValidation("Accept", accept);
        if (cookie is not null)
            message.Headers.Add("Cookie", cookie);
        change?.Invoke(message);
        return Host.Client.SendAsync(message, PageHost.Cancellation);
    }
}
