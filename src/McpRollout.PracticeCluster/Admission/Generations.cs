using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Admission;

/// <summary>When a write counts as a new generation (k8s.io/kubernetes/pkg/registry/apps/*/strategy.go).</summary>
internal static class Generations
{
    private const string TemplateGeneration = "deprecated.daemonset.template.generation";

    public static void Raise(ResourceType type, JsonObject before, JsonObject after)
    {
        if (type == ResourceCatalog.DaemonSets) CountTemplates(before, after);
        var raised = !JsonNode.DeepEquals(before.Spec(), after.Spec());
        // Only Deployments count a change of annotations too.
        raised |= type == ResourceCatalog.Deployments
            && !JsonNode.DeepEquals(before.Metadata()["annotations"], after.Metadata()["annotations"]);
        if (raised) after.Metadata()["generation"] = before.Generation() + 1;
    }

    private static void CountTemplates(JsonObject before, JsonObject after)
    {
        var generation = int.Parse(before.Annotation(TemplateGeneration) ?? "1", CultureInfo.InvariantCulture);
        if (!JsonNode.DeepEquals(before.Spec()?["template"], after.Spec()?["template"])) generation++;
        after.Annotate(TemplateGeneration, generation.ToString(CultureInfo.InvariantCulture));
    }

    public static void Start(ResourceType type, JsonObject created)
    {
        if (type == ResourceCatalog.DaemonSets) created.Annotate(TemplateGeneration, "1");
    }
}
