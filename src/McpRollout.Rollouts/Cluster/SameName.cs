namespace McpRollout.Rollouts.Cluster;

/// <summary>Something else that a workload's name stands for.</summary>
/// <param name="Kind">Its kind, such as <c>CronJob</c>.</param>
/// <param name="Group">Its API group; empty for the core one.</param>
/// <param name="Controller">Kind and name of the controller that it belongs to; null without one.</param>
internal sealed record SameName(string Kind, string Group, (string Kind, string Name)? Controller);
