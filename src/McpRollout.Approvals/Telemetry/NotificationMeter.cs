namespace McpRollout.Approvals.Telemetry;

/// <summary>Whether the channels take what they are told. They go by the names that the settings give them.</summary>
internal static class NotificationMeter
{
    private const string Channel = "mcp_rollout.channel";

    private static readonly Tally Taken = new(
        "mcp_rollout.notifications.sent", "{message}", "Messages that a notification channel took.", Channel);

    private static readonly Tally Failures = new(
        "mcp_rollout.notifications.failures", "{message}", "Attempts at a message that a notification channel did not take.", Channel);

    /// <summary>Shows a channel that is configured.</summary>
    public static void Expect(string channel)
    {
        Taken.Expect(channel);
        Failures.Expect(channel);
    }

    /// <summary>Counts an attempt.</summary>
    public static void Sent(string channel, bool isTaken) => (isTaken ? Taken : Failures).Add(channel);
}
