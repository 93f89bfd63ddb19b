using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using McpRollout.Rollouts.Changes;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.Properties;

namespace McpRollout.Tests.Rollouts;

public sealed class TemplateDigestProperties
{
    private static readonly Gen<(string Template, int Seed)> Cases =
        from template in Templates.Any
        from seed in Gen.Choose(0, int.MaxValue)
        select (template, seed);

    [Fact]
    public void The_order_of_members_does_not_count() => Rule.HoldsFor(Cases, one => Assert.Equal(
        TemplateDigest.Of(Templates.Parse(one.Template)),
        TemplateDigest.Of(Templates.Parse(Jsons.Shuffled(JsonNode.Parse(one.Template), new Random(one.Seed))!))));

    [Fact]
    public void Where_a_template_is_kept_does_not_count() => Rule.HoldsFor(Cases, one =>
    {
        var kept = JsonNode.Parse(one.Template)!.AsObject();
        kept["$patch"] = "replace";
        kept["metadata"]!["labels"]![ReplicaSetMarks.OfDeployments.Hash] = "abc";
        kept["metadata"]!["creationTimestamp"] = null;

        Assert.Equal(TemplateDigest.Of(Templates.Parse(one.Template)), TemplateDigest.Of(Templates.Parse(kept)));
        Assert.Equal(TemplateDigest.Of(Templates.Parse(one.Template)), TemplateDigest.Of(PodTemplate.Restored(Templates.Parse(kept))));
    });

    [Fact]
    public void Every_other_change_counts_and_is_told() => Rule.HoldsFor(Cases, one =>
    {
        var plain = JsonNode.Parse(PodTemplate.Normalised(Templates.Parse(one.Template)).GetRawText())!;
        var (older, newer) = (Templates.Parse(plain), Templates.Parse(Jsons.Changed(plain, new Random(one.Seed))));

        Assert.NotEqual(TemplateDigest.Of(older), TemplateDigest.Of(newer));
        Assert.NotEmpty(TemplateChanges.Between(older, newer));
        Assert.Empty(TemplateChanges.Between(older, older));
    });
}
