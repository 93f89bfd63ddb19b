using System.Net;
using Microsoft.AspNetCore.Connections;

namespace McpRollout.Web.Limits;

/// <summary>What a connection of the page's server does.</summary>
internal enum ConnectionUse
{
    /// <summary>It waits for its client: for a request, or for the rest of one.</summary>
    Waiting,

    /// <summary>A request of a person is being answered.</summary>
    Person,

    /// <summary>A passphrase is to be checked of whom no browser's proof tells from strangers.</summary>
    Attempt,

    /// <summary>A call of an agent's side is being answered.</summary>
    Agent,

    /// <summary>An open page waits for news.</summary>
    News,
}

/// <summary>All connections of the page's server, so that those which only wait never keep people from it.</summary>
internal sealed class ConnectionRegister(ConnectionShares shares)
{
    private readonly Lock _gate = new();

    // The longest waiting first.
    private readonly LinkedList<ServedConnection> _waiting = [];
    private readonly Dictionary<ServedConnection, ConnectionUse> _answered = [];

    /// <summary>The connection middleware.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var served = new ServedConnection(this, (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None, connection.Abort);
        connection.Features.Set(served);
        Wait(served);
        try
        {
            await next(connection);
        }
        finally
        {
            lock (_gate)
                Remove(served);
        }
    }

    /// <summary>Counts a connection as waiting, and closes another if that makes one too many.</summary>
    public void Wait(ServedConnection served)
    {
        ServedConnection? tooMany = null;
        lock (_gate)
        {
            Remove(served);
            _waiting.AddLast(served);
            if (shares.ToBeClosed([.. _waiting.Select(each => each.Address)]) is { } at)
                Remove(tooMany = _waiting.ElementAt(at));
        }

        tooMany?.Close();
    }

    /// <summary>Counts a connection among those that are answered; false, and nothing changed, if its share has no room.</summary>
    public bool TryAnswer(ServedConnection served, ConnectionUse use)
    {
        lock (_gate)
        {
            if (shares.For(use) is { } share)
            {
                var alike = _answered.Where(each => each.Value == use).Select(each => each.Key.Address).ToList();
                if (!share.HasRoom(alike.Count, alike.Count(served.Address.Equals)))
                    return false;
            }

            Remove(served);
            _answered[served] = use;
            return true;
        }
    }

    private void Remove(ServedConnection served)
    {
        _waiting.Remove(served);
        _answered.Remove(served);
    }
}

/// <summary>One connection, as its requests find it among the features.</summary>
/// <param name="register">Where it is kept.</param>
/// <param name="address">The client's address, or that of the proxy before it.</param>
/// <param name="abort">Closes it without a word.</param>
internal sealed class ServedConnection(ConnectionRegister register, IPAddress address, Action<ConnectionAbortedException> abort)
{
    public IPAddress Address => address;

    /// <inheritdoc cref="ConnectionRegister.TryAnswer"/>
    public bool TryAnswer(ConnectionUse use) => register.TryAnswer(this, use);

    /// <inheritdoc cref="ConnectionRegister.Wait"/>
    public void Wait() => register.Wait(this);

    public void Close() => abort(new ConnectionAbortedException("Too many connections wait, this one for longest."));
}
