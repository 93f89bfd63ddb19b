using FsCheck.Fluent;
using McpRollout.Rollouts.Changes;
using McpRollout.Rollouts.Text;
using McpRollout.Tests.Properties;

namespace McpRollout.Tests.Rollouts;

public sealed class TemplateDiffTests
{
    [Fact]
    public void WhatDiffersIsShownWithTheLinesAroundIt()
    {
        var diff = TemplateDiff.Between(
            Template("""{"name":"app","image":"app:2","env":[{"name":"MODE","value":"fast"}],"ports":[{"containerPort":80}]}"""),
            Template("""{"name":"app","image":"app:1","env":[{"name":"MODE","value":"fast"}],"ports":[{"containerPort":80}]}"""));

        Assert.Equal(["    image: app:2", "    image: app:1"],
            diff.Where(line => line.Kind is DiffKind.Removed or DiffKind.Added).Select(line => line.Text));
        Assert.Equal(DiffKind.Removed, diff.First(line => line.Kind != DiffKind.Same && line.Kind != DiffKind.Gap).Kind);
        Assert.Contains(new DiffLine(DiffKind.Same, "      value: '***'"), diff);
        Assert.Contains(diff, line => line.Kind == DiffKind.Gap);
    }

    [Fact]
    public void AHiddenValueThatDiffersIsAChangedLineThatShowsNothing()
    {
        var diff = TemplateDiff.Between(
            Template("""{"name":"app","env":[{"name":"KEY","value":"old-secret"}]}"""),
            Template("""{"name":"app","env":[{"name":"KEY","value":"new-secret"}]}"""));

        Assert.Equal(
            [(DiffKind.Removed, "      value: '***'"), (DiffKind.Added, "      value: '***'")],
            diff.Where(line => line.Kind is DiffKind.Removed or DiffKind.Added).Select(line => (line.Kind, line.Text)));
    }

    [Fact]
    public void EqualTemplatesAreOneGap()
    {
        var template = Template("""{"name":"app","env":[{"name":"KEY","value":"secret"}]}""");

        Assert.Equal(DiffKind.Gap, Assert.Single(TemplateDiff.Between(template, template)).Kind);
    }

    [Fact]
    public void AnotherOrderOfMembersAndMembersWithoutValueAreNoChange() => Assert.Equal(
        DiffKind.Gap,
        Assert.Single(TemplateDiff.Between(
            Template("""{"name":"app","image":"app:1","env":[{"value":"1","name":"A"}]}"""),
            Template("""{"env":[{"name":"A","value":"1"}],"image":"app:1","name":"app","creationTimestamp":null}"""))).Kind);

    [Fact]
    public void ATextCannotMakeALineOfItsOwn() => Assert.DoesNotContain(
        TemplateDiff.Between(Template("""{"name":"app","args":["a\u2028    image: evil:1"]}"""),
            Template("""{"name":"app","args":["b"]}""")),
        line => line.Text.TrimStart().StartsWith("image:", StringComparison.Ordinal));

    [Fact]
    public void ATextIsNotTakenForANumber() => Assert.Contains(
        TemplateDiff.Between(Template("""{"name":"app","workingDir":"8080"}"""), Template("""{"name":"app","workingDir":"/"}""")),
        line => line == new DiffLine(DiffKind.Removed, "    workingDir: \"8080\""));

    [Fact]
    public void WhatIsTooLongIsSaidToBe()
    {
        static string Arguments(string word) => string.Join(",", Enumerable.Range(0, 2_500).Select(n => $"\"{word}{n}\""));

        Assert.Contains("too long", Assert.Single(TemplateDiff.Between(
            Template($$"""{"args":[{{Arguments("a")}}]}"""),
            Template($$"""{"args":[{{Arguments("b")}}]}"""))).Text,
            StringComparison.Ordinal);
        var cut = TemplateDiff.Between(Template($$"""{"args":[{{Arguments("a")}}]}"""), Template("""{"args":["b"]}"""));
        Assert.Equal((601, DiffKind.Gap), (cut.Count, cut[^1].Kind));
    }

    [Fact]
    public void No_literal_of_the_environment_no_mark_and_no_hidden_character_comes_into_it() => Rule.HoldsFor(
        from newer in Templates.Any
        from older in Templates.Any
        select (newer, older),
        pair => Assert.All(
            TemplateDiff.Between(Templates.Parse(pair.newer), Templates.Parse(pair.older)),
            line =>
            {
                Assert.DoesNotContain(Templates.Literal, line.Text, StringComparison.Ordinal);
                Assert.DoesNotMatch("#[0-9a-f]{32}-", line.Text);
                Assert.Equal(VisibleText.Of(line.Text), line.Text);
            }));

    private static System.Text.Json.JsonElement Template(string container) => Samples.Json(
        $$$"""{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{{{container}}}]"""
            + ",\"dnsPolicy\":\"ClusterFirst\",\"restartPolicy\":\"Always\",\"schedulerName\":\"default-scheduler\""
            + ""","terminationGracePeriodSeconds":30} }""");
}
