using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Git;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Reverts;

namespace McpRollout.Approvals.Execution;

/// <summary>
/// Opens the revert of a plan once its undo is applied, beside everything else. It ends with the revert open, or with people told to do it
/// by hand; what becomes of the undo does not depend on it.
/// </summary>
internal sealed class RevertOpening(
    ApprovalBroker broker,
    GitHosts hosts,
    IAuditSink sink,
    Holders holders,
    IOptions<ApprovalOptions> approvals,
    ExecutorTimes times,
    TimeProvider time)
{
    // How often the pause between attempts doubles.
    private const int Doublings = 5;

    private readonly RevertLimits _limits = new(times.Lease, times.Revert, times.RevertLook);

    /// <summary>Whether there is something to open, or to give up, for this process.</summary>
    /// <param name="request">The request.</param>
    /// <param name="watched">How long this process has seen it in its state.</param>
    public bool IsDue(UndoRequest request, TimeSpan watched) => request is { AwaitsRevert: true, Plan.Revert: { } revert }
        && !(request.Revert is { } held && IsHeldByOther(held))
        && (hosts.For(revert) is not null || watched >= times.Revert);

    /// <summary>Ends when the revert is open, is given up, or another process sees to it.</summary>
    public async Task OpenAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        if (hosts.For(request.Plan.Revert!) is not { } host)
        {
            await broker.ChangeAsync(
                request.Id, found => RevertTransitions.GiveUp(found, IsHeldByOther, time.GetUtcNow()), cancellationToken);
            return;
        }

        for (var tries = 0;
            await ApprovedRevert.ClaimAsync(
                broker, request.Id, holders.Name, IsHeldByOther, _limits, time, cancellationToken) is { } ticket;
            tries++)
        {
            var result = await TryAsync(host, ticket);
            var next = await broker.ChangeAsync(
                request.Id,
                found => RevertTransitions.After(found, ticket.Request, ticket.MayBeOpened, result, _limits, time.GetUtcNow()),
                CancellationToken.None);
            if (next is not { AwaitsRevert: true })
                return;
            await Task.Delay(times.Retry * (1 << Math.Min(tries, Doublings)), time, cancellationToken);
        }
    }

    // Stopping the process does not cut an attempt off: it ends by itself within the lease.
    private async Task<RevertResult> TryAsync(IGitHost host, ApprovedRevert ticket)
    {
        using var limit = new CancellationTokenSource(times.Write, time);
        try
        {
            await sink.CatchUpAsync(limit.Token);
        }
        catch (Exception failure) when (failure is AuditUnavailableException or OperationCanceledException)
        {
            return new RevertResult.NotTaken("the audit could not be written");
        }

        if (!ticket.TryUse())
            throw new InvalidOperationException($"The revert of {ticket.Request.Id} was asked for already.");
        try
        {
            return await host.OpenAsync(
                ticket.Request.Plan.Revert!, RevertText.Draft(ticket.Request, Page(ticket.Request)), ticket.MayBeOpened, limit.Token);
        }
        catch (OperationCanceledException)
        {
            return new RevertResult.Lost($"{ticket.Request.Plan.Revert!.Host} did not answer in time");
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Whatever it is: without a result the attempts would never end.
            return new RevertResult.Lost($"{ticket.Request.Plan.Revert!.Host} could not be asked ({failure.GetType().Name})");
        }
    }

    private string? Page(UndoRequest request) =>
        Uri.TryCreate(approvals.Value.BaseUrl, UriKind.Absolute, out var url) && AuditOptionsValidation.IsLoopback(url)
            ? null
            : approvals.Value.UrlOf(request.Id);

    private bool IsHeldByOther(RevertProgress held)
    {
        var now = time.GetUtcNow();
        return held.Holder != holders.Name && now < held.Until && held.Until <= now + (2 * times.Lease)
            && !holders.IsGone(new Lease(held.Holder, held.Until));
    }
}
