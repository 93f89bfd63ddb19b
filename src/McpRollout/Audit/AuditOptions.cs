namespace McpRollout.Audit;

/// <summary>The <c>Audit</c> section.</summary>
internal sealed class AuditOptions
{
    /// <summary>The JSON Lines file. Default: <c>audit.jsonl</c> beside the store.</summary>
    public string? File { get; set; }
}
