using System.Text.Json.Serialization;

namespace McpRollout.Rollouts.Undo;

/// <summary>What a probe showed at one moment: an answer's status, or a figure; or why neither.</summary>
/// <param name="Probe">Its name in the settings.</param>
/// <param name="At">When it was asked.</param>
internal sealed record ProbeReading(string Probe, DateTimeOffset At)
{
    /// <summary>The status of an HTTP answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Status { get; init; }

    /// <summary>How long that answer took.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Milliseconds { get; init; }

    /// <summary>The figure that a question has as its answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Figure { get; init; }

    /// <summary>Why there is neither, as a part of a sentence.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Why { get; init; }
}

/// <summary>What a probe measures, and what of it counts as worse.</summary>
internal abstract record ProbeMeasure
{
    private ProbeMeasure()
    {
    }

    /// <summary>An address that answers, or does not.</summary>
    /// <param name="Shown">What is asked, for people.</param>
    internal sealed record Answer(string Shown) : ProbeMeasure;

    /// <summary>A figure.</summary>
    /// <param name="Worse">Which way is worse.</param>
    /// <param name="Tolerance">By which share of what it was before it may be worse all the same.</param>
    internal sealed record Figure(WorseWhen Worse, double Tolerance) : ProbeMeasure;
}

/// <summary>Which way a figure is worse.</summary>
internal enum WorseWhen
{
    /// <summary>A share of errors, a latency.</summary>
    Higher,

    /// <summary>A rate of requests that are served.</summary>
    Lower,
}
