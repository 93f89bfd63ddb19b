using System.Net.Http.Headers;
using System.Security.Cryptography;
using McpRollout.Approvals.Files;
using Polly;
using Polly.Retry;

namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>
/// Posts each record to a receiver: in order, at least once, signed. How far it came is in the store. Processes that deliver at once may
/// both deliver a record; the receiver knows it by its <c>seq</c>.
/// </summary>
internal sealed class WebhookSink : IAuditSink, IDisposable
{
    private readonly AuditLog _log;
    private readonly SinkPositions _positions;
    private readonly string _secretFile;
    private readonly TimeProvider _time;
    private readonly Uri _url;
    private readonly string _position;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<Delivery> _retries;

    public WebhookSink(AuditLog log, SinkPositions positions, IOptions<AuditOptions> options, TimeProvider time)
    {
        (_log, _positions, _time, _retries) = (log, positions, time, Retries(time));
        (_url, _secretFile) = (new Uri(options.Value.Webhook.Url!), options.Value.Webhook.SecretFile!);

        // Another receiver has another position, and is told everything from the first record on. An address may hold a token: only its
        // digest is stored.
        _position = "webhook " + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_url.AbsoluteUri)));
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = !_url.IsLoopback })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(
            new ProductInfoHeaderValue("mcp-rollout", typeof(WebhookSink).Assembly.GetName().Version?.ToString(3)));
    }

    /// <inheritdoc/>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var delivered = 0L;
        try
        {
            await _log.DeliverAsync(
                await _positions.ReadAsync(_position, cancellationToken),
                async entry =>
                {
                    await DeliverAsync(entry, cancellationToken);
                    delivered = entry.Seq;
                },
                cancellationToken);
        }
        finally
        {
            if (delivered > 0)
                await _positions.AdvanceAsync(_position, delivered, CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task DeliverAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        Delivery? last = null;
        try
        {
            await _retries.ExecuteAsync(async attempt => last = await PostAsync(entry, attempt), cancellationToken);
        }
        catch (OperationCanceledException late)
        {
            throw Unavailable(entry, last?.Failure ?? "it did not answer in time", late);
        }

        if (last?.Failure is { } failure)
            throw Unavailable(entry, failure);
    }

    private async Task<Delivery> PostAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var (body, timestamp) = (Encoding.UTF8.GetBytes(entry.Line), _time.GetUtcNow().ToUnixTimeSeconds());
            using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add(WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
            request.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(SecretFile.Read(_secretFile), timestamp, body));
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return Delivery.Of(answer, _time.GetUtcNow());
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

    private AuditUnavailableException Unavailable(AuditEntry entry, string why, Exception? inner = null) =>
        new($"The audit webhook at {_url.GetLeftPart(UriPartial.Authority)} did not acknowledge record {entry.Seq}: {why}.", inner);

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
