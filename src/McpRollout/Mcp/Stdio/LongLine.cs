namespace McpRollout.Mcp.Stdio;

/// <summary>What is answered to a line that is too long to be read.</summary>
internal static class LongLine
{
    /// <summary>The error, with the id of the request if the start of the line has it; else with none, as JSON-RPC has it.</summary>
    public static JsonRpcError ErrorOf(ReadOnlySpan<byte> start) => new()
    {
        Id = IdIn(start),
        Error = new JsonRpcErrorDetail
        {
            Code = (int)McpErrorCode.InvalidRequest,
            Message = $"The message is longer than {InputLines.Longest >> 20} MiB and was not read. No call needs as much.",
        },
    };

    private static RequestId IdIn(ReadOnlySpan<byte> start)
    {
        try
        {
            var reader = new Utf8JsonReader(start, isFinalBlock: false, new(new() { MaxDepth = int.MaxValue }));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return default;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("id"u8);
                if (!reader.Read())
                    return default;
                if (isId)
                    return IdAt(reader);
                if (!reader.TrySkip())
                    return default;
            }

            return default;
        }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    private static RequestId IdAt(Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => new(reader.GetString()!),
        JsonTokenType.Number when reader.TryGetInt64(out var number) => new(number),
        _ => default,
    };
}
