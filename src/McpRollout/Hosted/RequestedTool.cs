namespace McpRollout.Hosted;

/// <summary>
/// Which tool a message calls, before it is taken: only before its answer has begun can a client be told by a status which right its token
/// lacks. Whatever is said here, the tools that a token does not allow are not among those that its call finds.
/// </summary>
internal static class RequestedTool
{
    /// <summary>The tool's name; null if the message calls none, or cannot be read.</summary>
    /// <param name="request">A request whose body was taken in whole.</param>
    public static async Task<string?> NameInAsync(HttpRequest request)
    {
        try
        {
            using var message = await JsonDocument.ParseAsync(request.Body, default, request.HttpContext.RequestAborted);
            var root = message.RootElement;
            return Member(root, "method").Text() == RequestMethods.ToolsCall ? Member(Member(root, "params"), "name").Text() : null;
        }
        catch (JsonException)
        {
            return null;
        }
        finally
        {
            request.Body.Position = 0;
        }
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;
}
