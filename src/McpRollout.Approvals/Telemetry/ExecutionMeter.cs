namespace McpRollout.Approvals.Telemetry;

/// <summary>How a process came by a request that it carries out.</summary>
internal enum ClaimKind
{
    /// <summary>It was approved, and nobody had it.</summary>
    Approved,

    /// <summary>Its earlier patch is proved to have no effect.</summary>
    Again,

    /// <summary>The process that had it is gone: a fence sees to it that its patch can have no effect any more.</summary>
    Fenced,
}

/// <summary>What this process has in hand.</summary>
internal static class ExecutionMeter
{
    private static readonly Tally Claims = new(
        "mcp_rollout.undo.claims", "{claim}", "Requests that this process claimed, by kind.", "mcp_rollout.claim.kind",
        Enum.GetValues<ClaimKind>().Select(NameOf));

    private static int _inHand;

    static ExecutionMeter() => ProductMeter.Meter.CreateObservableGauge(
        "mcp_rollout.undo.in_hand", () => Volatile.Read(ref _inHand), "{request}", "Requests that this process is at work on.");

    public static void Claimed(ClaimKind kind) => Claims.Add(NameOf(kind));

    /// <summary>Work on a request begins.</summary>
    public static void Begin() => Interlocked.Increment(ref _inHand);

    /// <summary>It has ended, however.</summary>
    public static void End() => Interlocked.Decrement(ref _inHand);

    private static string NameOf(ClaimKind kind) => kind.ToString().ToLowerInvariant();
}
