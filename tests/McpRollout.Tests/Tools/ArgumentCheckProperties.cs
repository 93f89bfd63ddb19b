using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using McpRollout.Mcp.Arguments;
using McpRollout.Mcp.Tools;
using McpRollout.Rollouts.Text;
using McpRollout.Tests.Properties;

namespace McpRollout.Tests.Tools;

public sealed class ArgumentCheckProperties
{
    private static readonly Gen<string> Name = Gen.Elements(
        "resource_type", "namespace", "name", "revision", "limit", "to_revision", "current_revision", "reason", "wait_seconds",
        "request_id", "nmae", "\u202e");

    private static readonly Gen<string> Value = Gen.OneOf(
        Jsons.Broken,
        Gen.Elements("\"deployment\"", "\"statefulset\"", "\"web\"", "\"shop\"", "\"undo-1\"", "\"it crashes\""),
        Gen.Elements("1", "2", "50", "-1", "1e400", "1e20", "3.0", "99999999999999999999999999999999", "-0", "1e-30"));

    private static readonly Gen<(string Tool, Dictionary<string, JsonElement> Given)> Calls =
        from tool in Gen.Elements(SchemaFiles.ToolNames.ToArray())
        from count in Gen.Choose(0, 9)
        from names in Name.ListOf(count)
        from values in Value.ListOf(count)
        select (tool,
            names.Zip(values).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => JsonElement.Parse(pair.Second)));

    [Fact]
    public void Whatever_is_given_it_is_taken_or_every_mistake_is_told_in_visible_words() => Rule.HoldsFor(Calls, call =>
    {
        var schema = ToolContract.Read(call.Tool).InputSchema;
        var mistakes = ArgumentCheck.Mistakes(schema, call.Given);

        Assert.All(mistakes, mistake => Assert.Equal(VisibleText.Of(mistake), mistake));
        Assert.All(mistakes, mistake => Assert.InRange(mistake.Length, 1, 400));
        if (mistakes.Count == 0)
            ReadAll(schema, call.Given);
    }, count: 5000);

    // What passed can be read as what the schema says it is.
    private static void ReadAll(JsonElement schema, Dictionary<string, JsonElement> given)
    {
        var arguments = new ToolArguments(schema, given);
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
        {
            var isThere = schema.GetProperty("required").EnumerateArray().Any(name => name.GetString() == property.Name)
                || given.ContainsKey(property.Name);
            if (property.Value.GetProperty("type").GetString() == "integer")
                arguments.NumberOrNull(property.Name);
            else if (isThere)
                Assert.NotEmpty(arguments.Text(property.Name));
        }
    }
}
