using System.Net;

namespace McpRollout.Benchmarks.Load;

/// <summary>The one address of all replicas, as a load balancer makes it: each request goes to the next replica that runs. What a client
/// sees of an outage is counted, and it tries again until it has an answer.</summary>
internal sealed class Address(IReadOnlyList<Replica> replicas, Uri publicUrl, Tally tally) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
    })
    { Timeout = TimeSpan.FromSeconds(75) };

    private int _next;

    /// <summary>Sends it until it is answered by anything but an outage or a limit.</summary>
    /// <param name="what">What is sent, for the tally.</param>
    /// <param name="path">Where to.</param>
    /// <param name="make">Makes it anew for each try.</param>
    /// <param name="isOnce">Whether it must not be sent again, as what a passkey signed: an outage is then answered as 503.</param>
    public async Task<(HttpStatusCode Status, string Body, string? Cookie)> SendAsync(
        string what, string path, Func<HttpRequestMessage> make, bool isOnce = false)
    {
        var until = DateTimeOffset.UtcNow + Patience;
        while (true)
        {
            try
            {
                using var request = make();
                request.RequestUri = new Uri(Next().Address, path);
                request.Headers.Host = publicUrl.Authority;
                using var answer = await _http.SendAsync(request);
                var body = await answer.Content.ReadAsStringAsync();
                if (answer.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests))
                    return (answer.StatusCode, body, Cookies(answer));
                tally.Count($"{what}: {(int)answer.StatusCode}");
                await Task.Delay(answer.Headers.RetryAfter?.Delta is { } wait && wait < TimeSpan.FromSeconds(5) ? wait : Pause * 4);
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or TaskCanceledException)
            {
                tally.Count($"{what}: {(failure is TaskCanceledException ? "no answer in 75 s" : "connection lost or refused")}");
                await Task.Delay(Pause);
            }

            if (isOnce)
                return (HttpStatusCode.ServiceUnavailable, "", null);
            if (DateTimeOffset.UtcNow > until)
                throw new TimeoutException($"{what} was not answered within {Patience.TotalMinutes:0} minutes.");
        }
    }

    public void Dispose() => _http.Dispose();

    private Replica Next()
    {
        var first = (uint)Interlocked.Increment(ref _next);
        var running = replicas.Where(replica => replica.IsRunning).ToList();
        return running.Count > 0 ? running[(int)(first % running.Count)] : replicas[(int)(first % replicas.Count)];
    }

    private static string? Cookies(HttpResponseMessage answer) => answer.Headers.TryGetValues("Set-Cookie", out var set)
        ? string.Join("; ", set.Select(each => each.Split(';')[0]))
        : null;
}
