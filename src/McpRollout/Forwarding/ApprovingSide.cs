using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using McpRollout.Mcp.Answers;
using McpRollout.Mcp.Tools;

namespace McpRollout.Forwarding;

/// <summary>The approving side, as an agent's side alone reaches it. It has the store and the right to patch; nothing that is sent there
/// decides.</summary>
internal sealed class ApprovingSide : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // The longest wait that a tool allows, and what the cluster may take before it begins.
    private static readonly TimeSpan CallPatience = TimeSpan.FromSeconds(150);

    private readonly ApprovalOptions _options;
    private readonly HttpClient _http;

    // To this machine never by a proxy of the environment, which would see the token.
    public ApprovingSide(IOptions<ApprovalOptions> options)
    {
        _options = options.Value;
        _http = new(new SocketsHttpHandler
        {
            ConnectTimeout = Patience,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !new Uri(_options.Server).IsLoopback,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Calls a tool there, tells of what is waited for, and returns what it answers.</summary>
    public async Task<ToolAnswer> CallAsync(string tool, ForwardedCall call, ToolProgress progress, CancellationToken cancellationToken)
    {
        if (Token() is not { } token)
            return ToolAnswer.Refused($"The token in Approvals:TokenFile, {_options.TokenFile}, cannot be read now. Tell the user: it must "
                + "be what 'mcp-rollout approvals agent-token FILE' made.");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(CallPatience);
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
            if (response.IsSuccessStatusCode)
                return await AnswerAsync(response, progress, over.Token);
            return IsAway(response.StatusCode)
                ? NoAnswer(tool, $"HTTP {(int)response.StatusCode}")
                : ToolAnswer.Refused(WhyNot(response.StatusCode));
        }
        catch (Exception failure) when (IsNoAnswer(failure, cancellationToken))
        {
            return NoAnswer(tool, Cause(failure));
        }
    }

    /// <summary>What it knows of a workload's undos; null if it does not answer.</summary>
    public async Task<WorkloadUndos?> UndosOfAsync(WorkloadRef workload, CancellationToken cancellationToken)
    {
        if (Token() is not { } token)
            return null;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(Patience);
        try
        {
            var (space, name) = (Uri.EscapeDataString(workload.Namespace), Uri.EscapeDataString(workload.Name));
            using var request = new HttpRequestMessage(HttpMethod.Get, At($"/undos/{workload.TypeName}/{space}/{name}"));
            using var response = await SendAsync(request, token, over.Token);
            if (!response.IsSuccessStatusCode)
                return null;
            await using var body = await response.Content.ReadAsStreamAsync(over.Token);
            return await JsonSerializer.DeserializeAsync(body, ForwardingJson.Default.WorkloadUndos, over.Token);
        }
        catch (Exception failure) when (IsNoAnswer(failure, cancellationToken))
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();

    private string Address => _options.Server.TrimEnd('/');

    private Uri At(string path) => new($"{Address}{AgentRoute.Prefix}{path}");

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
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellationToken) is { } text)
        {
            var line = JsonSerializer.Deserialize(text, ForwardingJson.Default.ForwardedLine);
            if (line?.Text is { } answer)
                return new ToolAnswer(answer, line.Facts);
            if (line?.Progress is { } news)
                await progress.ReportAsync(news, cancellationToken);
        }

        throw new IOException("the answer ended before it was whole");
    }

    private ToolAnswer NoAnswer(string tool, string cause) => ToolAnswer.Refused(
        $"The approving side at {Address} did not answer ({cause}). Tell the user: 'mcp-rollout approvals serve' must run there. Then call "
            + $"{tool} again: the same undo is never asked for twice.");

    // A proxy before it says so while it restarts.
    private static bool IsAway(HttpStatusCode status) =>
        status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private string WhyNot(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized =>
            $"The approving side at {Address} does not know this agent's side. Tell the user: the SHA-256 of the token in "
                + "Approvals:TokenFile must stand there in Approvals:Agents.",
        HttpStatusCode.TooManyRequests =>
            $"The approving side at {Address} takes no more calls of this agent now. Wait for those that are under way, or a minute.",
        HttpStatusCode.InternalServerError => $"The approving side at {Address} failed. Tell the user; its log says more.",
        HttpStatusCode.NotFound =>
            $"The approving side at {Address} takes no such call: it only reads, or is of another version. Tell the user.",
        _ => $"{Address} answered HTTP {(int)status}: Approvals:Server must be the address at which people open the approval page. Tell "
            + "the user.",
    };

    private static bool IsNoAnswer(Exception failure, CancellationToken cancellationToken) =>
        failure is HttpRequestException or IOException or JsonException
        || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static string Cause(Exception failure) =>
        failure is OperationCanceledException ? "it took too long" : VisibleText.Of(failure.Message.TrimEnd('.'), 200);
}
