using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Agent;
using McpRollout.Broker;
using McpRollout.Cluster;
using McpRollout.Rollouts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpRollout.Tools;

/// <summary>
/// A tool as the SDK serves it: shown as its contract says, called only with arguments that keep it, within the namespaces that may be spoken of.
/// </summary>
/// <typeparam name="TTool">What it does; made at the first call.</typeparam>
internal sealed partial class ServedTool<TTool>(string name) : McpServerTool
    where TTool : class, ITool
{
    private static readonly Dictionary<string, JsonElement> NoArguments = [];

    private readonly Lazy<Tool> _contract = new(() => ToolContract.Read(name));

    /// <inheritdoc/>
    public override Tool ProtocolTool => _contract.Value;

    /// <inheritdoc/>
    public override IReadOnlyList<object> Metadata => [];

    /// <inheritdoc/>
    public override async ValueTask<CallToolResult> InvokeAsync(
        RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            using var trace = StartTrace(request.Params.Meta);
            var answer = await AnswerAsync(request, request.Services!, cancellationToken).ConfigureAwait(false);
            return answer.ToResult();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailure(request.Services!.GetRequiredService<ILogger<TTool>>(), name, failure);
            return ToolAnswer.Refused(
                $"{name} failed inside the server: {VisibleText.Of(SecretText.Mask(failure.Message), 300)} Tell the user; the server's log says more.").ToResult();
        }
    }

    // The SDK starts a span only if somebody listens to it. Records and annotations name a trace in any case: the client's, if it sent one.
    private Activity? StartTrace(JsonObject? meta)
    {
        if (Activity.Current is not null)
            return null;
        var trace = new Activity(name).SetIdFormat(ActivityIdFormat.W3C);
        if (meta?["traceparent"] is JsonValue value && value.TryGetValue(out string? parent) && ActivityContext.TryParse(parent, null, out _))
            trace.SetParentId(parent);
        return trace.Start();
    }

    private async Task<ToolAnswer> AnswerAsync(
        RequestContext<CallToolRequestParams> request, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (schema, given) = (ProtocolTool.InputSchema, request.Params.Arguments ?? NoArguments);
        if (ArgumentCheck.Mistakes(schema, given) is { Count: > 0 } mistakes)
        {
            var owner = await services.GetRequiredService<OwnerSearch>().HintAsync(given, cancellationToken).ConfigureAwait(false);
            return ToolAnswer.Refused(ArgumentMistakes.Text(name, owner is null ? mistakes : [.. mistakes, owner]));
        }

        if (given.TryGetValue("namespace", out var space) && OutOfScope(services, space.GetString()!) is { } refusal)
            return ToolAnswer.Refused(refusal);
        var call = new ToolCall(
            new ToolArguments(schema, given),
            AgentIdentity.Of(request.Server.ClientInfo, services.GetRequiredService<IOptions<ApprovalOptions>>().Value),
            new ToolProgress(request.Server, request.Params.ProgressToken));
        return await services.GetRequiredService<TTool>().AnswerAsync(call, cancellationToken).ConfigureAwait(false);
    }

    private static string? OutOfScope(IServiceProvider services, string space)
    {
        var scope = services.GetRequiredService<NamespaceScope>();
        return scope.Allows(space)
            ? null
            : $"Namespace \"{space}\" is outside those that this server may speak of: {string.Join(", ", scope.Globs)}. Choose one of them, or ask the user to widen Cluster:Namespaces.";
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Tool} failed.")]
    private static partial void LogFailure(ILogger logger, string tool, Exception failure);
}
