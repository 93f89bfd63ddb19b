namespace McpRollout.Approvals.Probes;

/// <summary>
/// The one figure of an answer of Prometheus: a scalar, or a vector of one sample
/// (https://prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats). Pure.
/// </summary>
internal static class PrometheusAnswer
{
    /// <summary>The figure, or why there is none.</summary>
    public static (double? Figure, string? Why) Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            var answer = JsonElement.Parse(json.Span);
            if (answer.TextAt("status") != "success")
                return (null, "Prometheus refused the question");
            return (answer.TextAt("data", "resultType"), answer.At("data", "result")) switch
            {
                ("scalar", { } sample) => FigureOf(sample),
                ("vector", { ValueKind: JsonValueKind.Array } samples) => samples.GetArrayLength() switch
                {
                    0 => (null, "no sample"),
                    1 => FigureOf(samples[0].At("value")),
                    var count => (null, string.Create(CultureInfo.InvariantCulture, $"{count} samples, not one")),
                },
                _ => (null, "its answer is no figure"),
            };
        }
        catch (JsonException)
        {
            return (null, "its answer cannot be read");
        }
    }

    // A sample is its time and its value, the value as text.
    private static (double? Figure, string? Why) FigureOf(JsonElement? sample) =>
        sample is { ValueKind: JsonValueKind.Array } pair && pair.GetArrayLength() == 2 && pair[1].ValueKind == JsonValueKind.String
        && double.TryParse(pair[1].Text(), NumberStyles.Float, CultureInfo.InvariantCulture, out var figure)
        && double.IsFinite(figure)
            ? (figure, null)
            : (null, "its answer is no figure");
}
