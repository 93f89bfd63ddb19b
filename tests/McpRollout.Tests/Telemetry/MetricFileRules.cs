using System.Text.Json;
using System.Text.RegularExpressions;
using McpRollout.Rollouts.Helm;
using McpRollout.Rollouts.Json;
using McpRollout.Tests.Tools;

namespace McpRollout.Tests.Telemetry;

/// <summary>The dashboard, the alerts and the table of docs name what a real scrape has, and all of it.</summary>
public sealed partial class MetricFileRules(ScrapedServer scraped)
{
    private const string Folder = "docs/kubernetes/metrics";

    // What Prometheus puts on every series by itself.
    private static readonly string[] OfPrometheus = ["instance", "job", "le"];

    public static TheoryData<string> Files => ["alerts.yaml", "dashboard.json"];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task EveryQuestionIsOfMetricsAndLabelsThatThereAre(string file)
    {
        var families = (await scraped.Scrape).Families.Values;
        var questions = QuestionsOf(file).ToList();
        Assert.InRange(questions.Count, 10, 100);

        Assert.All(questions, question =>
        {
            var asked = PromQl.MetricsOf(question);
            Assert.NotEmpty(asked);
            foreach (var (metric, matchers) in asked)
            {
                var family = families.SingleOrDefault(family => family.Series.Contains(metric));
                Assert.True(family is not null, $"{metric} is in no scrape");
                Assert.All(PromQl.LabelsGroupedBy(question).Concat(matchers.Select(matcher => matcher.Label)).Except(OfPrometheus),
                    label => Assert.NotEmpty(family.ValuesOf(label)));

                // A histogram shows only what has happened.
                if (family.Kind != "histogram")
                    Assert.All(matchers, matcher => Assert.Subset(family.ValuesOf(matcher.Label).ToHashSet(), Values(matcher)));
            }
        });
    }

    [Fact]
    public async Task EveryMetricIsInTheTableWithItsKindAndLabels()
    {
        var families = (await scraped.Scrape).Families;
        var told = Rows(Table()).Where(row => row.Name != "target").ToDictionary(row => row.Name);

        Assert.Equal(families.Keys.Where(name => name != "target").Order(StringComparer.Ordinal), told.Keys.Order(StringComparer.Ordinal));
        Assert.All(told.Values, row =>
        {
            var labels = families[row.Name].Samples.SelectMany(sample => sample.Labels.Keys).Distinct().Except(["le"]);
            Assert.Equal((families[row.Name].Kind, string.Join(' ', labels.Order())), (row.Kind, string.Join(' ', row.Labels.Order())));
        });
    }

    [Fact]
    public async Task EveryMetricOfThisProductIsOnTheDashboardOrInAnAlert()
    {
        var asked = Files.SelectMany(file => QuestionsOf(file.Data)).SelectMany(PromQl.MetricsOf).Select(each => each.Metric).ToHashSet();

        Assert.Empty((await scraped.Scrape).Families.Values.Where(family => family.Name != "target" && !family.Series.Any(asked.Contains))
            .Select(family => family.Name));
    }

    [Fact]
    public void EveryAlertSaysWhatIsWrongHowBadAndHasARowOfWhatToDo()
    {
        var alerts = Alerts().ToList();
        var names = alerts.Select(alert => alert.TextAt("alert")!).ToList();

        Assert.Distinct(names);
        Assert.All(alerts, alert =>
        {
            Assert.Contains(alert.TextAt("labels", "severity"), new[] { "critical", "warning" });
            Assert.NotEmpty(alert.TextAt("annotations", "summary")!);
        });
        Assert.Equal(names, Runbook().Matches(Docs()).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void TheDashboardsPanelsHaveIdsOfTheirOwnAndDoNotOverlap()
    {
        var panels = Dashboard().ItemsAt("panels").ToList();

        Assert.Distinct(panels.Select(panel => panel.NumberAt("id")));
        var cells = panels.SelectMany(panel =>
            from x in Enumerable.Range((int)panel.NumberAt("gridPos", "x")!, (int)panel.NumberAt("gridPos", "w")!)
            from y in Enumerable.Range((int)panel.NumberAt("gridPos", "y")!, (int)panel.NumberAt("gridPos", "h")!)
            select (x, y)).ToList();
        Assert.Distinct(cells);
        Assert.All(cells, cell => Assert.InRange(cell.x, 0, 23));
    }

    [Theory]
    [InlineData("sum by (instance) (rate(a_total{x=\"1\",y=~\"b|c\"}[$__rate_interval])) > 2", "a_total x=1 y=~b|c")]
    [InlineData("count(a) < max_over_time(count(b)[1h:1m]) and on (job) absent(c)", "a b c")]
    [InlineData("histogram_quantile(0.95, sum by (le, q) (rate(a_bucket[10m]))) + 1e3", "a_bucket")]
    public void WhatAQuestionNamesIsRead(string question, string named) => Assert.Equal(
        named,
        string.Join(' ', PromQl.MetricsOf(question).SelectMany(each =>
            each.Matchers.Select(matcher => matcher.Label + matcher.Operator + matcher.Value).Prepend(each.Metric))));

    [Theory]
    [InlineData("# TYPE a counter\n# HELP a text\na 1\n# EOF\n")]
    [InlineData("# TYPE a gauge\n# HELP a text\na{b=c} 1\n# EOF\n")]
    [InlineData("# TYPE a gauge\n# HELP a text\na 1\na 2\n# EOF\n")]
    [InlineData("# TYPE a gauge\n# HELP a text\na 1\n")]
    [InlineData("# TYPE a histogram\n# HELP a t\na_bucket{le=\"1\"} 3\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 2\n# EOF\n")]
    [InlineData("# TYPE a gauge\n# UNIT a seconds\n# HELP a text\na 1\n# EOF\n")]
    public void WhatIsNoOpenMetricsIsFound(string text) => Assert.ThrowsAny<Exception>(() => Exposition.Read(text));

    private static HashSet<string> Values(Matcher matcher) =>
        matcher.Operator is "=~" or "!~" ? [.. matcher.Value.Split('|')] : [matcher.Value];

    private static IEnumerable<string> QuestionsOf(string file) => file == "alerts.yaml"
        ? Alerts().Select(alert => alert.TextAt("expr")!)
        : Dashboard().ItemsAt("panels").SelectMany(panel => panel.ItemsAt("targets")).Select(target => target.TextAt("expr")!);

    private static IEnumerable<JsonElement> Alerts() => Assert.Single(new ManifestReader(Read($"{Folder}/alerts.yaml")).Documents())
        .ItemsAt("groups").SelectMany(group => group.ItemsAt("rules"));

    private static JsonElement Dashboard() => JsonElement.Parse(Read($"{Folder}/dashboard.json"));

    private static IEnumerable<(string Name, string Kind, string[] Labels)> Rows(string table) => TableRow().Matches(table).Select(match =>
        (match.Groups["name"].Value, match.Groups["kind"].Value, LabelsIn(match.Groups["labels"].Value)));

    private static string[] LabelsIn(string cell) =>
        [.. cell.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(label => label.Trim('`'))];

    private static string Table() => Docs().Split("## What there is")[1].Split("\n## ")[0];

    private static string Docs() => Read("docs/metrics.md");

    private static string Read(string path) => File.ReadAllText(Path.Combine(SchemaFiles.Root, path));

    [GeneratedRegex(@"^\| `(?<name>[a-z_]+)` \| (?<kind>[a-z]+) \|(?<labels>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex(@"^\| `(McpRollout[A-Za-z]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Runbook();
}
