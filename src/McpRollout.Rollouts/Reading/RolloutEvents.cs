namespace McpRollout.Rollouts.Reading;

/// <summary>The Warning Events of a namespace that may tell what holds a rollout up.</summary>
/// <param name="OfPods">Those about its pods; null where they could not be read.</param>
/// <param name="OfWorkloads">Those about its workloads of one kind; null where they could not be read.</param>
internal sealed record RolloutEvents(IReadOnlyList<JsonElement>? OfPods, IReadOnlyList<JsonElement>? OfWorkloads)
{
    /// <summary>All that are known.</summary>
    public IReadOnlyList<JsonElement> All => [.. OfPods ?? [], .. OfWorkloads ?? []];
}
