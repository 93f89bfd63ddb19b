using McpRollout.Rollouts.Undo;

namespace McpRollout.Tests.Rollouts;

public sealed class ProbeResultTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 16, 52, 0, TimeSpan.Zero);
    private static readonly ProbeMeasure Answer = new ProbeMeasure.Answer("GET http://shop.example/healthz");

    [Theory]
    [InlineData(0.02, 0.31, WorseWhen.Higher, 0.1, ProbeVerdict.Worse)]
    [InlineData(0.31, 0.02, WorseWhen.Higher, 0.1, ProbeVerdict.Held)]
    [InlineData(100d, 110d, WorseWhen.Higher, 0.1, ProbeVerdict.Held)]
    [InlineData(100d, 110.1, WorseWhen.Higher, 0.1, ProbeVerdict.Worse)]
    [InlineData(100d, 110.1, WorseWhen.Higher, 0.2, ProbeVerdict.Held)]
    [InlineData(100d, 89d, WorseWhen.Lower, 0.1, ProbeVerdict.Worse)]
    [InlineData(100d, 90d, WorseWhen.Lower, 0.1, ProbeVerdict.Held)]
    [InlineData(100d, 200d, WorseWhen.Lower, 0d, ProbeVerdict.Held)]
    [InlineData(0d, 0d, WorseWhen.Higher, 0.1, ProbeVerdict.Held)]
    [InlineData(0d, 0.001, WorseWhen.Higher, 0.1, ProbeVerdict.Worse)]
    [InlineData(-10d, -8d, WorseWhen.Higher, 0.1, ProbeVerdict.Worse)]
    [InlineData(null, 0.31, WorseWhen.Higher, 0.1, ProbeVerdict.Unproven)]
    [InlineData(0.02, null, WorseWhen.Higher, 0.1, ProbeVerdict.Unproven)]
    [InlineData(null, null, WorseWhen.Higher, 0.1, ProbeVerdict.Unproven)]
    internal void AFigureIsWorseByMoreThanIsTolerated(
        double? before, double? after, WorseWhen worse, double tolerance, ProbeVerdict verdict) => Assert.Equal(
        verdict, ProbeResult.Of(new ProbeMeasure.Figure(worse, tolerance), Figure(before), Figure(after)).Verdict);

    [Theory]
    [InlineData(200, 200, ProbeVerdict.Held)]
    [InlineData(200, 302, ProbeVerdict.Held)]
    [InlineData(200, 400, ProbeVerdict.Worse)]
    [InlineData(200, 503, ProbeVerdict.Worse)]
    [InlineData(200, null, ProbeVerdict.Worse)]
    [InlineData(503, 200, ProbeVerdict.Held)]
    [InlineData(null, 200, ProbeVerdict.Held)]
    [InlineData(null, null, ProbeVerdict.Unproven)]
    [InlineData(null, 503, ProbeVerdict.Unproven)]
    [InlineData(503, null, ProbeVerdict.Unproven)]
    [InlineData(404, 503, ProbeVerdict.Unproven)]
    internal void AnAddressIsWorseThatAnsweredWellAndDoesNoMore(int? before, int? after, ProbeVerdict verdict) =>
        Assert.Equal(verdict, ProbeResult.Of(Answer, Status(before), Status(after)).Verdict);

    [Fact]
    public void BothAreToldWithTheirFigures()
    {
        Assert.Equal("error ratio: 0.02 before, 0.31 after", Errors(Figure(0.02), Figure(0.31)));
        Assert.Equal("error ratio: no figure (it was not asked) before, 0.33333 after", Errors(null, Figure(1 / 3d)));
        Assert.Equal("error ratio: 0.02 before, no figure (no sample) after", Errors(Figure(0.02), Figure(null)));
        Assert.Equal(
            "error ratio: GET http://shop.example/healthz answered 200 in 35 ms before, 503 in 35 ms after",
            ProbeResult.Of(Answer, Status(200), Status(503)).Message);
        Assert.Equal(
            "error ratio: GET http://shop.example/healthz answered nothing (it cannot be reached) before, 200 in 35 ms after",
            ProbeResult.Of(Answer, Status(null), Status(200)).Message);
    }

    [Fact]
    public void AWatchThatThePodsHavePassedIsDecidedByTheProbes()
    {
        var verified = new Verification(VerificationState.Verified, Now, Now.AddMinutes(2), "Watched.", 3, 3, 0);
        var (held, worse, open) = (Errors(0.3, 0.02), Errors(0.02, 0.31), Errors(0.02, null));

        Assert.Equal((VerificationState.Verified, "Watched. 1 probe is no worse than before."), StateOf(held));
        Assert.Equal((VerificationState.Verified, "Watched. 2 probes are no worse than before."), StateOf(held, held));
        Assert.Equal((VerificationState.Worse, "It got worse within 2 min of being healthy: error ratio: 0.02 before, 0.31 after."),
            StateOf(held, open, worse));
        Assert.Equal((VerificationState.Unproven, "It is not proved that it stays healthy. error ratio: 0.02 before, no figure (no "
            + "sample) after."), StateOf(held, open));
        Assert.Equal([worse], verified.Probed([worse], Now.AddMinutes(2)).Probes);
        Assert.Same(verified, verified.Probed([], Now));
        var watching = verified with { State = VerificationState.Watching };
        Assert.Same(watching, watching.Probed([worse], Now));

        (VerificationState, string) StateOf(params ProbeResult[] results)
        {
            var probed = verified.Probed(results, Now.AddMinutes(2));
            return (probed.State, probed.Message);
        }
    }

    private static ProbeResult Errors(double? before, double? after) =>
        ProbeResult.Of(new ProbeMeasure.Figure(WorseWhen.Higher, 0.1), Figure(before), Figure(after));

    private static string Errors(ProbeReading? before, ProbeReading after) =>
        ProbeResult.Of(new ProbeMeasure.Figure(WorseWhen.Higher, 0.1), before, after).Message;

    private static ProbeReading Figure(double? figure) =>
        new("error ratio", Now) { Figure = figure, Why = figure is null ? "no sample" : null };

    private static ProbeReading Status(int? status) => status is null
        ? new("error ratio", Now) { Why = "it cannot be reached" }
        : new("error ratio", Now) { Status = status, Milliseconds = 35 };
}
