using System.Buffers;
using System.IO.Pipelines;

namespace McpRollout.Kubernetes.Api;

/// <summary>Reads the events of a watch: one JSON object a line, for as long as the server keeps the answer open.</summary>
internal static class WatchStream
{
    /// <summary>The largest event that is read. Unit: bytes. The API server stores no object beyond 1.5 MiB, and writes it out
    /// larger.</summary>
    private const int LargestEvent = 8 << 20;

    /// <summary>
    /// The objects of the events, null for a deletion; bookmarks are passed over. An ERROR event is the last item; so is a failure when
    /// the stream breaks or is no watch.
    /// </summary>
    public static async IAsyncEnumerable<ClusterAnswer<JsonElement?>> ReadAsync(
        Stream body, string server, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(body, new StreamPipeReaderOptions(leaveOpen: true));
        while (true)
        {
            var (line, ended, failure) = await LineAsync(pipe, server, cancellationToken);
            if (line is not null && Event(line, server) is { } answer)
            {
                yield return answer;
                ended |= !answer.Succeeded;
            }

            if (failure is not null)
                yield return failure;

            if (ended || failure is not null)
                break;
        }

        await pipe.CompleteAsync();
    }

    private static async Task<(byte[]? Line, bool Ended, ClusterFailure? Failure)> LineAsync(
        PipeReader pipe, string server, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var read = await pipe.ReadAsync(cancellationToken);
                if (read.Buffer.PositionOf((byte)'\n') is { } end)
                {
                    var line = read.Buffer.Slice(0, end).ToArray();
                    pipe.AdvanceTo(read.Buffer.GetPosition(1, end));
                    return (line, false, null);
                }

                if (read.IsCompleted)
                {
                    var rest = read.Buffer.ToArray();
                    pipe.AdvanceTo(read.Buffer.End);
                    return (rest.Length == 0 ? null : rest, true, null);
                }

                if (read.Buffer.Length > LargestEvent)
                    return (null, true,
                        new(ClusterFailureKind.Unexpected, $"The cluster at {server} sent an event that is too large to read."));

                pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            return (null, true, new(ClusterFailureKind.Unreachable, $"The cluster at {server} cannot be reached: the connection of a watch "
                + "broke. Ask again."));
        }
    }

    private static ClusterAnswer<JsonElement?>? Event(byte[] line, string server)
    {
        if (line.AsSpan().Trim(" \r\t"u8).IsEmpty)
            return null;

        try
        {
            var parsed = JsonElement.Parse(line);
            return (parsed.GetProperty("type").GetString(), parsed.GetProperty("object")) switch
            {
                ("ADDED" or "MODIFIED", var item) => (JsonElement?)item,
                ("DELETED", _) => (JsonElement?)null,
                ("ERROR", var status) => StatusReader.Read(Code(status), status, server),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new ClusterFailure(ClusterFailureKind.Unexpected,
                $"The cluster at {server} answered a watch with something that is not an event.");
        }
    }

    private static int Code(JsonElement status) =>
        status.TryGetProperty("code", out var code) && code.TryGetInt32(out var number) ? number : 500;
}
