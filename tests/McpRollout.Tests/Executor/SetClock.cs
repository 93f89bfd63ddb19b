namespace McpRollout.Tests.Executor;

/// <summary>The system's clock, which a test sets forward and back as an administrator does; what measures time that passes does not
/// notice.</summary>
internal sealed class SetClock : TimeProvider
{
    private long _offset;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offset));

    public void Set(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);
}
