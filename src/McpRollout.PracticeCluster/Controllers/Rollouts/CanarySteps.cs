using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Controllers.Rollouts;

/// <summary>The steps of a canary: what share of the pods is new, and where it pauses. Steps of other kinds are passed over.</summary>
internal static class CanarySteps
{
    public static List<JsonObject> Of(JsonObject rollout) =>
        [.. rollout.Spec().Object("strategy").Object("canary").Objects("steps")];

    /// <summary>How many pods are to be new at a step.</summary>
    public static int NewAt(JsonObject rollout, int index)
    {
        var (steps, desired) = (Of(rollout), rollout.Replicas());
        if (index >= steps.Count) return desired;
        var weight = steps.Take(index + 1).Select(step => step.Number("setWeight")).LastOrDefault(set => set is not null) ?? 0;
        return (int)Math.Ceiling(desired * weight / 100.0);
    }

    /// <summary>Whether the step pauses, and for how long; without a length until somebody goes on.</summary>
    public static bool Pauses(JsonObject step, out TimeSpan? length)
    {
        length = step.Object("pause").Number("duration") is { } number ? TimeSpan.FromSeconds(number)
            : step.Object("pause").Text("duration") is { } text
                && int.TryParse(text.TrimEnd('s'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
        return step.Object("pause") is not null;
    }
}
