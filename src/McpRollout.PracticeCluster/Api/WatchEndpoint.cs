using System.Buffers;
using System.Threading.Channels;
using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Faults;
using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Storage;
using McpRollout.PracticeCluster.Tables;

namespace McpRollout.PracticeCluster.Api;

/// <summary>watch: one JSON event a line, from a version on, until the time is up or somebody hangs up.</summary>
internal sealed class WatchEndpoint(ObjectStore store, ClusterClock clock, TablePrinter printer, FaultInjection faults)
{
    private static readonly TimeSpan LongestWatch = TimeSpan.FromMinutes(30);

    public ApiAnswer Watch(ApiRequest request, ResourceType type, ResourcePath path)
    {
        var selection = ObjectSelection.Of(request, type, path);
        var representation = Representation.Of(request, printer);
        var asked = long.TryParse(request.Query["resourceVersion"], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : 0;
        var plan = new WatchPlan(type, selection, representation, asked, TimeLimit(request))
        {
            MarksInitialEvents = request.Query["sendInitialEvents"] == "true",
        };
        return new(200, null) { Stream = (body, cancellationToken) => StreamAsync(body, plan, cancellationToken) };
    }

    /// <summary>The whole stream of a watch whose version is forgotten.</summary>
    public static ApiAnswer Gone(long asked, long oldest) => new(200, null)
    {
        Stream = (body, cancellationToken) => SendAsync(body, "ERROR", ApiErrors.Expired(asked, oldest).ToStatus(), cancellationToken),
    };

    private async Task StreamAsync(Stream body, WatchPlan plan, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(plan.Limit, clock.Host);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var changes = Channel.CreateUnbounded<ObjectChange>(new() { SingleReader = true });
        var from = plan.Version;
        JsonObject? initial = null;
        if (from == 0 || plan.MarksInitialEvents)
        {
            // Without a version a watch starts with what is there.
            var (present, now) = store.Snapshot(plan.Type, null);
            foreach (var value in present) changes.Writer.TryWrite(new(now, ChangeType.Added, plan.Type, value, null));
            from = now;
            if (plan.MarksInitialEvents)
            {
                initial = Bookmark(plan.Type, now);
                changes.Writer.TryWrite(new(now, ChangeType.Added, plan.Type, initial, null));
            }
        }
        using var subscription = store.Subscribe(plan.Type, from, change => changes.Writer.TryWrite(change));
        if (subscription is null)
        {
            await SendAsync(body, "ERROR", ApiErrors.Expired(from, store.Version).ToStatus(), cancellationToken);
            return;
        }
        // Cutting ends the stream as the time limit does: between two events, without an error.
        Action cut = () => changes.Writer.TryComplete();
        faults.WatchesCut += cut;
        try
        {
            var first = true;
            await foreach (var change in changes.Reader.ReadAllAsync(ends.Token))
            {
                if (ReferenceEquals(change.Object, initial))
                {
                    await SendAsync(body, "BOOKMARK", initial, ends.Token);
                    continue;
                }
                if (EventOf(change, plan.Selection) is not { } type) continue;
                await SendAsync(body, type, plan.Representation.One(plan.Type, change.Object, first), ends.Token);
                first = false;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is up: the stream ends, and the client asks again.
        }
        finally
        {
            faults.WatchesCut -= cut;
        }
    }

    // Where what is there ends and what comes begins, for whoever asks by sendInitialEvents. A client that is promised it and never told
    // waits for good: https://kubernetes.io/docs/reference/using-api/api-concepts/#streaming-lists.
    private static JsonObject Bookmark(ResourceType type, long version) => new()
    {
        ["kind"] = type.Kind,
        ["apiVersion"] = type.ApiVersion,
        ["metadata"] = new JsonObject
        {
            ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture),
            ["creationTimestamp"] = null,
            ["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" },
        },
    };

    // An object that leaves the selection is deleted for its watchers, and one that enters is added.
    private static string? EventOf(ObjectChange change, ObjectSelection selection)
    {
        var (was, matches) = (change.Previous is not null && selection.Matches(change.Previous), selection.Matches(change.Object));
        return change.Type switch
        {
            ChangeType.Deleted => was ? "DELETED" : null,
            _ when matches => was ? "MODIFIED" : "ADDED",
            _ => was ? "DELETED" : null,
        };
    }

    private static async Task SendAsync(Stream body, string type, JsonNode value, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonText.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WritePropertyName("object");
            value.WriteTo(writer);
            writer.WriteEndObject();
        }
        buffer.Write("\n"u8);
        await body.WriteAsync(buffer.WrittenMemory, cancellationToken);
        await body.FlushAsync(cancellationToken);
    }

    private static TimeSpan TimeLimit(ApiRequest request) =>
        int.TryParse(request.Query["timeoutSeconds"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : LongestWatch;

    private sealed record WatchPlan(ResourceType Type, ObjectSelection Selection, Representation Representation, long Version,
        TimeSpan Limit)
    {
        public bool MarksInitialEvents { get; init; }
    }
}
