using System.Net.Http.Headers;
using Polly;
using Polly.Retry;

namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>An address that JSON is posted to, again and again until it is taken or refused for good.</summary>
internal sealed class HttpReceiver(Uri url, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = ClientFor(url);
    private readonly ResiliencePipeline<Delivery> _retries = Retries(time);

    /// <summary>Where it is, for people; the rest of the address may hold a token.</summary>
    public string Authority { get; } = url.GetLeftPart(UriPartial.Authority);

    /// <summary>Posts a line.</summary>
    /// <param name="line">The body.</param>
    /// <param name="sign">Adds what the receiver knows the sender by, for each attempt anew.</param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    /// <returns>Why it was not acknowledged; null if it was.</returns>
    public async Task<string?> PostAsync(string line, Action<HttpRequestMessage, byte[]>? sign, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(line);
        Delivery? last = null;
        try
        {
            return (await _retries.ExecuteAsync(async attempt => last = await TryAsync(body, sign, attempt), cancellationToken)).Failure;
        }
        catch (OperationCanceledException)
        {
            return last?.Failure ?? "it did not answer in time";
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<Delivery> TryAsync(byte[] body, Action<HttpRequestMessage, byte[]>? sign, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            sign?.Invoke(request, body);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return Delivery.Of(answer, time.GetUtcNow());
        }
        catch (HttpRequestException failure)
        {
            return new Delivery($"it cannot be reached: {failure.Message}", IsPassing: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Delivery($"its secret cannot be read: {failure.Message}");
        }
    }

    private static HttpClient ClientFor(Uri url) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = !url.IsLoopback })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders =
            {
                UserAgent = { new ProductInfoHeaderValue("mcp-rollout", typeof(HttpReceiver).Assembly.GetName().Version?.ToString(3)) },
            },
        };

    // The caller's deadline ends it.
    private static ResiliencePipeline<Delivery> Retries(TimeProvider time) =>
        new ResiliencePipelineBuilder<Delivery> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Delivery>
            {
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(100),
                MaxDelay = TimeSpan.FromSeconds(2),
                UseJitter = true,
                ShouldHandle = args => new(args.Outcome.Result is { IsPassing: true }),
                DelayGenerator = args => new(args.Outcome.Result?.RetryAfter),
            })
            .Build();
}
