using System.Data.Common;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Passkeys;

/// <summary>The passkeys that are enrolled.</summary>
internal sealed class PasskeyStore(IDatabase database, AuditLog audit, IAuditSink sink, ApproverDirectory approvers)
{
    private const string Columns = "SELECT id, approver, label, public_key, counter, added_at, used_at FROM passkeys";

    /// <summary>A person's passkeys, oldest first; null if there is no such approver.</summary>
    public async Task<IReadOnlyList<Passkey>?> ListAsync(string name, CancellationToken cancellationToken) =>
        await approvers.FindAsync(name, cancellationToken) is { } approver
            ? await database.ReadAsync(
                session => session.RowsAsync($"{Columns} WHERE approver = @name ORDER BY added_at", Read, ("@name", approver.Name)),
                cancellationToken)
            : null;

    /// <summary>The passkey of this credential's id, with whose it is; null if there is none.</summary>
    public async Task<(Passkey Passkey, Approver Approver)?> FindAsync(string id, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.RowsAsync($"{Columns} WHERE id = @id", Read, ("@id", id)), cancellationToken) is [var found]
        && await approvers.FindAsync(found.Approver, cancellationToken) is { } approver
            ? (found, approver)
            : null;

    /// <summary>Takes a passkey away: nothing that it signs counts from now on, nor what it signed and is not carried out yet.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="device">Its short id, or its label if no other has it.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The passkey; null if there is none, or more than one, of that name.</returns>
    public async Task<Passkey?> RevokeAsync(string name, string device, AuditActor actor, CancellationToken cancellationToken)
    {
        if (await ListAsync(name, cancellationToken) is not { } all
            || Named(all, device) is not { } passkey)
            return null;
        await sink.CatchUpAsync(cancellationToken);
        var revoked = await database.WriteAsync(
            async session =>
            {
                if (await session.ExecuteAsync("DELETE FROM passkeys WHERE id = @id", ("@id", passkey.Id)) == 0)
                    return false;
                await audit.AppendAsync(session, new AuditDraft(AuditEvent.ApproverDeviceRevoked, actor, Detail: new JsonObject
                {
                    ["approver"] = passkey.Approver,
                    ["device"] = passkey.Id,
                    ["label"] = passkey.Label,
                }));
                return true;
            },
            cancellationToken);
        await sink.CatchUpAsync(cancellationToken);
        return revoked ? passkey : null;
    }

    // An id is asked first: whoever enrols a device chooses its label.
    private static Passkey? Named(IReadOnlyList<Passkey> all, string device) =>
        all.FirstOrDefault(each => each.ShortId == device)
        ?? (all.Where(each => each.Label == device).ToList() is [var only] ? only : null);

    private static Passkey Read(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        row.GetInt64(4),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
        row.IsDBNull(6) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)));
}
