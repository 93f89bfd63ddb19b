namespace McpRollout.PracticeCluster.Admission;

/// <summary>Amounts of resources: <c>100m</c>, <c>256Mi</c>, <c>2</c> (k8s.io/apimachinery/pkg/api/resource).</summary>
internal static class Quantity
{
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40),
        ("m", 0.001m), ("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000),
    ];

    /// <summary>Null for what is no quantity.</summary>
    public static decimal? Parse(string? text)
    {
        if (text is null) return null;
        var (suffix, factor) = Array.Find(Suffixes, known => text.EndsWith(known.Suffix, StringComparison.Ordinal));
        var number = suffix is null ? text : text[..^suffix.Length];
        const NumberStyles Signed = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        if (!decimal.TryParse(number, Signed, CultureInfo.InvariantCulture, out var value)) return null;
        return suffix is null ? value : value * factor;
    }

    /// <summary>The shortest that is exact: memory in powers of 1024, all else in thousandths if it must be.</summary>
    public static string Format(decimal value, bool isMemory)
    {
        if (value != decimal.Truncate(value)) return string.Create(CultureInfo.InvariantCulture, $"{decimal.Ceiling(value * 1000):0}m");
        if (isMemory && value > 0)
        {
            foreach (var (suffix, factor) in Suffixes.Take(4).Reverse())
            {
                if (value % factor == 0) return string.Create(CultureInfo.InvariantCulture, $"{value / factor:0}{suffix}");
            }
        }
        return value.ToString("0", CultureInfo.InvariantCulture);
    }
}
