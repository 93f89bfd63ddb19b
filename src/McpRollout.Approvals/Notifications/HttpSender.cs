using McpRollout.Approvals.Audit.Sinks;

namespace McpRollout.Approvals.Notifications;

/// <summary>Posts each message as the JSON that its receiver knows.</summary>
/// <param name="url">Where to.</param>
/// <param name="format">Writes the message.</param>
/// <param name="sign">Adds what the receiver knows the sender by; null where the address or the body does.</param>
/// <param name="time">The clock.</param>
internal sealed class HttpSender(
    Uri url, Func<Notification, JsonNode> format, Action<HttpRequestMessage, byte[]>? sign, TimeProvider time)
    : INotificationSender, IDisposable
{
    private readonly HttpReceiver _receiver = new(url, time);

    public string Place => _receiver.Authority;

    public Task<string?> SendAsync(Notification notification, CancellationToken cancellationToken) =>
        _receiver.PostAsync(format(notification).ToJsonString(), sign, cancellationToken);

    public void Dispose() => _receiver.Dispose();
}
