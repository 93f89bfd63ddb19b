using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Seeds.Drills;

/// <summary>The undo is written, and then: Argo Rollouts takes it for an update like any other.</summary>
internal static class RolloutDrills
{
    public static void AddTo(Timeline past)
    {
        new Drill(past, ResourceCatalog.Rollouts, "canary-again")
            .Start(TimeSpan.FromDays(33), workload => Take(workload, """{"setWeight": 50}, {"pause": {"duration": 600}}"""))
            .Release(TimeSpan.FromHours(5), "1.1.0", "1.1.0: one query for each row");

        new Drill(past, ResourceCatalog.Rollouts, "half-canary")
            .Start(TimeSpan.FromDays(18), workload => Take(workload, """{"setWeight": 50}, {"pause": {}}"""))
            .Release(TimeSpan.FromMinutes(35), "1.1.0-crash", "1.1.0: another parser");
    }

    private static void Take(JsonObject workload, string steps) =>
        workload.Spec()!["strategy"] = JsonNode.Parse($$$"""{"canary": {"steps": [{{{steps}}}]}}""");
}
