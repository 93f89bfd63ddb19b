namespace McpRollout.Hosting;

/// <summary>Counts log entries of each kind, so that one kind cannot drown the others: the first ones of a minute are shown, the rest
/// summed up.</summary>
internal sealed class RepeatedEntries
{
    /// <summary>How many entries of a kind are shown before the rest is summed up.</summary>
    public const int Shown = 20;

    // A library that logs finished sentences makes a kind of each. Beyond this many all others are one kind.
    private const int MostKinds = 500;

    private static readonly EntryKind AllOthers = new("McpRollout", LogLevel.Warning, 0, "entries of other kinds");

    private readonly Lock _gate = new();
    private Dictionary<EntryKind, int> _counts = [];

    /// <summary>Counts an entry.</summary>
    /// <returns>Whether it is to be shown, and whether it is the first of all since the last <see cref="TakeHeldBack"/>.</returns>
    public (bool IsShown, bool IsFirst) Add(EntryKind kind)
    {
        lock (_gate)
        {
            var isFirst = _counts.Count == 0;
            var counted = _counts.Count < MostKinds || _counts.ContainsKey(kind) ? kind : AllOthers;
            return ((_counts[counted] = _counts.GetValueOrDefault(counted) + 1) <= Shown, isFirst);
        }
    }

    /// <summary>How many of each kind were not shown; begins anew.</summary>
    public IReadOnlyList<(EntryKind Kind, int Count)> TakeHeldBack()
    {
        lock (_gate)
        {
            var counts = _counts;
            _counts = [];
            return [.. counts.Where(each => each.Value > Shown).Select(each => (each.Key, each.Value - Shown))];
        }
    }
}

/// <summary>What entries that differ only in their values have in common.</summary>
/// <param name="Category">Who logs.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="Event">The event's number; 0 if it has none.</param>
/// <param name="Template">The message before its values were filled in.</param>
internal sealed record EntryKind(string Category, LogLevel Level, int Event, string Template);
