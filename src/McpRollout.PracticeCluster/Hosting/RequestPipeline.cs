using System.Buffers;
using McpRollout.PracticeCluster.Access;
using McpRollout.PracticeCluster.Api;
using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Faults;
using McpRollout.PracticeCluster.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace McpRollout.PracticeCluster.Hosting;

/// <summary>A request's way through the server: noted, made to suffer what faults are set, answered.</summary>
internal sealed class RequestPipeline(RequestRouter router, FaultInjection faults, ClusterClock clock)
{
    public async Task HandleAsync(HttpContext context, CancellationToken stopping)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await HandleAsync(context, ends, stopping);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The client hung up, or the cluster is going down.
            context.Abort();
        }
        catch (IOException)
        {
            context.Abort();
        }
    }

    private async Task HandleAsync(HttpContext context, CancellationTokenSource ends, CancellationToken stopping)
    {
        var request = await ReadAsync(context.Request, ends.Token);
        var query = context.Request.QueryString.Value ?? "";
        var record = new RequestRecord(request.Method, request.Path, query, request.User.Name, request.Body);
        faults.Record(record);
        var active = faults.Matching(record);
        foreach (var rule in active)
        {
            if (rule.Kind == FaultKind.HandleLate) context.Abort();
            if (rule.Gate is { } gate)
                await gate.PassAsync(record, rule.Kind == FaultKind.HandleLate ? stopping : ends.Token);
            if (rule.Kind == FaultKind.Latency) await Task.Delay(rule.Latency, clock.Host, ends.Token);
            if (rule.Kind != FaultKind.DropBefore) continue;
            context.Abort();
            return;
        }
        var answer = Fault(active, context.Response) ?? Answer(request);
        record.Status = answer.Status;
        if (active.Any(rule => rule.Kind is FaultKind.DropAfter or FaultKind.HandleLate)) context.Abort();
        else await SendAsync(context, answer, ends.Token);
    }

    private static ApiAnswer? Fault(IReadOnlyList<FaultRule> active, HttpResponse response)
    {
        if (active.Any(rule => rule.Kind == FaultKind.WatchGone)) return WatchEndpoint.Gone(1, 2);
        if (active.FirstOrDefault(rule => rule.Kind == FaultKind.Answer) is not { } rule) return null;
        if (rule.RetryAfter is { } wait)
            response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return new(rule.Status, ApiErrors.Injected(rule.Status, rule.RetryAfter).ToStatus());
    }

    private ApiAnswer Answer(ApiRequest request)
    {
        try
        {
            return router.Answer(request);
        }
        catch (ApiException error)
        {
            return new(error.Code, error.ToStatus());
        }
        catch (InvalidOperationException error)
        {
            // A field of a type that nothing checked: a real server could not have decoded it.
            return new(500, new ApiException(500, "InternalError", $"Internal error occurred: {error.Message}", []).ToStatus());
        }
    }

    private static async Task<ApiRequest> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        var path = request.Path.Value ?? "/";
        var (accept, agent) = (request.Headers.Accept.ToString(), request.Headers.UserAgent.ToString());
        return new(request.Method, path, request.Query, accept, request.ContentType ?? "", agent, body.ToArray())
        {
            User = User.FromAuthorization(request.Headers.Authorization) ?? User.Anonymous,
            Resource = ResourcePath.Parse(path),
        };
    }

    private static async Task SendAsync(HttpContext context, ApiAnswer answer, CancellationToken cancellationToken)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        if (answer.Stream is { } stream)
        {
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await context.Response.StartAsync(cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
            await stream(context.Response.Body, cancellationToken);
            return;
        }
        var buffer = new ArrayBufferWriter<byte>();
        if (answer.Text is { } text) buffer.Write(System.Text.Encoding.UTF8.GetBytes(text));
        else using (var writer = new Utf8JsonWriter(buffer, JsonText.Options)) answer.Body!.WriteTo(writer);
        context.Response.ContentLength = buffer.WrittenCount;
        if (context.Request.Method != "HEAD")
            await context.Response.Body.WriteAsync(buffer.WrittenMemory, cancellationToken);
    }
}
