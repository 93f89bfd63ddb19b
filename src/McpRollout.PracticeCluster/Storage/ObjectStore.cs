using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Storage;

/// <summary>
/// The cluster's memory: objects by resource and name, one counter of versions, and a window of past changes for watches.
/// Objects handed out are never written again; change a clone.
/// </summary>
internal sealed class ObjectStore
{
    // etcd keeps five minutes of changes; here a number of them is simpler and as good.
    private const int RememberedChanges = 8192;

    private readonly Lock _gate = new();
    private readonly Dictionary<ResourceType, SortedDictionary<string, JsonObject>> _objects = [];
    private readonly Queue<ObjectChange> _changes = [];
    private long _version = 1;
    private long _oldestVersion = 1;

    /// <summary>Called inside the write, in order: subscribers only take note.</summary>
    public event Action<ObjectChange>? Changed;

    public long Version
    {
        get { lock (_gate) return _version; }
    }

    public JsonObject? Find(ResourceType type, string @namespace, string name)
    {
        lock (_gate) return Shelf(type).GetValueOrDefault(Key(@namespace, name));
    }

    public IReadOnlyList<JsonObject> List(ResourceType type, string? @namespace = null) => Snapshot(type, @namespace).Objects;

    public (IReadOnlyList<JsonObject> Objects, long Version) Snapshot(ResourceType type, string? @namespace)
    {
        lock (_gate)
        {
            var objects = Shelf(type).Values.Where(value => @namespace is null || value.Namespace() == @namespace);
            return ([.. objects], _version);
        }
    }

    /// <summary>
    /// Reads, decides and writes in one step. <paramref name="write"/> gets the present object, or null, and answers the one to
    /// store: the same instance to leave it as it is, null to delete it.
    /// </summary>
    public JsonObject? Write(ResourceType type, string @namespace, string name, Func<JsonObject?, JsonObject?> write)
    {
        lock (_gate)
        {
            var shelf = Shelf(type);
            var key = Key(@namespace, name);
            var before = shelf.GetValueOrDefault(key);
            var after = write(before);
            if (ReferenceEquals(before, after)) return before;
            _version++;
            if (after is null)
            {
                shelf.Remove(key);
                Publish(new(_version, ChangeType.Deleted, type, Frozen(before!.Clone(), _version), before));
                return null;
            }
            var stored = Frozen(after, _version);
            shelf[key] = stored;
            Publish(new(_version, before is null ? ChangeType.Added : ChangeType.Modified, type, stored, before));
            return stored;
        }
    }

    /// <summary>What happened to one resource after a version, or null when that is no longer known; then whatever follows.</summary>
    public IDisposable? Subscribe(ResourceType type, long afterVersion, Action<ObjectChange> observer)
    {
        lock (_gate)
        {
            if (afterVersion < _oldestVersion) return null;
            foreach (var change in _changes.Where(change => change.Version > afterVersion && change.Resource == type)) observer(change);
            Action<ObjectChange> relay = change =>
            {
                if (change.Resource == type && change.Version > afterVersion) observer(change);
            };
            Changed += relay;
            return new Subscription(this, relay);
        }
    }

    /// <summary>Forgets the changes so far, as a server does that has just started: watches from before are answered 410 Gone.</summary>
    public void ForgetChanges()
    {
        lock (_gate)
        {
            _changes.Clear();
            _oldestVersion = _version;
        }
    }

    private void Publish(ObjectChange change)
    {
        _changes.Enqueue(change);
        if (_changes.Count > RememberedChanges) _oldestVersion = _changes.Dequeue().Version;
        Changed?.Invoke(change);
    }

    private SortedDictionary<string, JsonObject> Shelf(ResourceType type)
    {
        if (_objects.TryGetValue(type, out var shelf)) return shelf;
        return _objects[type] = new(StringComparer.Ordinal);
    }

    private static string Key(string @namespace, string name) => $"{@namespace}/{name}";

    // JsonNode trees fill in lazily while they are read, which is unsafe from several threads: this one is filled before it is shared.
    private static JsonObject Frozen(JsonObject value, long version)
    {
        value.Metadata()["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) value.WriteTo(writer);
        var frozen = JsonNode.Parse(buffer.WrittenSpan)!.AsObject();
        Touch(frozen);
        return frozen;
    }

    private static void Touch(JsonNode? node)
    {
        if (node is JsonObject map)
            foreach (var (_, child) in map) Touch(child);
        else if (node is JsonArray list)
            foreach (var child in list) Touch(child);
    }

    private sealed class Subscription(ObjectStore store, Action<ObjectChange> relay) : IDisposable
    {
        public void Dispose()
        {
            lock (store._gate) store.Changed -= relay;
        }
    }
}
