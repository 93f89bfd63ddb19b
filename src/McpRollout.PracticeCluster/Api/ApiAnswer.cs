namespace McpRollout.PracticeCluster.Api;

/// <summary>What a request is answered with: one document, or a stream that writes itself.</summary>
internal sealed record ApiAnswer(int Status, JsonNode? Body)
{
    public string? Text { get; init; }

    public string ContentType { get; init; } = "application/json";

    public Func<Stream, CancellationToken, Task>? Stream { get; init; }

    public static ApiAnswer Ok(JsonNode body) => new(200, body);

    public static ApiAnswer Plain(string text) => new(200, null) { Text = text, ContentType = "text/plain; charset=utf-8" };
}
