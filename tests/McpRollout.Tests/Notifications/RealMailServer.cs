using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using McpRollout.Tests.Cluster;
using MimeKit;

namespace McpRollout.Tests.Notifications;

/// <summary>Debian's <c>python3-aiosmtpd</c> on a port of its own. Without it the test is skipped, in CI it fails.</summary>
internal sealed class RealMailServer : IAsyncDisposable
{
    public const string User = "sender";
    public const string Password = "hunter2-mail";

    private const string Python = "/usr/bin/python3";
    private const string Library = "/usr/lib/python3/dist-packages/aiosmtpd";

    private const string Program = """
        import asyncio, json, ssl, sys
        from aiosmtpd.smtp import SMTP, AuthResult

        user, password, certificate = sys.argv[1:4]

        class Handler:
            async def handle_RCPT(self, server, session, envelope, address, options):
                if address.startswith("nobody@"):
                    return "550 no such mailbox"
                envelope.rcpt_tos.append(address)
                return "250 OK"

            async def handle_DATA(self, server, session, envelope):
                print(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None,
                    "authenticated": bool(session.authenticated), "content": envelope.content.decode("ascii")}), flush=True)
                return "250 taken"

        def check(server, session, envelope, mechanism, data):
            # Not handled: the library is to answer a wrong one.
            return AuthResult(success=data.login == user.encode() and data.password == password.encode(), handled=False)

        async def main():
            context = None
            if certificate:
                context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                context.load_cert_chain(certificate)
            make = lambda: SMTP(Handler(), hostname="mail.test", tls_context=context, require_starttls=context is not None,
                authenticator=check if user else None, auth_required=bool(user), auth_require_tls=False)
            server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
            print(server.sockets[0].getsockname()[1], flush=True)
            await server.serve_forever()

        asyncio.run(main())
        """;

    private readonly Process _process;
    private readonly string? _certificate;

    private RealMailServer(Process process, int port, string? certificate) => (_process, Port, _certificate) = (process, port, certificate);

    public int Port { get; }

    /// <summary>Starts one that asks who sends, and for TLS before that.</summary>
    public static async Task<RealMailServer> StartAsync(bool isLocked = false, TestAuthority? authority = null)
    {
        if (!Directory.Exists(Library))
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is not null, "python3-aiosmtpd is not installed.");
            Assert.Fail("python3-aiosmtpd is not installed.");
        }

        var pem = authority is null ? null : await KeyPairAsync(authority);
        var process = Process.Start(new ProcessStartInfo(
            Python, ["-W", "ignore", "-c", Program, isLocked ? User : "", isLocked ? Password : "", pem ?? ""])
        {
            RedirectStandardOutput = true,
        })!;
        var port = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        return new(process, int.Parse(port!, CultureInfo.InvariantCulture), pem);
    }

    /// <summary>Waits for the next message.</summary>
    public async Task<Mail> NextAsync()
    {
        var line = JsonDocument.Parse((await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!).RootElement;
        using var content = new MemoryStream(Encoding.ASCII.GetBytes(line.GetProperty("content").GetString()!));
        return new(
            line.GetProperty("from").GetString()!,
            [.. line.GetProperty("to").EnumerateArray().Select(to => to.GetString()!)],
            line.GetProperty("tls").GetBoolean(),
            line.GetProperty("authenticated").GetBoolean(),
            await MimeMessage.LoadAsync(content, TestContext.Current.CancellationToken));
    }

    /// <summary>Ends it before the test does.</summary>
    public async Task StopAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        if (_certificate is not null)
            File.Delete(_certificate);
    }

    private static async Task<string> KeyPairAsync(TestAuthority authority)
    {
        using var certificate = authority.ServerCertificate();
        var file = Path.GetTempFileName();
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!;
        await File.WriteAllTextAsync(
            file, $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n", TestContext.Current.CancellationToken);
        return file;
    }
}

/// <summary>A message as the server has it.</summary>
internal sealed record Mail(string From, IReadOnlyList<string> To, bool ByTls, bool Authenticated, MimeMessage Message);
