using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Probes;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Execution;

/// <summary>What the probes show before an undo, kept with its request, and what they say at the end of its watch. They never refuse
/// an undo, and hold it up for no longer than they are waited for.</summary>
internal sealed class UndoProbes(ApprovalBroker broker, ProbeReader probes, TimeProvider time)
{
    // A request that waits for the cluster or the audit is not held up anew by each try.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>Asks them before the patch of an approved request, where it is to be watched at all.</summary>
    public async Task AskBeforeAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        var (cluster, workload) = (request.Plan.Cluster, request.Plan.Workload);
        if (request.VerifyFor == TimeSpan.Zero || probes.For(cluster, workload).Count == 0
            || request.ProbesBefore.Any(reading => reading.At > time.GetUtcNow() - Fresh))
            return;
        var readings = await probes.AskAsync(cluster, workload, cancellationToken);
        await broker.ChangeAsync(
            request.Id,
            found => found.State == RequestState.Approved ? new RequestChange(found with { ProbesBefore = readings }) : null,
            cancellationToken);
    }

    /// <summary>The watch with what they say, once the pods have passed it.</summary>
    public async Task<Verification> AskAfterAsync(UndoRequest held, Verification watch, CancellationToken cancellationToken)
    {
        var (cluster, workload) = (held.Plan.Cluster, held.Plan.Workload);
        if (watch.State != VerificationState.Verified)
            return watch;
        var asked = probes.For(cluster, workload);
        // This process may have other settings than the one that asked before.
        if (held.ProbesBefore.FirstOrDefault(
            reading => !asked.Any(probe => probe.Name.Equals(reading.Probe, StringComparison.OrdinalIgnoreCase))) is { } unknown)
            return watch.Broken(
                time.GetUtcNow(), $"The probe {unknown.Probe} was asked before, and is not in the settings of this server.");
        if (asked.Count == 0)
            return watch;
        var before = held.ProbesBefore.ToDictionary(reading => reading.Probe, StringComparer.OrdinalIgnoreCase);
        var after = await probes.AskAsync(cluster, workload, cancellationToken);
        return watch.Probed(
            [.. asked.Zip(after, (probe, reading) =>
                ProbeResult.Of(probe.MeasureOf(workload), before.GetValueOrDefault(probe.Name), reading))],
            time.GetUtcNow());
    }
}
