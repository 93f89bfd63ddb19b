using McpRollout.Approvals.Audit.Sinks;
using McpRollout.Approvals.Files;
using McpRollout.Approvals.Policies;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Notifications;

/// <summary>A channel: which messages it wants, and what takes them there.</summary>
internal sealed class NotificationChannel(ChannelOptions options, INotificationSender sender)
{
    private readonly ClusterScope _namespaces = new(options.Namespaces);

    /// <summary>What people know it by.</summary>
    public string Name => options.Name!;

    /// <summary>What takes messages there.</summary>
    public INotificationSender Sender => sender;

    /// <summary>Whether it is told of this at all.</summary>
    public bool Wants(NotificationEvent notificationEvent) =>
        options.When.Count == 0 || options.When.Contains(notificationEvent.ToName());

    /// <summary>Whether it is told of this request.</summary>
    public bool Wants(UndoRequest request) =>
        Rule.Globs([.. options.Clusters], request.Plan.Cluster)
        && _namespaces.Allows(request.Plan.Namespace)
        && (options.ResourceTypes.Count == 0 || options.ResourceTypes.Contains(request.Plan.Workload.TypeName))
        && (options.Rules.Count == 0 || options.Rules.Contains(request.Terms?.Rule ?? "", StringComparer.OrdinalIgnoreCase));

    /// <summary>Makes one of settings that hold.</summary>
    public static NotificationChannel Of(ChannelOptions options, TimeProvider time) => new(options, SenderOf(options, time));

    /// <summary>The address that the settings give, in the file or not.</summary>
    public static string? AddressOf(ChannelOptions options) =>
        options.UrlFile is { } file ? Encoding.UTF8.GetString(SecretFile.Read(file))
        : options.Url ?? (options.Type == ChannelKind.PagerDuty ? PagerDutyMessage.DefaultUrl : null);

    /// <summary>An ntfy address taken apart, which is posted to without the topic; null if it names none.</summary>
    public static (Uri Server, string Topic)? TopicOf(Uri url) =>
        url.Segments is [.. var path, var topic] && topic.Trim('/') is { Length: > 0 } name
            ? (new Uri(url, string.Concat(path)), Uri.UnescapeDataString(name))
            : null;

    private static INotificationSender SenderOf(ChannelOptions options, TimeProvider time)
    {
        var url = new Uri(AddressOf(options)!);
        switch (options.Type)
        {
            case ChannelKind.Slack:
                return new HttpSender(url, SlackMessage.Of, sign: null, time);
            case ChannelKind.Teams:
                return new HttpSender(url, TeamsMessage.Of, sign: null, time);
            case ChannelKind.Ntfy:
                var (server, topic) = TopicOf(url)!.Value;
                return new HttpSender(server, notification => NtfyMessage.Of(topic, notification), BearerOf(options), time);
            case ChannelKind.Email:
                return new EmailSender(url, options);
            case ChannelKind.Webhook:
                return new HttpSender(url, WebhookMessage.Of,
                    (request, body) => BodySignature.Add(request, body, options.SecretFile!, time.GetUtcNow()), time);
            case ChannelKind.PagerDuty:
                return new HttpSender(url, notification => PagerDutyMessage.Of(Secret(options), notification), sign: null, time);
            case ChannelKind.Alertmanager:
                return new HttpSender(url, AlertmanagerMessage.Of, BearerOf(options), time);
            default:
                throw new InvalidOperationException("Kinds of channel are a closed set.");
        }
    }

    private static Action<HttpRequestMessage, byte[]>? BearerOf(ChannelOptions options) => options.SecretFile is null
        ? null
        : (request, _) => request.Headers.Authorization = new("Bearer", Secret(options));

    // Read for each message: one that was renewed needs no restart.
    private static string Secret(ChannelOptions options) => Encoding.UTF8.GetString(SecretFile.Read(options.SecretFile!));
}
