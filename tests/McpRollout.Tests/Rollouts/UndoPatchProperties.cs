using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using McpRollout.PracticeCluster.Patching;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Undo;
using McpRollout.Tests.Properties;

namespace McpRollout.Tests.Rollouts;

public sealed class UndoPatchProperties
{
    private static readonly Gen<Case> Cases =
        from shown in Templates.Any
        from target in Templates.Any
        from annotations in Gen.Elements("", "\"annotations\":null,", "\"annotations\":{},",
            """ "annotations":{"note":"a","mcp-rollout.dev/request-id":"old"}, """)
        from names in Gen.Elements("mcp-rollout.dev/request-id", "kubernetes.io/change-cause", "a/b~1~0", "~").ListOf(2)
        from text in Texts.Any
        from seed in Gen.Choose(0, int.MaxValue)
        select new Case(
            $$$"""{"kind":"Deployment","metadata":{"uid":"u-1",{{{annotations}}}"labels":{"a":"b"}},"spec":{"replicas":3"""
                + $$$""","template":{{{shown}}} },"status":{"replicas":3} }""",
            target,
            [.. names.Distinct().Select(name => KeyValuePair.Create(name, text))],
            seed);

    [Fact]
    public void Applied_it_gives_exactly_the_target_template_and_touches_nothing_else() => Rule.HoldsFor(Cases, undo =>
    {
        var wanted = JsonNode.Parse(undo.Workload)!.AsObject();
        wanted["spec"]!["template"] = JsonNode.Parse(undo.Target);
        if (wanted["metadata"]!["annotations"] is null && undo.Annotations.Length > 0)
            wanted["metadata"]!["annotations"] = new JsonObject();
        foreach (var (name, text) in undo.Annotations)
            wanted["metadata"]!["annotations"]![name] = text;

        Assert.True(JsonNode.DeepEquals(wanted, undo.AppliedTo(JsonNode.Parse(undo.Workload)!.AsObject())));
    });

    [Fact]
    public void It_fails_on_any_other_template() => Rule.HoldsFor(Cases, undo =>
    {
        var moved = JsonNode.Parse(undo.Workload)!.AsObject();
        moved["spec"]!["template"] = Jsons.Changed(moved["spec"]!["template"]!, new Random(undo.Seed));

        Assert.Throws<PatchRejectedException>(() => undo.AppliedTo(moved));
    });

    [Fact]
    public void It_fails_on_a_workload_that_was_made_anew() => Rule.HoldsFor(Cases, undo =>
    {
        var another = JsonNode.Parse(undo.Workload)!.AsObject();
        another["metadata"]!["uid"] = "u-2";

        Assert.Throws<PatchRejectedException>(() => undo.AppliedTo(another));
    });

    [Fact]
    public void What_others_changed_beside_the_template_stays() => Rule.HoldsFor(Cases, undo =>
    {
        var scaled = JsonNode.Parse(undo.Workload)!.AsObject();
        scaled["spec"]!["replicas"] = 7;
        scaled["metadata"]!["labels"]!["added"] = "meanwhile";

        var applied = undo.AppliedTo(scaled);

        Assert.Equal("7 meanwhile", $"{applied["spec"]!["replicas"]} {applied["metadata"]!["labels"]!["added"]}");
    });

    internal sealed record Case(string Workload, string Target, KeyValuePair<string, string>[] Annotations, int Seed)
    {
        public JsonObject AppliedTo(JsonObject workload) => JsonPatch.Apply(workload, JsonNode.Parse(UndoPatch.Build(
            McpRollout.Rollouts.Objects.Workload.From(ResourceType.Deployment, Templates.Parse(Workload)),
            Templates.Parse(Target),
            Annotations,
            isPinned: false)));
    }
}
