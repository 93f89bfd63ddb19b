using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Storage;

namespace McpRollout.Processes;

/// <summary>A store with a step right before and right after each commit.</summary>
internal sealed class CrashingDatabase(IDatabase inner, CrashPoints points, bool isStep = true) : IDatabase
{
    /// <inheritdoc/>
    public event Action<IReadOnlyList<string>?>? ChangedElsewhere
    {
        add => inner.ChangedElsewhere += value;
        remove => inner.ChangedElsewhere -= value;
    }

    /// <inheritdoc/>
    public string Place => inner.Place;

    /// <inheritdoc/>
    public Task<T> ReadAsync<T>(Func<StoreSession, Task<T>> read, CancellationToken cancellationToken) =>
        inner.ReadAsync(read, cancellationToken);

    /// <inheritdoc/>
    public async Task<T> WriteAsync<T>(Func<StoreSession, Task<T>> write, CancellationToken cancellationToken)
    {
        var result = await CommitAsync(write, cancellationToken);
        if (isStep)
            points.Pass("after the commit");
        return result;
    }

    /// <inheritdoc/>
    public async Task NoteAsync(string sql, (string Name, object? Value)[] parameters, CancellationToken cancellationToken)
    {
        await points.Writing.WaitAsync(cancellationToken);
        try
        {
            if (isStep)
                points.Pass("before the commit");
            await inner.NoteAsync(sql, parameters, cancellationToken);
        }
        finally
        {
            points.Writing.Release();
        }

        if (isStep)
            points.Pass("after the commit");
    }

    private async Task<T> CommitAsync<T>(Func<StoreSession, Task<T>> write, CancellationToken cancellationToken)
    {
        await points.Writing.WaitAsync(cancellationToken);
        try
        {
            return await inner.WriteAsync(
                async session =>
                {
                    var written = await write(session);
                    if (isStep)
                        points.Pass("before the commit");
                    return written;
                },
                cancellationToken);
        }
        finally
        {
            points.Writing.Release();
        }
    }

    /// <inheritdoc/>
    public Task<bool> HasChangedElsewhereAsync(CancellationToken cancellationToken) => inner.HasChangedElsewhereAsync(cancellationToken);
}

/// <summary>An audit with a step before and after each time that it is written through.</summary>
internal sealed class CrashingSink(IAuditSink inner, CrashPoints points) : IAuditSink
{
    /// <inheritdoc/>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        points.Pass("before the audit file");
        await points.Recording.WaitAsync(cancellationToken);
        try
        {
            await inner.CatchUpAsync(cancellationToken);
        }
        finally
        {
            points.Recording.Release();
        }

        points.Pass("after the audit file");
    }
}
