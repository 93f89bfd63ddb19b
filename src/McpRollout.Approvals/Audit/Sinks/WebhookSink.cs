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
internal sealed class WebhookSink(AuditLog log, SinkPositions positions, IOptions<AuditOptions> options, TimeProvider time)
    : IAuditSink, IDisposable
{
    private readonly Uri _url = new(options.Value.Webhook.Url!);
    private readonly HttpClient _http = ClientFor(new(options.Value.Webhook.Url!));
    private readonly ResiliencePipeline<Delivery> _retries = Retries(time);

    // Another receiver has another position, and is told everything from the first record on. An address may hold a token: only its digest
    // is stored.
    private string Position => "webhook " + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_url.AbsoluteUri)));

    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var delivered = 0L;
        try
        {
            await log.DeliverAsync(
                await positions.ReadAsync(Position, cancellationToken),
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
                await positions.AdvanceAsync(Position, delivered, CancellationToken.None);
        }
    }

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
            var (body, timestamp) = (Encoding.UTF8.GetBytes(entry.Line), time.GetUtcNow().ToUnixTimeSeconds());
            using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add("X-McpRollout-Timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
            request.Headers.Add("X-McpRollout-Signature", Signature(timestamp, body));
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

    // The HMAC-SHA256 of the timestamp (seconds since 1970), a full stop and the body, in lower-case hex.
    private string Signature(long timestamp, byte[] body)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{timestamp}."), .. body];
        return "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(SecretFile.Read(options.Value.Webhook.SecretFile!), signed));
    }

    private static HttpClient ClientFor(Uri url) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = !url.IsLoopback })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders =
            {
                UserAgent = { new ProductInfoHeaderValue("mcp-rollout", typeof(WebhookSink).Assembly.GetName().Version?.ToString(3)) },
            },
        };

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
