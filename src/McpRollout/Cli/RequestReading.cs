using System.Text.Encodings.Web;
using McpRollout.Mcp.Answers;
using McpRollout.Mcp.Arguments;
using McpRollout.Web;
using McpRollout.Web.Views;

namespace McpRollout.Cli;

/// <summary>Reads of a request what the page shows of it: with the cluster's answer, if it comes soon.</summary>
internal sealed class RequestReading(
    ApprovalBroker broker,
    RequestStore store,
    WorkloadHealthReader health,
    PausedOwners pausing,
    IOptions<ApprovalOptions> options,
    TimeProvider time)
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    /// <summary>Everything that the page shows.</summary>
    public async Task<RequestFacts> FactsAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        var now = request.IsFinished ? null : await health.ReadAsync(request, cancellationToken);
        var evaluation = await broker.EvaluateAsync(request, cancellationToken);
        var before = await broker.SnapshotOfAsync(request, cancellationToken);
        return new RequestFacts(request, before, now, PageClock.Now(time), null, evaluation);
    }

    /// <summary>The request as the page's JSON has it.</summary>
    public async Task<string> JsonAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        var now = request.State.IsUndecided() ? await health.ReadAsync(request, cancellationToken) : null;
        var home = await HomeAsync(cancellationToken);
        return Text(ElementOf(await ViewAsync(request, now, home, cancellationToken)).WriteTo);
    }

    /// <summary>The same of several, without asking the cluster.</summary>
    public async Task<string> JsonAsync(IReadOnlyList<UndoRequest> requests, CancellationToken cancellationToken)
    {
        var home = requests.Count == 0 ? null : await HomeAsync(cancellationToken);
        var views = new List<JsonElement>();
        foreach (var request in requests)
            views.Add(ElementOf(await ViewAsync(request, null, home, cancellationToken)));
        return Text(writer =>
        {
            writer.WriteStartArray();
            views.ForEach(view => view.WriteTo(writer));
            writer.WriteEndArray();
        });
    }

    /// <summary>The owners that undos paused and nobody is known to have resumed, one to a line; or as the inbox's JSON has them.</summary>
    public async Task<IEnumerable<string>> PausedAsync(bool asJson, CancellationToken cancellationToken)
    {
        var (seen, now) = (await pausing.AllAsync(cancellationToken), time.GetUtcNow());
        if (!asJson)
        {
            string[] more = seen.More is { } left ? [left] : [];
            return seen.Paused.Count > 0 ? [.. RequestTable.Lines(seen.Paused, now), .. more]
                : more is [] ? ["No undo keeps an owner paused."]
                : more;
        }

        IReadOnlyList<PausedOwnerView> views = [.. seen.Paused.Select(each => PausedOwnerView.Of(each, now))];
        return [Text(VisibleJson.Of(JsonSerializer.SerializeToElement(views, PageJson.Default.IReadOnlyListPausedOwnerView)).WriteTo)];
    }

    /// <summary>Where the page of this store answers, as far as the settings here say; null where it does not.</summary>
    public async Task<string?> HomeAsync(CancellationToken cancellationToken) =>
        PageAddress.TryRead(options.Value, out var address, out _)
            && await PageAddressHolder.IdentifyAsync(address, await store.IdentifyAsync(cancellationToken), cancellationToken)
                == AddressHolder.Peer
            ? address.Home
            : null;

    /// <summary>Says that there is no such request, and which one could be meant.</summary>
    public async Task<string> UnknownAsync(string id, CancellationToken cancellationToken)
    {
        var known = await broker.ListRecentAsync(cancellationToken);
        return SimilarName.Nearest(id, known.Select(request => request.Id)) is { } near
            ? $"There is no request {id}. Did you mean {near}?"
            : $"There is no request {id}: see 'mcp-rollout approvals list'.";
    }

    private async Task<RequestView> ViewAsync(
        UndoRequest request, WorkloadHealth? now, string? home, CancellationToken cancellationToken) => RequestDocument.Of(
            request,
            now,
            await broker.EvaluateAsync(request, cancellationToken),
            home is null ? null : options.Value.UrlOf(request.Id));

    private static JsonElement ElementOf(RequestView view) =>
        VisibleJson.Of(JsonSerializer.SerializeToElement(view, PageJson.Default.RequestView));

    private static string Text(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
            write(writer);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
