using System.Security.Cryptography;
using McpRollout.Mcp.Answers;

namespace McpRollout.Mcp.Tools;

/// <summary>
/// Has a client that offers it (URL-mode elicitation) open the approval page of a request that waits for a decision. What the client says
/// of that decides nothing: whatever it is, the answer is the request's as it is then.
/// </summary>
internal sealed class PageOpening(OpeningSeal seal, UndoTools undoing, TimeProvider time)
{
    private const string Following = "k8s_rollout_undo_status";
    private const string Input = "approval_page";

    /// <summary>The first version of the protocol in which input is asked for by an answer, and the call is made again with it.</summary>
    public const string AsksByAnswer = "2026-07-28";

    // The longest wait that a tool allows.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);

    private static readonly ToolAnswer NotOurs = ToolAnswer.Refused(
        "requestState is not what this server sent to this caller for these arguments, so that nothing was asked for. Call "
            + $"{ServedTool.Undo} again without requestState and inputResponses.");

    /// <summary>Answers a call of the tool, and asks at most once in it.</summary>
    /// <exception cref="InputRequiredException">The client opens the page, and makes the call again.</exception>
    public async Task<ToolAnswer> AnswerAsync(
        ServedTool tool, RequestContext<CallToolRequestParams> request, GivenCall given, string? traceParent,
        CancellationToken cancellationToken)
    {
        try
        {
            if (request.Params.RequestState is { } state)
            {
                return await seal.OpenAsync(state, given, cancellationToken) is { } asked
                    ? await FollowAsync(asked, SaidIn(request.Params.InputResponses), WaitOf(given))
                    : NotOurs;
            }

            var started = time.GetTimestamp();
            var (offers, asksByAnswer) = Offered(request);
            var answer = await tool.AnswerAsync(given with { OpensPage = offers }, traceParent, request.Services!, cancellationToken);
            if (!offers || WaitingRequest.In(answer) is not { } waiting)
                return answer;
            if (asksByAnswer)
                throw new InputRequiredException(
                    new Dictionary<string, InputRequest> { [Input] = InputRequest.ForElicitation(Question(waiting)) },
                    await seal.SealAsync(waiting.Id, given, cancellationToken));
            var said = await AskAsync(request.Server, waiting, cancellationToken);
            return await FollowAsync(waiting.Id, said, WaitOf(given) - time.GetElapsedTime(started));
        }
        catch (StoreUnavailableException unavailable)
        {
            return ToolAnswer.Refused($"{VisibleText.Of(unavailable.Message, 300)} Tell the user; then call again.");
        }

        // By id: the arguments might open another request, once this one is decided.
        async Task<ToolAnswer> FollowAsync(string id, string said, TimeSpan limit)
        {
            var seconds = (int)Math.Clamp(limit.TotalSeconds, 0, Patience.TotalSeconds);
            using var call = JsonDocument.Parse(new JsonObject { ["request_id"] = id, ["wait_seconds"] = seconds }.ToJsonString());
            var arguments = call.RootElement.EnumerateObject().ToDictionary(each => each.Name, each => each.Value);
            var answer = await undoing.Tools.First(each => each.Name == Following).AnswerAsync(
                given with { Arguments = arguments, TellsAll = true }, traceParent, request.Services!, cancellationToken);
            return new ToolAnswer($"{answer.Text}\n{said}", answer.Facts);
        }
    }

    private static TimeSpan WaitOf(GivenCall given) =>
        given.Arguments.TryGetValue("wait_seconds", out var wait) && wait.ValueKind == JsonValueKind.Number
            && wait.TryGetInt32(out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.Zero;

    // A client of an earlier version is asked on the session, which over HTTP there is none of.
    private static (bool Offers, bool AsksByAnswer) Offered(RequestContext<CallToolRequestParams> request)
    {
        var context = request.JsonRpcRequest.Context;
        var version = context?.ProtocolVersion ?? request.Server.NegotiatedProtocolVersion;
        var asksByAnswer = string.CompareOrdinal(version, AsksByAnswer) >= 0;
        var client = asksByAnswer ? context?.ClientCapabilities : request.Server.ClientCapabilities;
        return (request.Server.IsMrtrSupported && client?.Elicitation?.Url is not null, asksByAnswer);
    }

    private static ElicitRequestParams Question(WaitingRequest waiting) => new()
    {
        Mode = "url",
        Url = waiting.Url,
        Message = $"{waiting.Id} waits for a person's decision: {waiting.About}. Open its approval page, and see that the match code there "
            + $"is {waiting.MatchCode}. Opening it decides nothing.",
    };

    private async Task<string> AskAsync(McpServer client, WaitingRequest waiting, CancellationToken cancellationToken)
    {
        var question = Question(waiting);
        question.ElicitationId = RandomNumberGenerator.GetHexString(32, lowercase: true);
        using var patience = new CancellationTokenSource(Patience, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return Words((await client.ElicitAsync(question, over.Token)).Action);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested
            && failure is OperationCanceledException or McpException or JsonException or InvalidOperationException or IOException)
        {
            return Words(null);
        }
    }

    private static string SaidIn(IDictionary<string, InputResponse>? responses) => Words(
        responses is not null && responses.TryGetValue(Input, out var response)
            && response?.RawValue is { ValueKind: JsonValueKind.Object } said && said.TryGetProperty("action", out var action)
            ? action.Text()
            : null);

    private static string Words(string? action) => action switch
    {
        "accept" => "The client says that it opened the approval page. That is no decision.",
        "decline" => "The client says that the link was not opened (decline). The request stands as it is told here.",
        "cancel" => "The client says that the link was not opened (cancel). The request stands as it is told here.",
        _ => "The client did not say whether the link was opened. The request stands as it is told here.",
    };
}
