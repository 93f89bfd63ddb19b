using System.Text.Json.Serialization.Metadata;

namespace McpRollout.Mcp.Stdio;

/// <summary>MCP over the standard streams, held within bounds: a client that does not read, or sends without end, costs a few
/// megabytes.</summary>
internal sealed class StdioTransport : TransportBase
{
    private static readonly JsonTypeInfo<JsonRpcMessage> Messages =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly InputLines _input;
    private readonly Stream _output;
    private readonly OwedAnswers _owed;

    /// <summary>Takes the process's standard streams.</summary>
    /// <param name="owed">Counts what is owed to the client.</param>
    /// <param name="logs">Where failures are logged.</param>
    public StdioTransport(OwedAnswers owed, ILoggerFactory logs)
        : base("mcp-rollout", logs)
    {
        (_input, _output, _owed) = (new InputLines(Console.OpenStandardInput()), StandardOutput.Open(), owed);
        SetConnected();
        _ = ReadAsync();
    }

    /// <summary>Sends a message whole, whatever becomes of the caller: only the waiting for it can be cancelled. Half a line would spoil
    /// the next.</summary>
    public override Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return SendWholeAsync(message).WaitAsync(cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        SetDisconnected();
    }

    private async Task ReadAsync()
    {
        await Task.Yield();
        Exception? failure = null;
        try
        {
            while (await _input.ReadAsync(_end.Token) is { } line)
                await TakeAsync(line);
        }
        catch (OperationCanceledException)
        {
        }
        // Whatever keeps it from reading on ends the session: a server that is deaf must not stay.
#pragma warning disable CA1031
        catch (Exception broken)
#pragma warning restore CA1031
        {
            failure = broken;
        }

        SetDisconnected(failure);
    }

    // What is longer than usual is alone: until it is answered nothing else is read. What is not answered is never long.
    private async Task TakeAsync(InputLine line)
    {
        if (line.Bytes.Span.Trim(" \t\r\n"u8).IsEmpty)
            return;
        if (line.IsTooLong || MessageIn(line) is not { } message)
        {
            await SendMessageAsync(UnreadLine.ErrorOf(line), _end.Token);
            return;
        }

        if (message is JsonRpcRequest request)
        {
            await _owed.UntilRoomAsync(_end.Token);
            _owed.Owe(request.Id);
            await WriteMessageAsync(message, _end.Token);
            if (line.IsUnusual)
                await _owed.UntilSettledAsync(request.Id, _end.Token);
        }
        else if (!line.IsUnusual)
        {
            await WriteMessageAsync(message, _end.Token);
            if (TakenBack(message) is { } id)
                _owed.Settle(id);
        }
    }

    private static JsonRpcMessage? MessageIn(InputLine line)
    {
        try
        {
            return JsonSerializer.Deserialize(line.Bytes.Span, Messages);
        }
        // Half a surrogate pair, an id that is neither text nor number, ...: the SDK's reader has no one exception for them.
#pragma warning disable CA1031
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private static RequestId? TakenBack(JsonRpcMessage message)
    {
        try
        {
            return message is JsonRpcNotification { Method: NotificationMethods.CancelledNotification, Params: { } named }
                ? named.Deserialize((JsonTypeInfo<CancelledNotificationParams>)McpJsonUtilities.DefaultOptions.GetTypeInfo(
                    typeof(CancelledNotificationParams)))?.RequestId
                : null;
        }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    private async Task SendWholeAsync(JsonRpcMessage message)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(message, Messages), (byte)'\n'];
        _owed.BeginWrite();
        await _turn.WaitAsync();
        try
        {
            await _output.WriteAsync(line);
        }
        finally
        {
            _turn.Release();
            _owed.EndWrite();
            if (message is JsonRpcResponse or JsonRpcError)
                _owed.Settle(((JsonRpcMessageWithId)message).Id);
        }
    }
}
