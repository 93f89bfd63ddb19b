using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Broker;

/// <summary>Whether people can reach the approval page, and who serves it.</summary>
internal enum PageState
{
    /// <summary>Not known yet.</summary>
    Starting,

    /// <summary>This process serves it.</summary>
    Serving,

    /// <summary>Another instance with the same store serves it, for this one too.</summary>
    ServedByPeer,

    /// <summary>Nobody serves it: the address cannot be bound, or a stranger holds it.</summary>
    PortTaken,
}

/// <summary>How the page stands now, for whoever has to tell of it.</summary>
internal sealed class PageStatus(PageState state = PageState.Starting)
{
    private readonly Lock _gate = new();
    private readonly ChangeSignal _changed = new();

    /// <summary>Who serves the page.</summary>
    public PageState State { get; private set; } = state;

    /// <summary>Why nobody can decide on the page, in a sentence that says what to do; null while somebody can.</summary>
    public string? Problem { get; private set; }

    /// <summary>Waits until the page is in one of these states.</summary>
    public async Task<PageState> WaitForAsync(Func<PageState, bool> wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = _changed.Next;
            if (wanted(State))
                return State;
            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Says how the page stands; true if that is news.</summary>
    internal bool Set(PageState state, string? problem = null)
    {
        lock (_gate)
        {
            if (State == state && Problem == problem)
                return false;
            (State, Problem) = (state, problem);
        }

        _changed.Raise();
        return true;
    }
}
