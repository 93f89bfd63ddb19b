using System.Text;
using McpRollout.Rollouts.Helm;

namespace McpRollout.Tests.Rollouts.Helm;

public sealed class ManifestReaderTests
{
    [Fact]
    public void Anchors_merges_quotes_and_numbers_mean_what_they_mean_in_YAML()
    {
        var read = ReleaseManifest.Read("""
            # Source: a chart's template
            kind: Thing
            metadata: &meta
              name: one
            spec:
              <<: *meta
              again: *meta
              replicas: 3
              octal: 0644
              version: 1.10
              on: "true"
              off: false
              none: ~
            """);

        Assert.Equal(
            """{"name":"one"}|3|"0644"|"1.10"|"true"|false|null|"one" """.Trim(),
            string.Join('|', new[] { "again", "replicas", "octal", "version", "on", "off", "none", "name" }
                .Select(name => Assert.Single(read.Objects).Body.GetProperty("spec").GetProperty(name).GetRawText())));
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", "deployment/a")]
    [InlineData("argoproj.io/v1alpha1", "Rollout", "rollout/a")]
    [InlineData("acme.example/v1", "Deployment", null)]
    [InlineData("v1", "Service", null)]
    public void A_workload_is_known_by_group_and_kind(string apiVersion, string kind, string? workload) => Assert.Equal(
        workload,
        Assert.Single(ReleaseManifest.Read($"{{apiVersion: {apiVersion}, kind: {kind}, metadata: {{name: a}}}}").Objects)
            .Workload("front")?.ToString());

    [Fact]
    public void Empty_documents_are_none_and_lists_are_what_they_hold()
    {
        var read = ReleaseManifest.Read("""
            ---
            # nothing
            ---
            apiVersion: v1
            kind: List
            items:
              - {kind: ConfigMap, metadata: {name: a}}
              - {kind: Secret, metadata: {name: b}}
            ---
            kind: Service
            metadata: {name: c}
            """);

        Assert.Equal(["ConfigMap a", "Secret b", "Service c"], read.Objects.Select(each => each.Name.ToString()));
        Assert.Null(read.Problem);
        Assert.Empty(ReleaseManifest.Read("").Objects);
    }

    [Theory]
    [InlineData("kind: A\nmetadata: {name: a}\n---\nhunter2: [", "the manifest is no YAML near line")]
    [InlineData("kind: A\nmetadata: {name: a}\n---\nhunter2: *nowhere", "the manifest is no YAML near line")]
    [InlineData("kind: A\nmetadata: {name: a}\n---\nhunter2: {a: b", "the manifest is no YAML near line")]
    public void What_is_no_YAML_is_told_by_its_line_and_what_was_before_it_is_read(string text, string problem)
    {
        var read = ReleaseManifest.Read(text);

        Assert.StartsWith(problem, read.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", read.Problem, StringComparison.Ordinal);
        Assert.Equal("A a", Assert.Single(read.Objects).Name.ToString());
    }

    [Fact]
    public void Aliases_cannot_make_a_small_text_a_large_one()
    {
        var text = new StringBuilder("a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]\n");
        for (var level = 1; level < 12; level++)
            text.Append(null, $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]\n");

        Assert.Equal("the manifest goes beyond 500000 values", ReleaseManifest.Read(text.ToString()).Problem);
    }

    [Fact]
    public void Aliases_of_a_long_text_cannot_make_a_small_text_a_large_one()
    {
        var text = new StringBuilder($"long: &long {new string('x', 100_000)}\nlongs: &longs {{{new string('y', 100_000)}: 1}}\nall:\n");
        for (var at = 0; at < 200; at++)
            text.Append(at % 2 == 0 ? "- *long\n" : "- *longs\n");

        Assert.Equal("the manifest's aliases make it longer than 16 Mi characters", ReleaseManifest.Read(text.ToString()).Problem);
    }

    [Fact]
    public void A_key_that_is_a_map_is_not_written_out()
    {
        var key = Enumerable.Range(0, 50).Aggregate("a", (inner, _) => $"? {{{inner}: 1}}\n").Trim();

        Assert.Equal("the manifest has a key that is no text near line 1", ReleaseManifest.Read($"{{{key}: 1}}").Problem);
        Assert.Equal("the manifest has a key that is no text near line 2", ReleaseManifest.Read("a: &a hunter2\n*a : 1").Problem);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("- ")]
    public void Nesting_has_an_end(string open) => Assert.Contains(
        "nested more than", ReleaseManifest.Read(string.Concat(Enumerable.Repeat(open, 5000))).Problem, StringComparison.Ordinal);

    [Fact]
    public void Nesting_by_aliases_has_an_end()
    {
        var text = new StringBuilder("a0: &a0 [1]\n");
        for (var level = 1; level < 5000; level++)
            text.Append(null, $"a{level}: &a{level} [*a{level - 1}]\n");

        Assert.Equal("the manifest's aliases are nested more than 60 levels deep", ReleaseManifest.Read(text.ToString()).Problem);
    }
}
