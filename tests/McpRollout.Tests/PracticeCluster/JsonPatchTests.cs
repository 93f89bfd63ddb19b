using System.Text.Json.Nodes;
using McpRollout.PracticeCluster.Patching;

namespace McpRollout.Tests.PracticeCluster;

public class JsonPatchTests
{
    [Theory]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/b","value":2}]""", """{"a":1,"b":2}""")]
    [InlineData("""{"a":[1,3]}""", """[{"op":"add","path":"/a/1","value":2}]""", """{"a":[1,2,3]}""")]
    [InlineData("""{"a":[1]}""", """[{"op":"add","path":"/a/-","value":2}]""", """{"a":[1,2]}""")]
    [InlineData("""{"a":[1,2]}""", """[{"op":"replace","path":"/a/0","value":9}]""", """{"a":[9,2]}""")]
    [InlineData("""{"a":{"b/c":1}}""", """[{"op":"remove","path":"/a/b~1c"}]""", """{"a":{}}""")]
    [InlineData("""{"a":{"m~n":1}}""", """[{"op":"replace","path":"/a/m~0n","value":2}]""", """{"a":{"m~n":2}}""")]
    [InlineData("""{"a":1}""", """[{"op":"move","from":"/a","path":"/b"}]""", """{"b":1}""")]
    [InlineData("""{"a":{"x":1}}""", """[{"op":"copy","from":"/a","path":"/b"}]""", """{"a":{"x":1},"b":{"x":1}}""")]
    [InlineData("""{"a":{"x":1,"y":[2]}}""", """[{"op":"test","path":"/a","value":{"y":[2],"x":1}}]""", """{"a":{"x":1,"y":[2]}}""")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"/b","value":null}]""", """{"a":1}""")]
    public void AppliesEveryOperation(string before, string patch, string after) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(after), Apply(before, patch)));

    [Theory]
    [InlineData("""[{"op":"test","path":"/a","value":2}]""")]
    [InlineData("""[{"op":"replace","path":"/b","value":2}]""")]
    [InlineData("""[{"op":"remove","path":"/b"}]""")]
    [InlineData("""[{"op":"add","path":"/b/c","value":2}]""")]
    [InlineData("""[{"op":"add","path":"no-pointer","value":2}]""")]
    [InlineData("""[{"op":"zap","path":"/a"}]""")]
    public void RefusesWhatDoesNotApply(string patch) => Assert.Throws<PatchRejectedException>(() => Apply("""{"a":1}""", patch));

    [Fact]
    public void APatchIsAList() => Assert.Throws<MalformedPatchException>(() => Apply("{}", "{}"));

    [Fact]
    public void LeavesTheOriginalAlone()
    {
        var before = JsonNode.Parse("""{"a":{"b":1}}""")!.AsObject();
        JsonPatch.Apply(before, JsonNode.Parse("""[{"op":"replace","path":"/a/b","value":2}]"""));
        Assert.Equal("""{"a":{"b":1}}""", before.ToJsonString());
    }

    private static JsonObject Apply(string before, string patch) =>
        JsonPatch.Apply(JsonNode.Parse(before)!.AsObject(), JsonNode.Parse(patch));
}
