using System.Text.Json.Nodes;
using McpRollout.Broker;

namespace McpRollout.Audit;

/// <summary>What happened, before it has its place in the chain.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="RequestId">The undo request, if it is about one.</param>
/// <param name="Plan">The request's plan, whose digest and target are recorded.</param>
/// <param name="Detail">What else is worth keeping; never a secret.</param>
internal sealed record AuditDraft(
    AuditEvent Event,
    AuditActor Actor,
    string? RequestId = null,
    UndoPlan? Plan = null,
    JsonObject? Detail = null)
{
    /// <summary>The same with the trace that the request belongs to.</summary>
    public AuditDraft InTraceOf(UndoRequest? request)
    {
        if (request?.TraceId is not { } traceId)
            return this;
        var detail = Detail?.DeepClone().AsObject() ?? [];
        detail["trace_id"] = traceId;
        return this with { Detail = detail };
    }
}

/// <summary>Who acted.</summary>
internal enum ActorKind
{
    /// <summary>The agent, through an MCP client.</summary>
    Agent,

    /// <summary>A person who proved who they are, or failed to.</summary>
    Human,

    /// <summary>This program, of its own accord.</summary>
    System,
}

/// <summary>Who acted: a kind, a name, and the client that spoke for them.</summary>
internal sealed record AuditActor(ActorKind Kind, string Name, string? Client = null)
{
    /// <summary>This program itself.</summary>
    public static AuditActor System { get; } = new(ActorKind.System, "mcp-rollout");

    /// <summary>The agent that made the request.</summary>
    public static AuditActor Agent(Requester requester) => new(ActorKind.Agent, requester.User, requester.Client);

    /// <summary>A person, through the page or a terminal.</summary>
    public static AuditActor Human(string name, string surface) => new(ActorKind.Human, name, surface);
}
