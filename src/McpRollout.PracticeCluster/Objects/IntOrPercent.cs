namespace McpRollout.PracticeCluster.Objects;

/// <summary>Numbers of pods that may be percentages (k8s.io/apimachinery/pkg/util/intstr).</summary>
internal static class IntOrPercent
{
    /// <summary>A number, or a percentage of <paramref name="total"/>.</summary>
    public static int Resolve(JsonNode? value, int total, bool roundUp)
    {
        if (value is not JsonValue scalar) return 0;
        if (scalar.TryGetValue(out int number)) return number;
        if (!scalar.TryGetValue(out string? text)
            || !int.TryParse(text.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var percent))
            return 0;
        return roundUp ? (percent * total + 99) / 100 : percent * total / 100;
    }
}
