using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Objects;

/// <summary>
/// The template of a Rollout's ReplicaSet without what Argo Rollouts puts into it besides: the controller itself compares without
/// (argo-rollouts/utils/replicaset/replicaset.go, ReplicaSetTemplateMatchesRollout), so that it finds the ReplicaSet again.
/// </summary>
internal static class RolloutTemplate
{
    /// <summary>What was added to a ReplicaSet's template for as long as its pods are canary, stable, active or preview: a JSON object with
    /// <c>labels</c> and <c>annotations</c>.</summary>
    private const string Ephemeral = "rollout.argoproj.io/ephemeral-metadata";

    private static readonly string[] Rules =
        ["preferredDuringSchedulingIgnoredDuringExecution", "requiredDuringSchedulingIgnoredDuringExecution"];

    /// <summary>The template as the Rollout had it.</summary>
    /// <param name="replicaSet">The ReplicaSet.</param>
    /// <param name="template">Its template, <see cref="PodTemplate.Restored"/>.</param>
    public static JsonElement Of(JsonElement replicaSet, JsonElement template)
    {
        var added = Added(replicaSet);
        if (added is null && template.At("spec", "affinity", "podAntiAffinity") is null)
            return template;

        var copy = JsonNode.Parse(template.GetRawText())!.AsObject();
        foreach (var kind in new[] { "labels", "annotations" })
        {
            if (copy["metadata"]?[kind] is not JsonObject marks)
                continue;
            foreach (var (name, _) in added?.TextsAt(kind) ?? new Dictionary<string, string>())
                marks.Remove(name);

            // As the controller leaves it when the pods are no longer canary or stable.
            if (marks.Count == 0)
                copy["metadata"]!.AsObject().Remove(kind);
        }

        DropRules(copy);
        return JsonElement.Parse(copy.ToJsonString());
    }

    private static JsonElement? Added(JsonElement replicaSet)
    {
        try
        {
            return replicaSet.TextAt("metadata", "annotations", Ephemeral) is { } added ? JsonElement.Parse(added) : null;
        }
        catch (JsonException)
        {
            // Anybody may write annotations.
            return null;
        }
    }

    // canary.antiAffinity and blueGreen.antiAffinity become a rule that names the hash of the stable ReplicaSet.
    private static void DropRules(JsonObject template)
    {
        if (template["spec"]?["affinity"] is not JsonObject affinity || affinity["podAntiAffinity"] is not JsonObject apart)
            return;

        foreach (var kind in Rules)
        {
            if (apart[kind] is not JsonArray rules || rules.Where(NamesHash).ToList() is not { Count: > 0 } dropped)
                continue;
            dropped.ForEach(rule => rules.Remove(rule));
            if (rules.Count == 0)
                apart.Remove(kind);
            if (apart.Count == 0)
                affinity.Remove("podAntiAffinity");
            if (affinity.Count == 0)
                template["spec"]!.AsObject().Remove("affinity");
        }
    }

    private static bool NamesHash(JsonNode? rule) =>
        ((rule?["podAffinityTerm"] ?? rule)?["labelSelector"]?["matchExpressions"] as JsonArray ?? [])
            .Any(expression => (string?)expression?["key"] == ReplicaSetMarks.OfRollouts.Hash);
}
