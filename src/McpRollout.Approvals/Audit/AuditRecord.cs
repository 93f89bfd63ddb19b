namespace McpRollout.Approvals.Audit;

/// <summary>What happened, before it has its place in the chain.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="RequestId">The undo request, if it is about one.</param>
/// <param name="Target">What it is about, if it is about an undo.</param>
/// <param name="Detail">What else is worth keeping; never a secret.</param>
internal sealed record AuditDraft(
    AuditEvent Event,
    AuditActor Actor,
    string? RequestId = null,
    AuditTarget? Target = null,
    JsonObject? Detail = null)
{
    /// <summary>The same with the trace that it belongs to, if it belongs to one.</summary>
    public AuditDraft InTrace(string? traceId)
    {
        if (traceId is null)
            return this;
        var detail = Detail?.DeepClone().AsObject() ?? [];
        detail["trace_id"] = traceId;
        return this with { Detail = detail };
    }
}

/// <summary>What a record is about: the workload, the two revisions, and the digest of the plan that a decision names.</summary>
internal sealed record AuditTarget(
    string Cluster, string Namespace, string ResourceType, string Name, string Uid, long FromRevision, long ToRevision, string Plan);

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

    /// <summary>An agent, through an MCP client.</summary>
    public static AuditActor Agent(string user, string client) => new(ActorKind.Agent, user, client);

    /// <summary>A person, through the page or a terminal.</summary>
    public static AuditActor Human(string name, string surface) => new(ActorKind.Human, name, surface);
}
