using System.Text.Json.Serialization;

namespace McpRollout.Rollouts.Undo;

/// <summary>What a probe says of an undo.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProbeVerdict>))]
internal enum ProbeVerdict
{
    /// <summary>It is no worse than before.</summary>
    [JsonStringEnumMemberName("held")] Held,

    /// <summary>It is worse than before.</summary>
    [JsonStringEnumMemberName("worse")] Worse,

    /// <summary>It proves nothing: there is no good answer now, and that is no worse than before, or cannot be told.</summary>
    [JsonStringEnumMemberName("unproven")] Unproven,
}

/// <summary>How the verdicts of probes are spelled.</summary>
internal static class ProbeVerdicts
{
    /// <summary>The name in answers and records.</summary>
    public static string ToName(this ProbeVerdict verdict) => verdict.ToString().ToLowerInvariant();
}

/// <summary>A probe before and after an undo. Pure.</summary>
/// <param name="Probe">Its name in the settings.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="Message">Both, with figures, as a part of a sentence.</param>
/// <param name="Before">What it showed before; null if it was not asked.</param>
/// <param name="After">What it showed at the end of the watch.</param>
internal sealed record ProbeResult(string Probe, ProbeVerdict Verdict, string Message, ProbeReading? Before, ProbeReading After)
{
    private const int LowestBadStatus = 400;

    /// <summary>Compares both.</summary>
    public static ProbeResult Of(ProbeMeasure measure, ProbeReading? before, ProbeReading after) => measure switch
    {
        ProbeMeasure.Answer answer => new(
            after.Probe,
            IsGood(after) ? ProbeVerdict.Held : IsGood(before) ? ProbeVerdict.Worse : ProbeVerdict.Unproven,
            $"{after.Probe}: {answer.Shown} answered {Answered(before)} before, {Answered(after)} after",
            before,
            after),
        ProbeMeasure.Figure figure => new(
            after.Probe,
            (before?.Figure, after.Figure) is not ({ } then, { } now) ? ProbeVerdict.Unproven
                : IsWorse(figure, then, now) ? ProbeVerdict.Worse
                : ProbeVerdict.Held,
            $"{after.Probe}: {Counted(before)} before, {Counted(after)} after",
            before,
            after),
        _ => throw new ArgumentOutOfRangeException(nameof(measure)),
    };

    private static bool IsGood(ProbeReading? reading) => reading?.Status < LowestBadStatus;

    private static bool IsWorse(ProbeMeasure.Figure figure, double before, double after)
    {
        var risen = figure.Worse == WorseWhen.Higher ? after - before : before - after;
        return risen > figure.Tolerance * Math.Abs(before);
    }

    private static string Answered(ProbeReading? reading) => reading switch
    {
        null => "nothing (it was not asked)",
        { Status: { } status, Milliseconds: { } length } =>
            string.Create(CultureInfo.InvariantCulture, $"{status} in {length} ms"),
        { Why: var why } => $"nothing ({why})",
    };

    private static string Counted(ProbeReading? reading) => reading switch
    {
        null => "no figure (it was not asked)",
        { Figure: { } figure } => figure.ToString("G5", CultureInfo.InvariantCulture),
        { Why: var why } => $"no figure ({why})",
    };
}
