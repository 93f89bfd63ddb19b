using System.Text.Json.Nodes;
using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Patching;

namespace McpRollout.Tests.PracticeCluster;

public class StrategicMergePatchTests
{
    [Theory]
    [InlineData(
        """{"containers":[{"name":"a","image":"1"},{"name":"b","image":"1"}]}""",
        """{"containers":[{"name":"b","image":"2"}]}""",
        """{"containers":[{"name":"a","image":"1"},{"name":"b","image":"2"}]}""")]
    [InlineData(
        """{"env":[{"name":"A","value":"1"},{"name":"B","value":"1"}]}""",
        """{"env":[{"name":"C","value":"3"},{"$patch":"delete","name":"A"}]}""",
        """{"env":[{"name":"B","value":"1"},{"name":"C","value":"3"}]}""")]
    [InlineData(
        """{"ports":[{"containerPort":80,"name":"http"}]}""",
        """{"ports":[{"containerPort":80,"name":"web"},{"containerPort":81}]}""",
        """{"ports":[{"containerPort":80,"name":"web"},{"containerPort":81}]}""")]
    [InlineData("""{"args":["a","b"]}""", """{"args":["c"]}""", """{"args":["c"]}""")]
    [InlineData("""{"labels":{"a":"1","b":"2"}}""", """{"labels":{"a":null}}""", """{"labels":{"b":"2"}}""")]
    [InlineData(
        """{"template":{"metadata":{"labels":{"a":"1"}},"spec":{"volumes":[]}}}""",
        """{"template":{"$patch":"replace","spec":{"x":1}}}""",
        """{"template":{"spec":{"x":1}}}""")]
    [InlineData(
        """{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}""",
        """{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}""",
        """{"strategy":{"type":"Recreate"}}""")]
    [InlineData(
        """{"containers":[{"name":"a"},{"name":"b"}]}""",
        """{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}],"containers":[{"name":"a","image":"2"}]}""",
        """{"containers":[{"name":"b"},{"name":"a","image":"2"}]}""")]
    [InlineData("""{"finalizers":["a","b"]}""", """{"$deleteFromPrimitiveList/finalizers":["a"]}""", """{"finalizers":["b"]}""")]
    [InlineData("""{"finalizers":["a"]}""", """{"finalizers":["b"]}""", """{"finalizers":["a","b"]}""")]
    public void MergesAsTheServerDoes(string before, string patch, string after)
    {
        var result = StrategicMergePatch.Apply(JsonNode.Parse(before)!.AsObject(), JsonNode.Parse(patch), ResourceCatalog.Deployments);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(after), result), result.ToJsonString());
    }
}
