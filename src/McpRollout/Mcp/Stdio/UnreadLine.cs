namespace McpRollout.Mcp.Stdio;

/// <summary>What is answered to a line that is no message, or too long to be read.</summary>
internal static class UnreadLine
{
    /// <summary>The error, with the id of the request if the start of the line has it; else with none, as JSON-RPC has it.</summary>
    public static JsonRpcError ErrorOf(InputLine line) => new()
    {
        Id = IdIn(line.Bytes.Span),
        Error = new JsonRpcErrorDetail
        {
            Code = (int)(line.IsTooLong ? McpErrorCode.InvalidRequest : McpErrorCode.ParseError),
            Message = line.IsTooLong
                ? $"The message is longer than {InputLines.Longest >> 20} MiB and was not read. No call needs as much."
                : "The line is no JSON-RPC message: send one whole JSON object a line, in UTF-8.",
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
