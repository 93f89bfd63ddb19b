using System.Globalization;

namespace McpRollout.Benchmarks.Load;

/// <summary>The figures of a run as Markdown.</summary>
internal static class Figures
{
    private const int Parts = 3;

    public static void Print(LoadOptions options, Facts facts, Killer killer, Database database, Usage usage, DateTimeOffset began)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var ends = facts.Journal.Ends.Order().ToList();
        var took = ends[^1] - began;
        Say($"| requests | replicas | killed | database crashed (away) | time | undos/s | records | processor: "
            + $"{string.Join(", ", usage.Seconds.Keys.Order())} |");
        Say("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
        var (crashed, shares) = ($"{killer.DatabaseCrashes} ({database.Away.TotalSeconds:0} s)",
            string.Join(", ", usage.Seconds.OrderBy(each => each.Key).Select(each => Share(each.Value, took))));
        Say($"| {facts.Journal.Accepted.Count} | {options.Replicas} | {killer.ReplicasKilled} | {crashed} | {took.TotalSeconds:0} s | "
            + $"{ends.Count / took.TotalSeconds:0.0} | {facts.Audit.Count} | {shares} |");
        Say("");
        Say($"States: {string.Join(", ", facts.Stored.Values.CountBy(state => state).Select(each => $"{each.Value} {each.Key}"))}; "
            + $"{facts.Patches.Values.Sum()} patches accepted, {facts.Audit.Count(record => record.Event == "undo.fenced")} fences.");
        Say("");
        Say("| what | of the run | median | 95th percentile | 99th | most |");
        Say("| --- | --- | ---: | ---: | ---: | ---: |");
        List<(string What, List<(DateTimeOffset At, double Took)> Times)> latencies =
        [
            .. facts.Journal.Times.OrderBy(each => each.Key).Select(each => (each.Key, each.Value.ToList())),
            ("approved to applied", Applied(facts.Audit)),
        ];
        foreach (var (what, times) in latencies)
        {
            PrintRow(what, "all", times.Select(each => each.Took));
            foreach (var part in Enumerable.Range(0, Parts))
                PrintRow("", $"third {part + 1}", times.Where(each => PartOf(each.At, ends) == part).Select(each => each.Took));
        }

        Say("");
        Say($"Undos/s by thirds of the requests: {string.Join(", ", Rates(ends, began).Select(rate => $"{rate:0.0}"))}.");
        Say($"Seen in the database: {string.Join(", ", usage.DatabaseWaits.Take(6).Select(each => $"{each.Share:P0} {each.What}"))}.");
    }

    private static string Share(double seconds, TimeSpan took) =>
        $"{seconds / took.TotalSeconds / Environment.ProcessorCount:P0}";

    private static List<(DateTimeOffset At, double Took)> Applied(IReadOnlyList<AuditedEvent> audit)
    {
        var approved = audit.Where(record => record.Event == "undo.approved").DistinctBy(record => record.RequestId)
            .ToDictionary(record => record.RequestId, record => record.Time);
        return
        [
            .. audit.Where(record => record.Event == "undo.applied")
                .Select(record => (record.Time, (record.Time - approved[record.RequestId]).TotalMilliseconds)),
        ];
    }

    private static int PartOf(DateTimeOffset at, List<DateTimeOffset> ends) =>
        Enumerable.Range(1, Parts - 1).Count(part => at > ends[(ends.Count * part / Parts) - 1]);

    private static IEnumerable<double> Rates(List<DateTimeOffset> ends, DateTimeOffset began)
    {
        for (var part = 0; part < Parts; part++)
        {
            var (from, to) = (ends.Count * part / Parts, ends.Count * (part + 1) / Parts);
            yield return (to - from) / (ends[to - 1] - (from == 0 ? began : ends[from - 1])).TotalSeconds;
        }
    }

    private static void PrintRow(string what, string part, IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToList();
        if (sorted.Count > 0)
            Say($"| {what} | {part} | {At(0.5)} | {At(0.95)} | {At(0.99)} | {At(1)} |");

        string At(double share) => $"{sorted[Math.Min((int)(sorted.Count * share), sorted.Count - 1)]:0} ms";
    }

    private static void Say(string line) => Console.WriteLine(line);
}
