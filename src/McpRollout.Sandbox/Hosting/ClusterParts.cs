using McpRollout.Sandbox.Access;
using McpRollout.Sandbox.Admission;
using McpRollout.Sandbox.Api;
using McpRollout.Sandbox.Controllers;
using McpRollout.Sandbox.Controllers.Deployments;
using McpRollout.Sandbox.Controllers.Pods;
using McpRollout.Sandbox.Controllers.Revisions;
using McpRollout.Sandbox.Storage;
using McpRollout.Sandbox.Tables;

namespace McpRollout.Sandbox.Hosting;

/// <summary>How the parts of a cluster are put together.</summary>
internal sealed record ClusterParts(AdmittedStore Store, ControllerLoop Controllers, RequestPipeline Pipeline, FaultInjection Faults)
{
    public static ClusterParts Build(PracticeClusterOptions options)
    {
        var clock = new ClusterClock(options.TimeProvider);
        var objects = new ObjectStore();
        var store = new AdmittedStore(objects, clock);
        var faults = new FaultInjection();
        return new(store, BuildControllers(store, options), new(BuildRouter(store, faults), faults, clock), faults);
    }

    private static ControllerLoop BuildControllers(AdmittedStore store, PracticeClusterOptions options)
    {
        var (queue, events, pods, history) = (new WorkQueue(), new EventRecorder(store), new OwnedPods(store), new RevisionHistory(store));
        return new(store, queue,
        [
            new DeploymentController(store, queue, new ReplicaSetWriter(store, events)),
            new ReplicaSetController(store, queue, events, pods),
            new StatefulSetController(store, events, pods, history),
            new DaemonSetController(store, events, pods, history),
            new PodController(store, queue, events, options),
            new QuotaController(store),
            new DisruptionBudgetController(store),
            new ServiceAccountController(store),
            new Reawakening(store.Store, queue),
        ]);
    }

    private static RequestRouter BuildRouter(AdmittedStore store, FaultInjection faults)
    {
        var (rules, printer) = (new AccessRules(store.Store), new TablePrinter(store.Clock));
        return new(
            new Gatekeeper(rules), new AccessReviews(rules), new ReadEndpoint(store.Store, printer),
            new WatchEndpoint(store.Store, store.Clock, printer, faults), new WriteEndpoint(store, printer), new ScaleEndpoint(store));
    }
}
