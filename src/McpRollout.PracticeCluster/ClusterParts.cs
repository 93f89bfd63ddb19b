using McpRollout.PracticeCluster.Access;
using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Api;
using McpRollout.PracticeCluster.Controllers;
using McpRollout.PracticeCluster.Controllers.Deployments;
using McpRollout.PracticeCluster.Controllers.Pods;
using McpRollout.PracticeCluster.Controllers.Revisions;
using McpRollout.PracticeCluster.Controllers.Rollouts;
using McpRollout.PracticeCluster.Faults;
using McpRollout.PracticeCluster.Hosting;
using McpRollout.PracticeCluster.Storage;
using McpRollout.PracticeCluster.Tables;

namespace McpRollout.PracticeCluster;

/// <summary>How the parts of a cluster are put together.</summary>
internal sealed record ClusterParts(AdmittedStore Store, ControllerLoop Controllers, RequestPipeline Pipeline, FaultInjection Faults)
{
    public static ClusterParts Build(EmbeddedClusterOptions options)
    {
        var clock = new ClusterClock(options.TimeProvider);
        var objects = new ObjectStore();
        var store = new AdmittedStore(objects, clock);
        var faults = new FaultInjection();
        return new(store, BuildControllers(store, options), new(BuildRouter(store, faults), faults, clock), faults);
    }

    private static ControllerLoop BuildControllers(AdmittedStore store, EmbeddedClusterOptions options)
    {
        var (queue, events, pods, history) = (new WorkQueue(), new EventRecorder(store), new OwnedPods(store), new RevisionHistory(store));
        return new(store, queue,
        [
            new DeploymentController(store, queue, new ReplicaSetWriter(store, events)),
            new ReplicaSetController(store, queue, events, pods),
            new StatefulSetController(store, events, pods, history),
            new DaemonSetController(store, events, pods, history),
            new RolloutController(store, queue, new RolloutSets(store)),
            new PodController(store, queue, events, options.PodStartupTime, options.SlowPodStartupTime),
            new QuotaController(store),
            new DisruptionBudgetController(store),
            new ServiceAccountController(store),
            new RequeueController(store.Store, queue),
        ]);
    }

    private static RequestRouter BuildRouter(AdmittedStore store, FaultInjection faults)
    {
        var (rules, printer) = (new AccessRules(store.Store), new TablePrinter(store.Clock));
        return new(
            new RequestAuthorizer(rules), new AccessReviewEndpoint(rules), new ReadEndpoint(store.Store, printer),
            new WatchEndpoint(store.Store, store.Clock, printer, faults), new WriteEndpoint(store, printer), new ScaleEndpoint(store));
    }
}
