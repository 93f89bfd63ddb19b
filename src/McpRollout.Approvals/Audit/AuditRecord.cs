namespace McpRollout.Approvals.Audit;

/// <summary>What happened, before it has its place in the chain. The detail is what else is worth keeping; never a secret.</summary>
internal sealed record AuditDraft(
    AuditEvent Event, AuditActor Actor, string? RequestId = null, AuditTarget? Target = null, JsonObject? Detail = null);

/// <summary>What a record is about: the workload, the two revisions, and the digest of the plan that a decision names.</summary>
internal sealed record AuditTarget(
    string Cluster, string Namespace, string ResourceType, string Name, string Uid, long FromRevision, long ToRevision, string Plan);

/// <summary>Who acted.</summary>
internal enum ActorKind
{
    Agent,
    Human,
    System,
}

/// <summary>Who acted: a kind, a name, and the client that spoke for them.</summary>
internal sealed record AuditActor(ActorKind Kind, string Name, string? Client = null)
{
    /// <summary>This program, of its own accord.</summary>
    public static AuditActor System { get; } = new(ActorKind.System, "mcp-rollout");

    /// <summary>An agent, through an MCP client.</summary>
    public static AuditActor Agent(string user, string client) => new(ActorKind.Agent, user, client);

    /// <summary>A person who proved who they are, or failed to, on the page or at a terminal.</summary>
    public static AuditActor Human(string name, string surface) => new(ActorKind.Human, name, surface);
}
