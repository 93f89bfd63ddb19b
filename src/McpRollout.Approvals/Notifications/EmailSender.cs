using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Files;

namespace McpRollout.Approvals.Notifications;

/// <summary>Hands each message to a mail server. What leaves this machine goes over TLS, or not at all.</summary>
internal sealed class EmailSender(Uri url, ChannelOptions channel) : INotificationSender
{
    /// <summary>As the settings write a server that speaks TLS from the first byte on.</summary>
    public const string Tls = "smtps";

    /// <summary>As they write one that is asked for it (STARTTLS).</summary>
    public const string StartTls = "smtp";

    private const int LongestFailure = 200;

    public string Place => url.GetLeftPart(UriPartial.Authority);

    public async Task<string?> SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        try
        {
            // Whether a certificate was revoked no other connection of this program asks, either: it takes another server that answers.
            using var client = new SmtpClient { CheckCertificateRevocation = false };
            await client.ConnectAsync(url.DnsSafeHost, PortOf(url), Security, cancellationToken);
            if (channel is { User: { } user, SecretFile: { } file })
                await client.AuthenticateAsync(user, Encoding.UTF8.GetString(SecretFile.Read(file)), cancellationToken);
            await client.SendAsync(EmailMessage.Of(channel, notification), cancellationToken);

            // The server has it by now, however it takes the farewell.
            await client.DisconnectAsync(quit: true, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }
        catch (OperationCanceledException)
        {
            return "it did not answer in time";
        }
        catch (AuthenticationException)
        {
            return "it refused the user or the password";
        }
        catch (SslHandshakeException)
        {
            return "its TLS certificate is not trusted, or it speaks no TLS on this port";
        }
        catch (SmtpCommandException refused)
        {
            return $"it answered {(int)refused.StatusCode}: {VisibleText.EndsOf(SecretText.Mask(refused.Message), LongestFailure)}";
        }
        catch (Exception failure) when (failure is SocketException or IOException or UnauthorizedAccessException or ProtocolException
            or NotSupportedException)
        {
            return $"it cannot be spoken to: {VisibleText.EndsOf(SecretText.Mask(failure.Message), LongestFailure)}";
        }
    }

    private SecureSocketOptions Security => url.Scheme == Tls ? SecureSocketOptions.SslOnConnect
        : AuditOptionsValidation.IsLoopback(url) ? SecureSocketOptions.StartTlsWhenAvailable
        : SecureSocketOptions.StartTls;

    private static int PortOf(Uri url) => url.Port > 0 ? url.Port : url.Scheme == Tls ? 465 : 587;
}
