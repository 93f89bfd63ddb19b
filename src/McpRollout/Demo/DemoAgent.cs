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
        return await AnswerAsync(tool, arguments, _ => true, cancellationToken);
    }

    /// <summary>Calls a tool again and again until the answer is as wanted. Shows the first call in a line, and the last answer.</summary>
    public async Task<JsonElement> WaitAsync(
        string thought,
        string tool,
        IReadOnlyDictionary<string, object?> arguments,
        Func<JsonElement, bool> until,
        CancellationToken cancellationToken)
    {
        DemoText.Waiting(thought, tool);
        while (true)
        {
            var answer = await AnswerAsync(tool, arguments, until, cancellationToken);
            if (until(answer))
                return answer;
        }
    }

    private async Task<JsonElement> AnswerAsync(
        string tool, IReadOnlyDictionary<string, object?> arguments, Func<JsonElement, bool> isShown, CancellationToken cancellationToken)
    {
        var result = await client.CallToolAsync(tool, arguments, cancellationToken: cancellationToken);
        var text = string.Join('\n', result.Content.OfType<TextContentBlock>().Select(block => block.Text));
        if (result is not { IsError: not true, StructuredContent: { } structured })
            throw new DemoException($"{tool} refused: {text}");
        if (isShown(structured))
            DemoText.Answer(text);
        return structured;
    }
}
