using System.Text;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Undo;

namespace McpRollout.Tests.Rollouts;

public sealed class UndoPatchTests
{
    private const string Target = """{"spec":{"containers":[{"image":"i:1"}]}}""";

    [Fact]
    public void The_bytes_are_these() => Assert.Equal(
        """[{"op":"test","path":"/metadata/uid","value":"u-1"},""" +
        """{"op":"test","path":"/spec/template","value":""" +
        """{"metadata":{"creationTimestamp":null},"spec":{"containers":[{"image":"i:2"}]}}},""" +
        """{"op":"replace","path":"/spec/template","value":{"spec":{"containers":[{"image":"i:1"}]}}},""" +
        """{"op":"add","path":"/metadata/annotations/mcp-rollout.dev~1request-id","value":"r-1"},""" +
        """{"op":"add","path":"/metadata/annotations/kubernetes.io~1change-cause","value":"undo to revision 1"}]""",
        Build(
            """{"metadata":{"uid":"u-1","annotations":{"a":"1"}},"spec":{"template":{"metadata":{"creationTimestamp":null}"""
                + ""","spec":{"containers":[{"image":"i:2"}]}}}}""",
            new(UndoAnnotations.RequestId, "r-1"),
            new(UndoAnnotations.ChangeCause, "undo to revision 1")));

    [Fact]
    public void Missing_annotations_are_made_only_while_they_are_missing() => Assert.EndsWith(
        """{"op":"test","path":"/metadata/annotations","value":null},{"op":"add","path":"/metadata/annotations","value":{}},"""
            + """{"op":"add","path":"/metadata/annotations/a~1b~01","value":"x"}]""",
        Build("""{"metadata":{"uid":"u"},"spec":{"template":{}}}""", new KeyValuePair<string, string>("a/b~1", "x")),
        StringComparison.Ordinal);

    [Fact]
    public void Without_annotations_to_set_they_are_not_touched() => Assert.Equal(
        """[{"op":"test","path":"/metadata/uid","value":"u"},{"op":"test","path":"/spec/template","value":{}},""" +
        """{"op":"replace","path":"/spec/template","value":{"spec":{"containers":[{"image":"i:1"}]}}}]""",
        Build("""{"metadata":{"uid":"u"},"spec":{"template":{}}}"""));

    // Go escapes "<" in lower case and leaves "é" alone; the server compares the spelling (v1.20.2).
    [Theory]
    [InlineData("""{"metadata":{"annotations":{"note":"a\u003cb\u003e\u0026 \"c\" é + \u2028 🚀 \\ /"}}}""")]
    [InlineData("""{"spec":{"containers":[{"env":[{"name":"CONFIG","value":"{\"a\":1.0}"}],"x":1.50e2}]}}""")]
    public void Templates_keep_the_servers_spelling(string template) => Assert.Contains(
        $$"""{"op":"test","path":"/spec/template","value":{{template}}}""",
        Build($$$"""{"metadata":{"uid":"u"},"spec":{"template":{{{template}}}}}"""),
        StringComparison.Ordinal);

    [Fact]
    public void A_pinned_patch_is_for_the_object_exactly_as_it_was_read() => Assert.StartsWith(
        """[{"op":"test","path":"/metadata/uid","value":"u"},{"op":"test","path":"/metadata/resourceVersion","value":"7"},""",
        Encoding.UTF8.GetString(UndoPatch.Build(
            Workload.From(
                ResourceType.StatefulSet, Samples.Json("""{"metadata":{"uid":"u","resourceVersion":"7"},"spec":{"template":{}}}""")),
            Samples.Json(Target), [], isPinned: true)),
        StringComparison.Ordinal);

    [Fact]
    public void A_fence_touches_one_annotation_of_one_object() => Assert.Equal(
        """{"metadata":{"uid":"u","annotations":{"mcp-rollout.dev/fence":"undo-1/2"}}}""",
        Encoding.UTF8.GetString(UndoPatch.Fence("u", "undo-1/2")));

    private static string Build(string workload, params KeyValuePair<string, string>[] annotations) => Encoding.UTF8.GetString(
        UndoPatch.Build(
            Workload.From(ResourceType.StatefulSet, Samples.Json(workload)), Samples.Json(Target), annotations, isPinned: false));
}
