using MimeKit;
using MimeKit.Text;

namespace McpRollout.Approvals.Notifications;

/// <summary>The message as an e-mail of plain text. No word of strangers is in a header.</summary>
internal static class EmailMessage
{
    /// <summary>Writes it.</summary>
    /// <param name="channel">Sender and recipients.</param>
    /// <param name="notification">What to tell.</param>
    public static MimeMessage Of(ChannelOptions channel, Notification notification)
    {
        var from = MailboxAddress.Parse(channel.From!);
        var message = new MimeMessage
        {
            From = { from },
            Subject = $"{Notification.Title} {notification.Request.Id}: {notification.Event.ToName()}",
            Date = notification.At,
            MessageId = $"{notification.Id}.{notification.Request.Id}@{from.Domain}",
            Body = new TextPart(TextFormat.Plain) { Text = notification.Lines + "\n" },
        };
        message.To.AddRange(channel.To.Select(MailboxAddress.Parse));

        // So that no absence notice answers it (RFC 3834).
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return message;
    }
}
