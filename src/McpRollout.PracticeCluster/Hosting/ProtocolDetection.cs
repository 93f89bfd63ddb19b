using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace McpRollout.PracticeCluster.Hosting;

/// <summary>
/// Serves HTTP and HTTPS on one port, told apart by the first byte. kubectl needs HTTPS: it sends no token over plain HTTP
/// (k8s.io/client-go/tools/clientcmd, "only try to read the auth information if we are secure"). People with curl do not.
/// </summary>
internal sealed class ProtocolDetection(X509Certificate2 certificate)
{
    private const byte TlsHandshake = 0x16;

    public async Task HandleAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (!await StartsTlsAsync(connection))
        {
            await next(connection);
            return;
        }
        var plain = connection.Transport;
        await using var secure = new SslStream(new DuplexStream(plain), leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                ApplicationProtocols = [SslApplicationProtocol.Http11],
            }, connection.ConnectionClosed);
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException or OperationCanceledException)
        {
            connection.Abort();
            return;
        }
        connection.Transport = new DuplexPipe(PipeReader.Create(secure), PipeWriter.Create(secure));
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = plain;
        }
    }

    private static async Task<bool> StartsTlsAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        var read = await input.ReadAsync(connection.ConnectionClosed);
        var isTls = read.Buffer.Length > 0 && read.Buffer.FirstSpan[0] == TlsHandshake;
        // Nothing is consumed, and nothing but what is there is looked at: the next reader gets it at once.
        input.AdvanceTo(read.Buffer.Start);
        return isTls;
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
