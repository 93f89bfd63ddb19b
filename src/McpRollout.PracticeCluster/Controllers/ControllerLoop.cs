using System.Threading.Channels;
using McpRollout.PracticeCluster.Admission;
using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Storage;

namespace McpRollout.PracticeCluster.Controllers;

/// <summary>
/// Runs the controllers, one item at a time: woken by writes to the store and by a timer for what is due later. Nothing polls.
/// </summary>
internal sealed class ControllerLoop : IAsyncDisposable
{
    private readonly WorkQueue _queue;
    private readonly ClusterClock _clock;
    private readonly Dictionary<WorkKind, IController> _controllers;
    // Rung by timers and writers that may outlive the loop: nothing to dispose of, and once is enough.
    private readonly Channel<bool> _bell =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly AdmittedStore _store;
    private Task _running = Task.CompletedTask;

    public ControllerLoop(AdmittedStore store, WorkQueue queue, IEnumerable<IController> controllers)
    {
        (_store, _clock, _queue) = (store, store.Clock, queue);
        _controllers = controllers.ToDictionary(controller => controller.Kind);
        store.Store.Changed += Note;
    }

    public void Start()
    {
        _queue.Rung += Ring;
        _running = Task.Run(() => RunAsync(_stop.Token));
    }

    /// <summary>Does everything that is due now, and what comes of it.</summary>
    public void Drain()
    {
        while (_queue.TryTake(_clock.Now, out var item)) Handle(item);
    }

    /// <summary>Plays the clock forward to a time, stopping wherever something is due on the way.</summary>
    public void PlayTo(DateTimeOffset time)
    {
        Drain();
        while (_queue.NextDue() is { } due && due <= time)
        {
            _clock.Play(due);
            Drain();
        }
        _clock.Play(time);
        Drain();
    }

    public async ValueTask DisposeAsync()
    {
        _store.Store.Changed -= Note;
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                Drain();
                using var due = WakeWhenDue();
                await _bell.Reader.ReadAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The cluster is going down.
        }
    }

    private void Ring() => _bell.Writer.TryWrite(true);

    private ITimer? WakeWhenDue()
    {
        if (_queue.NextDue() is not { } due) return null;
        var wait = due - _clock.Now;
        return _clock.Host.CreateTimer(_ => Ring(), null, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void Handle(WorkItem item)
    {
        try
        {
            if (item.Kind == WorkKind.Dependents) GarbageCollector.Collect(_store, item.Name);
            else if (item.Kind == WorkKind.Namespace) Empty(item.Name);
            else _controllers[item.Kind].Reconcile(item.Namespace, item.Name);
        }
        catch (ApiException)
        {
            // Either somebody changed it meanwhile, and that write has queued the item again, or it cannot be done until somebody does.
        }
    }

    private void Empty(string @namespace)
    {
        foreach (var type in ResourceCatalog.All.Where(type => type.Namespaced))
            foreach (var value in _store.Store.List(type, @namespace)) _store.Delete(type, @namespace, value.Name());
    }

    private void Note(ObjectChange change)
    {
        var (type, value) = (change.Resource, change.Object);
        if (KindOf(type) is { } kind && change.Type != ChangeType.Deleted) _queue.Add(new(kind, value.Namespace(), value.Name()));
        if (value.ControllerReference() is { } owner && KindOf(owner.Text("kind")) is { } ownerKind)
            _queue.Add(new(ownerKind, value.Namespace(), owner.Text("name") ?? ""));
        if (type == ResourceCatalog.Pods || type == ResourceCatalog.ResourceQuotas) _queue.Add(new(WorkKind.Quotas, value.Namespace(), ""));
        if (type == ResourceCatalog.Pods || type == ResourceCatalog.PodDisruptionBudgets)
            _queue.Add(new(WorkKind.DisruptionBudgets, value.Namespace(), ""));
        if (type == ResourceCatalog.Namespaces) _queue.Add(new(WorkKind.ServiceAccounts, value.Name(), ""));
        if (type == ResourceCatalog.ServiceAccounts) _queue.Add(new(WorkKind.ServiceAccounts, value.Namespace(), ""));
        if (IsAwaited(type)) _queue.Add(new(WorkKind.Requeue, value.Namespace(), ""));
        if (change.Type != ChangeType.Deleted) return;
        if (type == ResourceCatalog.Namespaces) _queue.Add(new(WorkKind.Namespace, "", value.Name()));
        if (ResourceCatalog.HasPodTemplate(type) || type == ResourceCatalog.Rollouts)
            _queue.Add(new(WorkKind.Dependents, "", value.Uid()));
    }

    private static WorkKind? KindOf(ResourceType type) => KindOf(type.Kind);

    private static WorkKind? KindOf(string? kind) => kind switch
    {
        "Deployment" => WorkKind.Deployment,
        "ReplicaSet" => WorkKind.ReplicaSet,
        "StatefulSet" => WorkKind.StatefulSet,
        "DaemonSet" => WorkKind.DaemonSet,
        "Rollout" => WorkKind.Rollout,
        "Pod" => WorkKind.Pod,
        _ => null,
    };

    // What pods refer to, or wait for.
    private static bool IsAwaited(ResourceType type) =>
        type == ResourceCatalog.ConfigMaps || type == ResourceCatalog.Secrets || type == ResourceCatalog.PersistentVolumeClaims
        || type == ResourceCatalog.ServiceAccounts || type == ResourceCatalog.ResourceQuotas || type == ResourceCatalog.PriorityClasses;
}
