using System.Security.Claims;

namespace McpRollout.Mcp.Tools;

/// <summary>An agent that is known by a token.</summary>
/// <param name="user">Who it is, as records name it.</param>
/// <param name="client">The client that the token was made for; null if it says none, and the client's own word is taken.</param>
/// <param name="person">The person on whose behalf it asks, spelled as an approver is; null: <paramref name="user"/>.</param>
/// <param name="identity">Who the token's subject is at its issuer; null of a token of the settings.</param>
/// <param name="mayRead">Whether it may see histories and statuses.</param>
/// <param name="mayUndo">Whether it may ask for undos, follow them and take them back.</param>
internal sealed class Caller(
    string user, string? client, string? person, ProviderIdentity? identity, bool mayRead, bool mayUndo) : ClaimsIdentity("Bearer")
{
    public string User => user;

    public string? Client => client;

    public string? Person => person;

    public ProviderIdentity? Identity => identity;

    /// <summary>Who may ask for an undo has to see what it is about.</summary>
    public bool MayRead => mayRead || mayUndo;

    public bool MayUndo => mayUndo;
}
