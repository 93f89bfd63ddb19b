using System.Text.Json.Serialization.Metadata;

namespace McpRollout.Mcp.Answers;

/// <summary>What a call is answered: facts, or a refusal in words that say what to do instead.</summary>
/// <param name="Text">The answer in short lines for a model.</param>
/// <param name="Facts">The same, complete and in the shape of the tool's output schema; null for a refusal.</param>
internal sealed record ToolAnswer(string Text, JsonElement? Facts)
{
    // Whoever wrote what is in it: here each answer comes by, also one that another process made.
    public string Text { get; } = VisibleText.Lines(Text);

    public JsonElement? Facts { get; } = Facts is { } facts ? VisibleJson.Of(facts) : null;

    public static ToolAnswer Of<T>(T facts, JsonTypeInfo<T> type, string text) => new(text, JsonSerializer.SerializeToElement(facts, type));

    public static ToolAnswer Refused(string instead) => new(instead, null);

    /// <summary>As MCP carries it. A refusal is a result, not a protocol error: only a result reaches the model word for word.</summary>
    public CallToolResult ToResult() => new()
    {
        Content = [new TextContentBlock { Text = Text }],
        StructuredContent = Facts,
        IsError = Facts is null,
    };
}
