namespace McpRollout.PracticeCluster.Patching;

/// <summary>RFC 7396.</summary>
internal static class MergePatch
{
    public static JsonObject Apply(JsonObject target, JsonNode? patch)
    {
        if (patch is not JsonObject changes) throw new MalformedPatchException("a merge patch is an object");
        var result = (JsonObject)target.DeepClone();
        Merge(result, changes);
        return result;
    }

    private static void Merge(JsonObject target, JsonObject changes)
    {
        foreach (var (key, value) in changes)
        {
            switch (value)
            {
                case null:
                    target.Remove(key);
                    break;
                case JsonObject nested:
                    if (target[key] is not JsonObject child) target[key] = child = [];
                    Merge(child, nested);
                    break;
                default:
                    target[key] = value.DeepClone();
                    break;
            }
        }
    }
}
