namespace McpRollout.Approvals.Requests;

/// <summary>A process's hold on a request; when it runs out, another may take the request over: by a fence, never by sending
/// alone.</summary>
/// <param name="Holder">The process.</param>
/// <param name="Until">When it runs out, unless it is renewed.</param>
/// <param name="Number">
/// The fencing number: each lease on a request has a higher one, so that a holder that slept through the end of its own cannot take
/// another's for it.
/// </param>
internal sealed record Lease(string Holder, DateTimeOffset Until, long Number = 0);

/// <summary>Who holds a request. Pure.</summary>
internal static class Leases
{
    /// <summary>The request, held anew.</summary>
    public static UndoRequest Lend(this UndoRequest request, string holder, DateTimeOffset until) =>
        request with { Leases = request.Leases + 1, Lease = new Lease(holder, until, request.Leases + 1) };

    /// <summary>The request, held longer under the lease that it has.</summary>
    public static UndoRequest Renew(this UndoRequest request, DateTimeOffset until) =>
        request with { Lease = request.Lease! with { Until = until } };

    /// <summary>Whether it is not at its end, and held under the same lease.</summary>
    public static bool IsStillHeldAs(this UndoRequest request, UndoRequest held) =>
        !request.IsFinished && request.Lease?.Number == held.Lease?.Number;

    /// <summary>
    /// Whether another process holds it. A lease that ends much later than one given now (other hosts' clocks are a little ahead) was given
    /// before the clock was set back: it counts for nothing, or a request whose holder is gone would wait for the clock to catch up.
    /// </summary>
    public static bool IsHeldByOther(this UndoRequest request, string holder, DateTimeOffset now, TimeSpan longest) =>
        request.Lease is { } lease && lease.Holder != holder && now < lease.Until && lease.Until <= now + (2 * longest);
}
