using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Files;
using McpRollout.Approvals.Policies;
using MimeKit;

namespace McpRollout.Approvals.Notifications;

/// <summary>Finds all that is wrong with the <c>Notifications</c> section at once. What could be a secret is not repeated.</summary>
internal sealed class NotificationOptionsValidation(bool hostsApprovals = true) : IValidateOptions<NotificationOptions>
{
    private const int LongestName = 60;

    public ValidateOptionsResult Validate(string? name, NotificationOptions options)
    {
        string[] errors =
        [
            .. hostsApprovals || options.Channels.Count == 0
                ? Array.Empty<string>()
                : ["Notifications are told by the side that hosts approvals, and Approvals:Host is false: leave them out here."],
            .. options.Channels.SelectMany((channel, at) => Errors($"Notifications:{at}", channel)),
            .. options.Channels.GroupBy(channel => channel.Name, StringComparer.OrdinalIgnoreCase)
                .Where(group => group.Key is not null && group.Count() > 1)
                .Select(twice => $"Notifications has {twice.Count()} channels of the name '{twice.Key}': give each a name of its own."),
        ];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Errors(string key, ChannelOptions channel)
    {
        if (channel.Name is null)
            yield return $"{key}:Name is missing: people are told of the channel by it, and how far it was told is kept under it.";
        else if (string.IsNullOrWhiteSpace(channel.Name) || VisibleText.Of(channel.Name, LongestName) != channel.Name)
            yield return $"{key}:Name is '{VisibleText.Of(channel.Name, LongestName)}': write a name of 1 to {LongestName} visible "
                + "characters.";
        if (channel.Type is not { } kind)
        {
            yield return $"{key}:Type is missing: write {string.Join(", ", Enum.GetNames<ChannelKind>()).ToLowerInvariant()}.";
            yield break;
        }

        string[] errors =
        [
            .. AddressErrors(key, channel, kind), .. SecretErrors(key, channel, kind), .. MailErrors(key, channel, kind),
            .. channel.When.Except(NotificationEvents.Names)
                .Select(unknown => $"{key}:When has '{unknown}': write {string.Join(", ", NotificationEvents.Names)}."),
            .. PolicyReading.WordErrors($"{key}:Clusters", channel.Clusters),
            .. PolicyReading.GlobErrors($"{key}:Namespaces", channel.Namespaces), .. PolicyReading.TypeErrors(key, channel.ResourceTypes),
        ];
        foreach (var error in errors)
            yield return error;
    }

    private static IEnumerable<string> AddressErrors(string key, ChannelOptions channel, ChannelKind kind)
    {
        if (channel is { Url: not null, UrlFile: not null })
            yield return $"{key}:Url and {key}:UrlFile are both set: keep one; the file, if the address is a secret.";
        else if (channel.UrlFile is { } file && SecretFile.Error(file, shortest: 1) is { } error)
            yield return $"{key}:UrlFile is '{file}', {error}.";
        else if (!Uri.TryCreate(NotificationChannel.AddressOf(channel), UriKind.Absolute, out var url) || !IsOf(kind, url))
            yield return kind == ChannelKind.Email
                ? $"{key}:Url is no mail server: write smtps://HOST:465, or smtp://HOST:587 for one that is asked for TLS."
                : $"{key}:Url is no address to post to: write an https one (http only to localhost), or a file with it as {key}:UrlFile.";
        else if (url.UserInfo.Length > 0)
            yield return $"{key}:Url holds a user or a password: leave them out; {key}:SecretFile is for what the channel knows us by.";
        else if (kind == ChannelKind.Ntfy && NotificationChannel.TopicOf(url) is null)
            yield return $"{key}:Url names no topic: write e.g. https://ntfy.example.com/TOPIC.";
    }

    private static bool IsOf(ChannelKind kind, Uri url) => kind == ChannelKind.Email
        ? url is { Scheme: EmailSender.Tls or EmailSender.StartTls, Host.Length: > 0, AbsolutePath: "" or "/" }
        : url.Scheme == "https" || (url.Scheme == "http" && AuditOptionsValidation.IsLoopback(url));

    private static IEnumerable<string> SecretErrors(string key, ChannelOptions channel, ChannelKind kind)
    {
        if (channel.SecretFile is { } file)
        {
            if (kind is ChannelKind.Slack or ChannelKind.Teams)
                yield return $"{key}:SecretFile is set, and the address is all that {kind} knows us by: leave it out.";
            else if ((kind == ChannelKind.Webhook ? SecretFile.Error(file)
                : kind == ChannelKind.Email ? SecretFile.Error(file, shortest: 1)
                : SecretFile.TokenError(file)) is { } error)
                yield return $"{key}:SecretFile is '{file}', {error}.";
        }
        else if (kind is ChannelKind.Webhook)
        {
            yield return $"{key}:SecretFile is not set: write the path of a file with the key that messages are signed with, made e.g. by "
                + "'openssl rand -hex 32'.";
        }
        else if (kind is ChannelKind.PagerDuty)
        {
            yield return $"{key}:SecretFile is not set: write the path of a file with the routing key of the PagerDuty integration.";
        }
    }

    private static IEnumerable<string> MailErrors(string key, ChannelOptions channel, ChannelKind kind)
    {
        if (kind != ChannelKind.Email)
        {
            if (channel is not { User: null, From: null, To.Count: 0 })
                yield return $"{key} has User, From or To, which are for e-mail: leave them out, or write {key}:Type=email.";
            yield break;
        }

        if (!IsMailbox(channel.From))
            yield return $"{key}:From is '{VisibleText.Of(channel.From ?? "")}': write the sender's address, e.g. mcp-rollout@example.com.";
        if (channel.To.Count == 0)
            yield return $"{key}:To is missing: write {key}:To:0=ADDRESS.";
        foreach (var wrong in channel.To.Where(address => !IsMailbox(address)))
            yield return $"{key}:To has '{VisibleText.Of(wrong)}': write an address, e.g. oncall@example.com.";
        if (channel.User is null != channel.SecretFile is null)
            yield return $"{key}:User and {key}:SecretFile go together: write both, or neither for a server that asks nobody who they are.";
    }

    private static bool IsMailbox(string? address) =>
        MailboxAddress.TryParse(address, out var mailbox) && mailbox.Domain.Length > 0 && !mailbox.Address.AsSpan().ContainsAny("\r\n");
}
