using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace McpRollout.Tests.Properties;

/// <summary>Pod templates with all that makes them hard. Literal environment values, and only they, hold <see cref="Literal"/>.</summary>
internal static class Templates
{
    public const string Literal = "qliteralq";

    private static readonly Gen<string> Variable = Gen.Frequency(
        (4, from name in Jsons.Text(Gen.OneOf(Texts.Word, Texts.Any))
            from before in Texts.Any
            from after in Texts.Any
            select $$"""{"name":{{name}},"value":{{Jsons.Spell(before + Literal + after)}} }"""),
        (2, from name in Texts.Word
            from key in Texts.Word
            select $$$"""{"name":"{{{name}}}","valueFrom":{"secretKeyRef":{"name":"db","key":"{{{key}}}"} } }"""),
        (1, Gen.Elements("""{"value":"qliteralq without a name"}""", """{"name":"EMPTY"}""", """{"name":null,"value":"qliteralq"}""")));

    private static readonly Gen<string> Container =
        from name in Texts.Word
        from image in Gen.Choose(1, 4)
        from variables in List(Variable, 4)
        from arguments in List(Jsons.Text(Texts.Any), 3)
        from more in Jsons.AnyObject
        select $$"""{"name":"{{name}}","image":"app:{{image}}","env":{{variables}},"args":{{arguments}},"resources":{{more}} }""";

    /// <summary>A template as a server sends it.</summary>
    public static Gen<string> Any { get; } =
        from hash in Gen.Elements("", ""","pod-template-hash":"5d994bf79" """)
        from stamp in Gen.Elements("", "\"creationTimestamp\":null,")
        from annotations in Annotations
        from containers in List(Container, 3)
        from inits in List(Container, 1)
        from volumes in List(from name in Texts.Word select $$$"""{"name":"{{{name}}}","secret":{"secretName":"s"} }""", 2)
        from more in Jsons.Any
        select $$"""
            {"metadata":{ {{stamp}}"labels":{"app":"web"{{hash}} },"annotations":{{annotations}} },
             "spec":{"containers":{{containers}},"initContainers":{{inits}},"volumes":{{volumes}},"more":{{more}} } }
            """;

    private static Gen<string> Annotations =>
        from names in Texts.Word.ListOf(2)
        from value in Jsons.Text(Texts.Any)
        select $$"""{ {{string.Join(",", names.Distinct().Select(name => $"\"{name}\":{value}"))}} }""";

    public static JsonElement Parse(string json) => JsonElement.Parse(json);

    public static JsonElement Parse(JsonNode node) => JsonElement.Parse(node.ToJsonString());

    private static Gen<string> List(Gen<string> item, int most) =>
        from count in Gen.Choose(0, most)
        from items in item.ListOf(count)
        select $"[{string.Join(",", items)}]";
}
