using System.Security.Cryptography;

namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>
/// Posts each record to a receiver: in order, at least once, signed. How far it came is in the store. Processes that deliver at once may
/// both deliver a record; the receiver knows it by its <c>seq</c>.
/// </summary>
internal sealed class WebhookSink(AuditLog log, SinkPositions positions, IOptions<AuditOptions> options, TimeProvider time)
    : IAuditSink, IDisposable
{
    private readonly Uri _url = new(options.Value.Webhook.Url!);
    private readonly HttpReceiver _receiver = new(new(options.Value.Webhook.Url!), time);

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

    public void Dispose() => _receiver.Dispose();

    private async Task DeliverAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        if (await _receiver.PostAsync(entry.Line, Sign, cancellationToken) is { } failure)
            throw new AuditUnavailableException(
                $"The audit webhook at {_receiver.Authority} did not acknowledge record {entry.Seq}: {failure}.");
    }

    private void Sign(HttpRequestMessage request, byte[] body) =>
        BodySignature.Add(request, body, options.Value.Webhook.SecretFile!, time.GetUtcNow());
}
