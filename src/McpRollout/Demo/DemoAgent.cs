using ModelContextProtocol.Client;

namespace McpRollout.Demo;

/// <summary>Plays the agent: calls tools over MCP, and shows what an agent sees.</summary>
internal sealed class DemoAgent(McpClient client)
{
    /// <summary>Calls a tool and shows the call and the answer's text.</summary>
    public async Task<JsonElement> CallAsync(
        string thought, string tool, IReadOnlyDictionary<string, object?> arguments, CancellationToken cancellationToken)
    {
        DemoText.Call(thought, tool, arguments);
        var result = await client.CallToolAsync(tool, arguments, cancellationToken: cancellationToken);
        var text = string.Join('\n', result.Content.OfType<TextContentBlock>().Select(block => block.Text));
        DemoText.Answer(text);
        return result is { IsError: not true, StructuredContent: { } structured }
            ? structured
            : throw new DemoException($"{tool} refused: {text}");
    }
}
