namespace McpRollout.Rollouts.Objects;

/// <summary>Amounts as Kubernetes writes them: <c>500m</c>, <c>1Gi</c>, <c>2e3</c>.</summary>
internal static class Quantity
{
    private const decimal Most = 1e24m;

    private static readonly Dictionary<string, decimal> Suffixes = new(StringComparer.Ordinal)
    {
        ["n"] = 1e-9m,
        ["u"] = 1e-6m,
        ["m"] = 1e-3m,
        [""] = 1,
        ["k"] = 1e3m,
        ["M"] = 1e6m,
        ["G"] = 1e9m,
        ["T"] = 1e12m,
        ["P"] = 1e15m,
        ["E"] = 1e18m,
        ["Ki"] = 1L << 10,
        ["Mi"] = 1L << 20,
        ["Gi"] = 1L << 30,
        ["Ti"] = 1L << 40,
        ["Pi"] = 1L << 50,
        ["Ei"] = 1L << 60,
    };

    /// <summary>The amount; null of what is none, or too large to count.</summary>
    public static decimal? Of(string? text)
    {
        if (text is null)
            return null;

        var end = text.Length;
        while (end > 0 && char.IsAsciiLetter(text[end - 1]))
            end--;
        return Suffixes.TryGetValue(text[end..], out var unit)
            && decimal.TryParse(text.AsSpan(0, end), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && Math.Abs(number) <= Most / Math.Max(unit, 1)
                ? number * unit
                : null;
    }
}
