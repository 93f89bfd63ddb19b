using System.Diagnostics;
using System.Net.Http.Headers;
using McpRollout.Mcp.Answers;
using McpRollout.Mcp.Tools;

namespace McpRollout.Forwarding;

/// <summary>The approving side, as an agent's side alone reaches it. It has the store and the right to patch; nothing that is sent there
/// decides.</summary>
internal sealed partial class ApprovingSide(IOptions<ApprovalOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>The longest wait that a tool allows, and what the cluster may take before it begins.</summary>
    public static readonly TimeSpan CallPatience = TimeSpan.FromSeconds(150);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ApprovalOptions _options = options.Value;
    private readonly HttpClient _http = Client(options.Value);
    private readonly ApprovingSideText _text = new(options.Value.Server.TrimEnd('/'));

    /// <summary>Calls a tool there, tells of what is waited for, and returns what it answers.</summary>
    public async Task<ToolAnswer> CallAsync(string tool, ForwardedCall call, ToolProgress progress, CancellationToken cancellationToken)
    {
        if (Token() is not { } token)
            return ApprovingSideText.NoToken(_options.TokenFile);
        using var patience = new CancellationTokenSource(CallPatience, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, At($"/tools/{tool}"))
            {
                Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(call, ForwardingJson.Default.ForwardedCall))
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
                },
            };
            using var response = await SendAsync(request, token, over.Token);
            return response.IsSuccessStatusCode
                ? await AnswerAsync(response, progress, over.Token)
                : _text.Refusal(tool, response.StatusCode);
        }
        catch (HttpRequestException failure) when (failure.InnerException is UnprovenException unproven)
        {
            return _text.Unproven(tool, unproven.Status);
        }
        catch (Exception failure) when (IsNoAnswer(failure, cancellationToken))
        {
            return _text.NoAnswer(tool, Cause(failure));
        }
    }

    /// <summary>What it knows of a workload's undos, and with the workload's uid of its images; null if it does not answer.</summary>
    public async Task<WorkloadUndos?> UndosOfAsync(
        ClusterIdentity cluster, WorkloadRef workload, string? uid, CancellationToken cancellationToken)
    {
        if (Token() is not { } token)
            return null;
        using var patience = new CancellationTokenSource(Patience, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var (space, name) = (Uri.EscapeDataString(workload.Namespace), Uri.EscapeDataString(workload.Name));
            var query = $"?cluster={Uri.EscapeDataString(cluster.Name)}{(uid is null ? "" : $"&uid={Uri.EscapeDataString(uid)}")}";
            using var request = new HttpRequestMessage(
                HttpMethod.Get, At($"/undos/{workload.TypeName}/{space}/{name}{query}"));
            using var response = await SendAsync(request, token, over.Token);
            if (!response.IsSuccessStatusCode)
                return null;
            await response.Content.LoadIntoBufferAsync(BoundedLines.Largest, over.Token);
            await using var body = await response.Content.ReadAsStreamAsync(over.Token);
            return await JsonSerializer.DeserializeAsync(body, ForwardingJson.Default.WorkloadUndos, over.Token);
        }
        catch (Exception failure) when (IsNoAnswer(failure, cancellationToken))
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();

    private Uri At(string path) => new($"{_options.Server.TrimEnd('/')}{AgentRoute.Prefix}{path}");

    // Read for each call: a token that was changed is taken up at once.
    private string? Token()
    {
        try
        {
            var file = _options.TokenFile!;
            return SecretFile.TokenError(file) is null ? Encoding.ASCII.GetString(SecretFile.Read(file)) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string token, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (Activity.Current?.Id is { } trace)
            request.Headers.TryAddWithoutValidation("traceparent", trace);
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static async Task<ToolAnswer> AnswerAsync(
        HttpResponseMessage response, ToolProgress progress, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var text in BoundedLines.ReadAsync(body, cancellationToken))
        {
            var line = JsonSerializer.Deserialize(text.Span, ForwardingJson.Default.ForwardedLine);
            if (line?.Text is { } answer)
                return new ToolAnswer(answer, line.Facts);
            if (line?.Progress is { } news)
                await progress.ReportAsync(news, cancellationToken);
        }

        throw new IOException("the answer ended before it was whole");
    }

    private static bool IsNoAnswer(Exception failure, CancellationToken cancellationToken) =>
        failure is HttpRequestException or IOException or JsonException
        || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static string Cause(Exception failure) =>
        failure is OperationCanceledException ? "it took too long" : VisibleText.Of(failure.Message.TrimEnd('.'), 200);
}
