using System.Text.Json.Nodes;

namespace McpRollout.Tests.Tools;

public sealed class StrictSchemaTests
{
    [Theory]
    [InlineData("""{"type":"integer"}""", "1.5")]
    [InlineData("""{"type":["string","null"]}""", "true")]
    [InlineData("""{"enum":["a","b"]}""", "\"c\"")]
    [InlineData("""{"required":["a"]}""", "{}")]
    [InlineData("""{"properties":{},"additionalProperties":false}""", """{"a":1}""")]
    [InlineData("""{"properties":{"a":{"items":{"minimum":1}}}}""", """{"a":[1,0]}""")]
    [InlineData("""{"maxLength":2}""", "\"abc\"")]
    [InlineData("""{"pattern":"^[a-z]+$"}""", "\"abc\\n\"")]
    [InlineData("""{"if":{"type":"string"},"then":{"maxLength":1},"else":{"type":"null"}}""", "\"ab\"")]
    public void AWrongValueIsFound(string schema, string value) =>
        Assert.Single(StrictSchema.Errors(SchemaFiles.Parse(schema), JsonNode.Parse(value)));

    [Fact]
    public void AnUnknownKeywordIsNoExcuseToPass() =>
        Assert.Throws<NotSupportedException>(() => StrictSchema.Errors(SchemaFiles.Parse("""{"minContains":1}"""), JsonNode.Parse("[]")));
}
