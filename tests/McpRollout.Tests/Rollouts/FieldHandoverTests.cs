using System.Text.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Undo;

namespace McpRollout.Tests.Rollouts;

public sealed class FieldHandoverTests
{
    private const string Applied =
        """{"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:name":{},"f:env":{"k:{\"name\":\"A\"}":{".":{},"f:name":{},"f:value":{} } } } } }""";

    [Fact]
    public void What_the_applier_lost_and_what_came_back_as_a_whole_is_theirs()
    {
        var (theirs, ours) = Handed("""{"f:image":{},"f:env":{"k:{\"name\":\"B\"}":{".":{},"f:name":{},"f:value":{} } } }""");
        Assert.True(theirs.TryGetProperty("f:image", out _));
        Assert.True(theirs.GetProperty("f:env").TryGetProperty("k:{\"name\":\"B\"}", out _));
        Assert.Null(ours);
    }

    [Theory]
    [InlineData("""{"f:env":{"k:{\"name\":\"C\"}":{"f:value":{} } } }""")]
    [InlineData("""{"f:volumeMounts":{"k:{\"mountPath\":\"/x\"}":{"f:readOnly":{} } } }""")]
    public void A_field_of_an_item_that_others_made_stays_with_the_undo(string wrote) =>
        Assert.Null(FieldHandover.Of(Workload(wrote)));

    [Fact]
    public void Of_several_only_what_is_the_appliers_goes_to_them()
    {
        var (theirs, ours) = Handed("""{"f:image":{},"f:env":{"k:{\"name\":\"C\"}":{"f:value":{} } } }""");
        Assert.True(theirs.TryGetProperty("f:image", out _));
        Assert.False(theirs.GetProperty("f:env").TryGetProperty("k:{\"name\":\"C\"}", out _));
        Assert.Equal(["f:env"], ours!.Value.EnumerateObject().Select(field => field.Name));
        Assert.True(ours.Value.GetProperty("f:env").TryGetProperty("k:{\"name\":\"C\"}", out _));
    }

    [Fact]
    public void A_sidecar_of_somebody_else_is_nobody_elses()
    {
        var workload = Workload("""{"f:image":{} }""", container: "agent");
        Assert.Null(FieldHandover.Of(workload));
    }

    [Fact]
    public void Where_several_apply_the_template_nothing_is_handed_over() =>
        Assert.Null(FieldHandover.Of(Workload("""{"f:image":{} }""", Entry("second", "Apply", Applied))));

    [Fact]
    public void Where_nobody_applies_it_nothing_is_handed_over() =>
        Assert.Null(FieldHandover.Of(Workload("""{"f:image":{} }""", applier: Entry("kubectl-set", "Update", Applied))));

    // What the applier and we own of the container afterwards.
    private static (JsonElement Theirs, JsonElement? Ours) Handed(string wrote)
    {
        var handover = FieldHandover.Of(Workload(wrote));
        Assert.Equal("terraform", handover?.Owner);
        var replaced = JsonDocument.Parse(handover!.Patch).RootElement.EnumerateArray()
            .Where(operation => operation.GetProperty("op").GetString() == "replace")
            .ToDictionary(operation => operation.GetProperty("path").GetString()!, operation => operation.GetProperty("value"));
        Assert.Equal(["/metadata/managedFields/1/fieldsV1", "/metadata/managedFields/0/fieldsV1"], replaced.Keys);
        var ours = replaced["/metadata/managedFields/1/fieldsV1"];
        Assert.True(ours.GetProperty("f:metadata").GetProperty("f:annotations").TryGetProperty("f:mcp-rollout.dev/request-id", out _));
        return (ContainerOf(replaced["/metadata/managedFields/0/fieldsV1"])!.Value, ContainerOf(ours));
    }

    private static JsonElement? ContainerOf(JsonElement fields)
    {
        foreach (var name in new[] { "f:spec", "f:template", "f:spec", "f:containers", "k:{\"name\":\"web\"}" })
        {
            if (!fields.TryGetProperty(name, out fields))
                return null;
        }

        return fields;
    }

    private static Workload Workload(string wrote, string? second = null, string? applier = null, string container = "web") =>
        McpRollout.Rollouts.Objects.Workload.From(ResourceType.Deployment, JsonDocument.Parse($$"""
            {"metadata":{"name":"web","namespace":"shop","uid":"u","managedFields":[
              {{applier ?? Entry("terraform", "Apply", Applied)}},
              {{Entry("mcp-rollout", "Update", $$"""{"f:containers":{"k:{\"name\":\"{{container}}\"}":{{wrote}} } }""", Annotation)}}
              {{(second is null ? "" : "," + second)}}]},
             "spec":{"selector":{"matchLabels":{"app":"web"} },"template":{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[]} } } }
            """).RootElement);

    private const string Annotation = "\"f:metadata\":{\"f:annotations\":{\"f:mcp-rollout.dev/request-id\":{} } },";

    private static string Entry(string manager, string operation, string fields, string more = "") => $$"""
        {"manager":"{{manager}}","operation":"{{operation}}","apiVersion":"apps/v1","time":"2026-11-22T00:40:00Z","fieldsType":"FieldsV1",
         "fieldsV1":{ {{more}} "f:spec":{"f:template":{"f:spec":{{fields}} } } } }
        """;
}
