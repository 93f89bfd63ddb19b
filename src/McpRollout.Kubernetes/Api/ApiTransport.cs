using McpRollout.Kubernetes.Connections;
using McpRollout.Kubernetes.Credentials;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace McpRollout.Kubernetes.Api;

/// <summary>Brings questions to the API server: reads again and again within bounds, writes once.</summary>
internal sealed class ApiTransport(IConnectionSource source, TimeProvider time, ILogger<ApiTransport> logger)
{
    /// <summary>How long a write is waited for. The API server itself gives up on one after 60 s; then nobody waits here any
    /// more.</summary>
    public static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(30);

    private readonly Lazy<ResiliencePipeline<ClusterAnswer<ApiReply>>> _reads = new(() => ReadPipeline.Create(time, logger));

    /// <summary>Asks; a refused credential is renewed once, which is safe for writes too, as the server refused before it acted.</summary>
    public async Task<ClusterAnswer<ApiReply>> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        if (Nameless(request) is { } nameless)
            return nameless;

        var connected = await source.ConnectAsync(cancellationToken);
        if (!connected.Succeeded)
            return connected.Failure;

        var connection = connected.Value;
        var began = time.GetTimestamp();
        using var span = ClusterSpan.Start(request, connection.Endpoint);
        var answer = await AskAsync(connection, request, span, cancellationToken);
        span.Answered(answer.Failure);
        ClusterTelemetry.Measure(request.Call, answer.Failure?.Kind, time.GetElapsedTime(began));
        return answer;
    }

    private static ClusterFailure? Nameless(ApiRequest request)
    {
        if (request.Namespace is { } ns && !ApiPaths.CanName(ns))
            return new(ClusterFailureKind.Invalid, $"'{ns}' cannot be the name of a namespace. Give the namespace's name.");

        return request.Workload is { } workload && !ApiPaths.CanName(workload.Name)
            ? new(ClusterFailureKind.Invalid, $"'{workload.Name}' cannot be the name of a {workload.TypeName}. Give its name.")
            : null;
    }

    private async Task<ClusterAnswer<ApiReply>> AskAsync(
        Connection connection, ApiRequest request, ClusterSpan span, CancellationToken cancellationToken)
    {
        for (var renewed = false; ; renewed = true)
        {
            // A plugin may wait for a person: it has its own time limit, outside of that of the request.
            var shown = await connection.Credentials.PresentAsync(cancellationToken);
            if (!shown.Succeeded)
                return shown.Failure;

            var answer = request.Call == ApiCall.Write
                ? await WriteAsync(connection, shown.Value, request, span, cancellationToken)
                : await ReadAsync(connection, shown.Value, request, span, cancellationToken);

            if (answer.Failure is not { Kind: ClusterFailureKind.Unauthorized } refusal)
                return answer;

            var renewal = connection.Credentials.Discard(shown.Value);
            if (renewed || !renewal.IsPossible)
                return renewal.Problem is { } problem ? refusal with { Message = $"{refusal.Message} {problem}" } : refusal;
        }
    }

    private async Task<ClusterAnswer<ApiReply>> ReadAsync(
        Connection connection, Credential credential, ApiRequest request, ClusterSpan span, CancellationToken cancellationToken)
    {
        ClusterFailure? last = null;
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(ReadPipeline.Call, request.Call);
        try
        {
            return await _reads.Value.ExecuteAsync(
                async attempt =>
                {
                    span.Sending();
                    var answer = await Exchange.SendAsync(connection, credential, request, write: null, attempt.CancellationToken);
                    last = answer.Failure ?? last;
                    return answer;
                },
                context);
        }
        catch (TimeoutRejectedException)
        {
            return last ?? TransportFailure.Unreachable(
                connection, "it did not answer in time", "Check the network, the VPN and the API server's load.");
        }
        catch (BrokenCircuitException)
        {
            return last ?? TransportFailure.Unreachable(connection,
                "it did not answer several times in a row and is left alone for some seconds",
                "Check the network and the API server, then ask again.");
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<ClusterAnswer<ApiReply>> WriteAsync(
        Connection connection, Credential credential, ApiRequest request, ClusterSpan span, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(WriteTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var body = new SentOnceContent(request.Body, request.ContentType);
        try
        {
            span.Sending();
            return await Exchange.SendAsync(connection, credential, request, body, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return body.Begun
                ? TransportFailure.Lost(connection, $"no answer came within {WriteTimeout.TotalSeconds:0} seconds")
                : TransportFailure.Unreachable(connection, "connecting took too long", "Check the network, the VPN and firewalls.");
        }
    }
}
