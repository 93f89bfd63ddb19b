using System.Text;
using FsCheck;
using FsCheck.Fluent;
using McpRollout.Kubernetes.Kubeconfigs;
using McpRollout.Tests.Properties;

namespace McpRollout.Tests.Cluster;

/// <summary>Whatever a text does to the YAML library is one sentence with file and line.</summary>
public sealed class KubeconfigYamlTests
{
    private static readonly Gen<string> Yaml =
        from pieces in Gen.OneOf(Texts.Broken, Gen.Elements(
            "&a ", "*a", "*b", "<<: *a", "<<: [*a, *b]", "<<: 1", "<<:",
            "!!binary ", "!!str ", "!<tag:x> ", "!e!x ", "%TAG !e! tag:e,2000:\n", "%YAML 1.1\n",
            "? ", "? [*a]", ": ", "- ", "--- ", "---\n", "...\n", "\n", "\n ", "\n  ", "|+3\n",
            ">-\n", "|\n", "\"", "'", "\"\\x", "\"\\u12", "\"\\ud83d\"",
            "{", "}", "[", "]", ", ", "{a: &a {b: *a}}", "a: ", "b",
            "#", " #", "\t", "\ufeff", "\0", "\r", "\u0085", "null", "~", "@", "`")).ListOf(12)
        select string.Concat(pieces);

    [Fact]
    public void Any_text_is_a_value_or_a_sentence_with_file_and_line() => Rule.HoldsFor(Yaml, text => Refusal(text), count: 5000);

    [Theory]
    [InlineData("preferences:\n  <<: *pop", "the/file: line 2 names an anchor that is not above it")]
    [InlineData("a: *later\nb: &later 1", "line 1 names an anchor that is not above it")]
    [InlineData("a: &a [*a]", "line 1 names an anchor that is not above it")]
    [InlineData("a: &a\n  <<: *a", "line 2 names an anchor that is not above it")]
    [InlineData("? &a [*a]\n: b", "line 1 names an anchor that is not above it")]
    [InlineData("? [a]\n: b", "line 1 has a key that is not a string")]
    [InlineData("a: 1\nb: 2\na: 3", "line 3 repeats a key of its mapping")]
    [InlineData("a: &a [1]\nb: {<<: *a}", "line 2 merges what is not a mapping")]
    [InlineData("b: {<<: 1}", "line 1 merges what is not a mapping")]
    [InlineData("a: \"\\0\"", "line 1 holds a NUL character")]
    [InlineData("a: b\nc: d\0\ne: f", "line 2 holds a NUL character")]
    [InlineData("%YAML 9.9\n---\na: b", "near line 1")]
    [InlineData("a: !e!x b", "near line 1")]
    [InlineData("a: [1\n---\n", "near line")]
    public void What_cannot_be_read_is_told_with_its_line(string text, string expected) =>
        Assert.Contains(expected, Refusal(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("current-context: c")]
    [InlineData("\ufeffcurrent-context: c")]
    [InlineData("{\"current-context\":\"c\"}")]
    [InlineData("\t{\n\t\"current-context\": \"c\"\n}")]
    [InlineData("--- \ncurrent-context: c\n---\ncurrent-context: d")]
    [InlineData("current-context: !!str c")]
    [InlineData("a: &a {current-context: c}\n<<: *a")]
    [InlineData("a: &a {current-context: d}\n<<: *a\ncurrent-context: c")]
    [InlineData("a: &a {current-context: c}\nb: &b {current-context: d}\n<<: [*a, *b]")]
    [InlineData("a: &a c\ncurrent-context: *a")]
    [InlineData("# \ud83d\ncurrent-context: c")]
    public void What_kubectl_reads_is_read(string text) => Assert.Equal("c", KubeconfigReader.Read(text, "the/file", "/").CurrentContext);

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("&a [")]
    [InlineData("!x [")]
    public void Nesting_is_bounded(string level) => Assert.Contains(
        "is nested more than 50 levels deep", Refusal(string.Concat(Enumerable.Repeat(level, 100_000))), StringComparison.Ordinal);

    [Fact]
    public void Fifty_levels_are_read() => Assert.Null(Refusal("a: " + new string('[', 49) + new string(']', 49)));

    [Fact]
    public void What_merges_grow_to_is_bounded()
    {
        var text = new StringBuilder("a: &a {" + string.Join(", ", Enumerable.Range(0, 1000).Select(at => $"k{at}: 1")) + "}\nb:\n");
        for (var at = 0; at < 1000; at++)
            text.Append("- {<<: *a}\n");

        Assert.Contains("goes beyond 200000 values", Refusal(text.ToString()), StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_of_aliases_do_not_grow()
    {
        var text = new StringBuilder("a0: &a0 [x]\n");
        for (var at = 1; at < 1000; at++)
            text.Append($"a{at}: &a{at} [{string.Join(", ", Enumerable.Repeat($"*a{at - 1}", 10))}]\n");

        Assert.Null(Refusal(text.ToString()));
    }

    [Fact]
    public void Length_is_bounded() => Assert.StartsWith(
        "the/file is longer than 16 Mi characters", Refusal("a: " + new string('b', YamlReader.LongestText)), StringComparison.Ordinal);

    [Fact]
    public void A_file_without_an_end_is_refused()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "There is no such device.");
        var refused = Assert.Throws<KubeconfigException>(() => KubeconfigFiles.Load(["/dev/zero"]));
        Assert.StartsWith("/dev/zero is longer than 16 Mi characters", refused.Message, StringComparison.Ordinal);
    }

    private static string? Refusal(string text)
    {
        try
        {
            YamlMap.Parse(text, "the/file");
            return null;
        }
        catch (KubeconfigException refused)
        {
            Assert.Matches(
                "^the/file(: line [0-9]+ | is not valid YAML near line [0-9]+, column [0-9]+| is not a kubeconfig: | is longer than )",
                refused.Message);
            return refused.Message;
        }
    }
}
