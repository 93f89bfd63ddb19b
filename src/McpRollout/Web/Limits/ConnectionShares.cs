using System.Net;

namespace McpRollout.Web.Limits;

/// <summary>A share of the connections.</summary>
/// <param name="All">Most in all.</param>
/// <param name="OfOne">Most of one client address, so that another's find room.</param>
internal readonly record struct ConnectionShare(int All, int OfOne)
{
    /// <summary>Whether there is room for one more.</summary>
    /// <param name="taken">How many there are.</param>
    /// <param name="ofTheSame">How many of these are of its address.</param>
    public bool HasRoom(int taken, int ofTheSame) => taken < All && ofTheSame < OfOne;
}

/// <summary>How many connections may be what. A browser opens six; all people behind one proxy have one address.</summary>
/// <param name="Waiting">Those that wait for their client.</param>
/// <param name="People">Those on which people are answered.</param>
/// <param name="Attempts">Those on which strangers' passphrases wait to be checked: at five in a second, most of a quarter of a
/// minute.</param>
internal sealed record ConnectionShares(ConnectionShare Waiting, ConnectionShare People, ConnectionShare Attempts)
{
    /// <summary>The page's.</summary>
    public static ConnectionShares OfThePage { get; } = new(Waiting: new(128, 96), People: new(96, 64), Attempts: new(64, 48));

    /// <summary>Those on which open pages wait for news.</summary>
    public ConnectionShare News { get; init; } = new(64, 48);

    /// <summary>Those on which agents are answered; each caller has <see cref="CallerLimits"/> besides, and all may come through one
    /// proxy.</summary>
    public ConnectionShare Agents { get; init; } = new(600, 600);

    /// <summary>The share of those that are answered; null where they need none.</summary>
    public ConnectionShare? For(ConnectionUse use) => use switch
    {
        ConnectionUse.Person => People,
        ConnectionUse.Attempt => Attempts,
        ConnectionUse.News => News,
        ConnectionUse.Agent => Agents,
        _ => null,
    };

    /// <summary>
    /// Which waiting connection is to be closed, as its place in the list; null if there is room for all. The one that waited longest: of
    /// its address, if that has too many, else of the address that has most. A person's request arrives moments after its connection, and
    /// so before anybody could open as many behind it.
    /// </summary>
    /// <param name="addresses">Of each waiting connection, the longest waiting first and the newest last.</param>
    public int? ToBeClosed(IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.Count == 0)
            return null;
        var newest = addresses[^1];
        if (addresses.Count(newest.Equals) > Waiting.OfOne)
            return FirstOf(newest);
        return addresses.Count > Waiting.All
            ? FirstOf(addresses.GroupBy(address => address).MaxBy(group => group.Count())!.Key)
            : null;

        int FirstOf(IPAddress address) => addresses.TakeWhile(each => !each.Equals(address)).Count();
    }
}
