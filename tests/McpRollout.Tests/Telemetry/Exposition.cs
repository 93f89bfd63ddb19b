using System.Globalization;
using System.Text.RegularExpressions;

namespace McpRollout.Tests.Telemetry;

/// <summary>One sample of a scrape.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>One metric of a scrape with its samples.</summary>
internal sealed record Family(string Name, string Kind, string Unit, string Help, IReadOnlyList<Sample> Samples)
{
    /// <summary>The names that PromQL knows it by.</summary>
    public IReadOnlyList<string> Series => Samples.Select(sample => sample.Name).Distinct().ToList();

    /// <summary>The values of a label.</summary>
    public IReadOnlySet<string> ValuesOf(string label) =>
        Samples.Select(sample => sample.Labels.GetValueOrDefault(label)).OfType<string>().ToHashSet();
}

/// <summary>
/// A scrape in OpenMetrics' text format, read strictly after its specification (1.0.0): whatever is not in it is an error. Exemplars and
/// timestamps are none of ours.
/// </summary>
internal static partial class Exposition
{
    private static readonly Dictionary<string, string[]> Suffixes = new()
    {
        ["counter"] = ["_total", "_created"],
        ["gauge"] = [""],
        ["histogram"] = ["_bucket", "_sum", "_count", "_created"],
        ["info"] = ["_info"],
    };

    public static IReadOnlyDictionary<string, Family> Read(string text)
    {
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        var families = new Dictionary<string, Family>(StringComparer.Ordinal);
        var (name, said, samples) = ("", new Dictionary<string, string>(), new List<Sample>());
        foreach (var line in text[..^"# EOF\n".Length].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!line.StartsWith("# ", StringComparison.Ordinal))
            {
                samples.Add(SampleOf(line));
                continue;
            }

            var match = Descriptor().Match(line);
            Assert.True(match.Success, line);
            if (match.Groups["name"].Value != name)
            {
                End();
                (name, said, samples) = (match.Groups["name"].Value, [], []);
            }

            Assert.Empty(samples);
            Assert.True(said.TryAdd(match.Groups["what"].Value, match.Groups["rest"].Value), line);
        }

        End();
        return families;

        void End()
        {
            if (name.Length == 0)
            {
                Assert.Empty(samples);
                return;
            }

            var family = new Family(name, said["TYPE"], said.GetValueOrDefault("UNIT", ""), said["HELP"], samples);
            Check(family);
            Assert.True(families.TryAdd(name, family), $"{name} is told twice");
        }
    }

    private static Sample SampleOf(string line)
    {
        var match = SampleLine().Match(line);
        Assert.True(match.Success, line);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match label in Label().Matches(match.Groups["labels"].Value))
            Assert.True(labels.TryAdd(label.Groups["name"].Value, label.Groups["value"].Value), line);
        return new(match.Groups["name"].Value, labels, double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture));
    }

    private static void Check(Family family)
    {
        Assert.Contains(family.Kind, Suffixes.Keys);
        Assert.NotEmpty(family.Help);
        Assert.NotEmpty(family.Samples);
        if (family.Unit.Length > 0)
            Assert.EndsWith($"_{family.Unit}", family.Name, StringComparison.Ordinal);
        Assert.All(family.Samples, sample => Assert.Contains(sample.Name, Suffixes[family.Kind].Select(suffix => family.Name + suffix)));
        Assert.Distinct(family.Samples.Select(sample => $"{sample.Name} {Told(sample.Labels)}"));
        if (family.Kind == "histogram")
            Assert.All(family.Samples.GroupBy(Others), CheckBuckets);
        else if (family.Kind == "counter")
            Assert.All(family.Samples, sample => Assert.True(sample.Value >= 0, sample.Name));
    }

    private static string Others(Sample sample) => Told(sample.Labels.Where(label => label.Key != "le"));

    private static string Told(IEnumerable<KeyValuePair<string, string>> labels) =>
        string.Join(' ', labels.Select(label => $"{label.Key}={label.Value}").Order(StringComparer.Ordinal));

    private static void CheckBuckets(IGrouping<string, Sample> series)
    {
        var buckets = series.Where(sample => sample.Labels.ContainsKey("le")).ToList();
        Assert.Equal("+Inf", buckets[^1].Labels["le"]);
        Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
        Assert.Equal(buckets[^1].Value, Assert.Single(series, sample => sample.Name.EndsWith("_count", StringComparison.Ordinal)).Value);
    }

    [GeneratedRegex("^# (?<what>TYPE|UNIT|HELP) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<rest>.+)$")]
    private static partial Regex Descriptor();

    private const string OneLabel = "[a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\\n]|\\\\[\\\\n\"])*\"";

    [GeneratedRegex($@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{{(?<labels>({OneLabel}(,(?!\}})|(?=\}})))*)\}})? (?<value>\S+)$")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\\n]|\\[\\n"])*)"(,|$)""")]
    private static partial Regex Label();
}
