namespace McpRollout.Mcp;

/// <summary>
/// The server's icon, in the answers that say what the server is and in no others: a client of 2026-07-28 is told the server's name with
/// each answer, and would be sent the drawing each time. Tools have none, since every agent reads their list.
/// </summary>
internal static class ServerIcon
{
    private const string ServerInfo = "io.modelcontextprotocol/serverInfo";

    private const string Drawing = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#2563eb" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"><path d="M4 4v5h5M4.6 9A8.2 8.2 0 1 1 3.8 12.9M8.7 12.5l2.3 2.3 4.2-4.4"/></svg>
        """;

    // The same, 32 pixels wide: not every client that shows icons shows drawings.
    private const string Image =
        "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgAgMAAAAOFJJnAAAADFBMVEUlY+slY+slY+slY+vr6dcmAAAABHRSTlMAVar/oA4xLwAA"
            + "AKpJREFUeNqNz7ENwjAQBdBvCyVFCgagYISMEM8BGzAE9ggMAQ0NLQ2EERghSNBQUVAYSPK5c3qEq2ed7n8b+OfsMdskxJw8J3iy"
            + "U7x4m9MJ9Op1xgYoHoq7g40K3ekGmHAULLYub6ohfNqUup85HxLGlx4Csy4+MSFaidRRi/oE3TqgBJYCj9GQXAXAtpomVflTUEhz"
            + "KU+B5Spj0Kaa7FPlhLwmmN3b/fz5F/ggRPfkBC+5AAAAAElFTkSuQmCC";

    /// <summary>Adds it to what is sent.</summary>
    public static McpMessageHandler Show(McpMessageHandler next) => (context, cancellationToken) =>
    {
        if (context.JsonRpcMessage is JsonRpcResponse { Result: JsonObject result } && ServerIn(result) is { } server)
        {
            server["icons"] = new JsonArray(
                Icon("image/svg+xml", "any", Convert.ToBase64String(Encoding.UTF8.GetBytes(Drawing))), Icon("image/png", "32x32", Image));
        }

        return next(context, cancellationToken);
    };

    // What initialize is answered, and server/discover.
    private static JsonObject? ServerIn(JsonObject result) =>
        result["serverInfo"] as JsonObject
        ?? (result.ContainsKey("supportedVersions") ? result["_meta"]?[ServerInfo] as JsonObject : null);

    private static JsonObject Icon(string type, string size, string base64) => new()
    {
        ["src"] = $"data:{type};base64,{base64}",
        ["mimeType"] = type,
        ["sizes"] = new JsonArray(size),
    };
}
