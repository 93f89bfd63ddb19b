using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Storage;

/// <summary>The cluster's time: the host's, but for a history that is being played, which has its own.</summary>
internal sealed class ClusterClock(TimeProvider host)
{
    private DateTimeOffset? _played;

    public TimeProvider Host => host;

    public DateTimeOffset Now => _played ?? host.GetUtcNow();

    public string Stamp() => Timestamp.Format(Now);

    public void Play(DateTimeOffset time) => _played = time;

    public void Live() => _played = null;
}
