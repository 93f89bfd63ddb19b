using System.Text.Json.Serialization.Metadata;

namespace McpRollout.Mcp.Answers;

/// <summary>What a call is answered: facts, or a refusal in words that say what to do instead.</summary>
internal sealed record ToolAnswer
{
    private ToolAnswer(string text, JsonElement? facts) => (Text, Facts) = (text, facts);

    /// <summary>The answer in short lines for a model.</summary>
    public string Text { get; }

    /// <summary>The same, complete and in the shape of the tool's output schema; null for a refusal.</summary>
    public JsonElement? Facts { get; }

    public static ToolAnswer Of<T>(T facts, JsonTypeInfo<T> type, string text) => new(text, JsonSerializer.SerializeToElement(facts, type));

    /// <summary>What the approving side answered: facts and text as they came, or a refusal.</summary>
    public static ToolAnswer Forwarded(string text, JsonElement? facts) => new(text, facts);

    public static ToolAnswer Refused(string instead) => new(instead, null);

    /// <summary>As MCP carries it. A refusal is a result, not a protocol error: only a result reaches the model word for word.</summary>
    public CallToolResult ToResult() => new()
    {
        Content = [new TextContentBlock { Text = Text }],
        StructuredContent = Facts,
        IsError = Facts is null,
    };
}
