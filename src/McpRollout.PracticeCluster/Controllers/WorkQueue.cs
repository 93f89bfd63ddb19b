namespace McpRollout.PracticeCluster.Controllers;

/// <summary>What the controllers have to look at: now, each thing once, and later, by the cluster's clock.</summary>
internal sealed class WorkQueue
{
    private readonly Lock _gate = new();
    private readonly Queue<WorkItem> _ready = [];
    private readonly HashSet<WorkItem> _waiting = [];
    private readonly PriorityQueue<WorkItem, DateTimeOffset> _later = new();

    /// <summary>Rung whenever there is something new to do or to wait for.</summary>
    public event Action? Rung;

    public void Add(WorkItem item)
    {
        lock (_gate)
        {
            if (!_waiting.Add(item)) return;
            _ready.Enqueue(item);
        }
        Rung?.Invoke();
    }

    public void AddAt(WorkItem item, DateTimeOffset due)
    {
        lock (_gate) _later.Enqueue(item, due);
        Rung?.Invoke();
    }

    public bool TryTake(DateTimeOffset now, out WorkItem item)
    {
        lock (_gate)
        {
            while (_later.TryPeek(out var delayed, out var due) && due <= now)
            {
                _later.Dequeue();
                if (_waiting.Add(delayed)) _ready.Enqueue(delayed);
            }
            if (!_ready.TryDequeue(out item)) return false;
            _waiting.Remove(item);
            return true;
        }
    }

    public DateTimeOffset? NextDue()
    {
        lock (_gate) return _later.TryPeek(out _, out var due) ? due : null;
    }
}
