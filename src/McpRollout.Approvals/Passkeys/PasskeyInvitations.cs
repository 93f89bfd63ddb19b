using System.Buffers.Text;
using System.Security.Cryptography;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Passkeys;

/// <summary>A link under which a person's own device makes a passkey, once.</summary>
/// <param name="Token">What the link ends with. Whoever has it can enrol a device of theirs as this person's.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record Invitation(string Token, DateTimeOffset ExpiresAt);

/// <summary>What became of a passkey that was made under a link.</summary>
internal enum InvitationOutcome
{
    /// <summary>The device may decide from now on.</summary>
    Enrolled,

    /// <summary>There is no such link, or not any more.</summary>
    NoLink,

    /// <summary>What the device made does not hold.</summary>
    Refused,

    /// <summary>The passkey is enrolled already.</summary>
    Known,
}

/// <summary>Makes links, and enrols the passkeys that are made under them.</summary>
internal sealed class PasskeyInvitations(
    IDatabase database, AuditLog audit, IAuditSink sink, ApproverDirectory approvers, PasskeyPlace place, TimeProvider time)
{
    /// <summary>How long a link is good for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>How long a device's name may be.</summary>
    public const int LongestLabel = 40;

    private const int TokenBytes = 32;

    /// <summary>Where passkeys are for; null where no browser uses any.</summary>
    public PasskeySite? Site => place.Site;

    /// <summary>Makes a link for this approver; earlier ones end. Null if there is no such approver.</summary>
    public async Task<Invitation?> InviteAsync(string name, AuditActor actor, CancellationToken cancellationToken)
    {
        if (await approvers.FindAsync(name, cancellationToken) is not { } approver)
            return null;
        await sink.CatchUpAsync(cancellationToken);
        var invitation = new Invitation(
            Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes)), time.GetUtcNow() + Lifetime);
        await database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("DELETE FROM invitations WHERE approver = @name", ("@name", approver.Name));
                await session.ExecuteAsync(
                    "INSERT INTO invitations (link, approver, expires_at) VALUES (@link, @name, @until)",
                    ("@link", LinkOf(invitation.Token)),
                    ("@name", approver.Name),
                    ("@until", invitation.ExpiresAt.ToUnixTimeMilliseconds()));
                return await audit.AppendAsync(session, new AuditDraft(AuditEvent.ApproverInvited, actor, Detail: new JsonObject
                {
                    ["approver"] = approver.Name,
                    ["expires_at"] = invitation.ExpiresAt.UtcDateTime.ToString("O"),
                }));
            },
            cancellationToken);
        await sink.CatchUpAsync(cancellationToken);
        return invitation;
    }

    /// <summary>Whom the link is for; null if there is no such link, or not any more.</summary>
    public async Task<Approver?> FindAsync(string token, CancellationToken cancellationToken) =>
        await database.ReadAsync(session => NameAsync(session, token), cancellationToken) is { } name
            ? await approvers.FindAsync(name, cancellationToken)
            : null;

    /// <summary>What a device signs to make a passkey under the link.</summary>
    public static byte[] ChallengeOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes($"enrol\n{token}"));

    /// <summary>Enrols what a device made, and ends the link.</summary>
    public async Task<InvitationOutcome> AcceptAsync(string token, NewPasskey passkey, string label, CancellationToken cancellationToken)
    {
        if (place.Site is not { } site || await FindAsync(token, cancellationToken) is not { } approver)
            return InvitationOutcome.NoLink;
        if (await PasskeyCheck.ReadNewAsync(site, ChallengeOf(token), passkey) is not ({ } made, null))
            return InvitationOutcome.Refused;
        await sink.CatchUpAsync(cancellationToken);
        var outcome = await database.WriteAsync(
            async session =>
            {
                if (await NameAsync(session, token) != approver.Name)
                    return InvitationOutcome.NoLink;
                var (id, key) = (Base64Url.EncodeToString(made.Id), Base64Url.EncodeToString(made.PublicKey));
                var isNew = await session.ExecuteAsync(
                    """
                    INSERT INTO passkeys (id, approver, label, public_key, counter, added_at)
                    VALUES (@id, @name, @label, @key, @counter, @now) ON CONFLICT (id) DO NOTHING
                    """,
                    ("@id", id),
                    ("@name", approver.Name),
                    ("@label", label),
                    ("@key", key),
                    ("@counter", (long)made.SignCount),
                    ("@now", time.GetUtcNow().ToUnixTimeMilliseconds())) == 1;
                if (!isNew)
                    return InvitationOutcome.Known;
                await session.ExecuteAsync("DELETE FROM invitations WHERE link = @link", ("@link", LinkOf(token)));
                await audit.AppendAsync(session, new AuditDraft(
                    AuditEvent.ApproverDeviceAdded,
                    AuditActor.Human(approver.Name, "page"),
                    Detail: new JsonObject
                    {
                        ["approver"] = approver.Name,
                        ["device"] = id,
                        ["label"] = label,
                        ["public_key"] = key,
                        ["site"] = site.Id,
                        ["origin"] = site.Origin,
                        ["backed_up"] = made.IsBackedUp,
                    }));
                return InvitationOutcome.Enrolled;
            },
            cancellationToken);
        await sink.CatchUpAsync(cancellationToken);
        return outcome;
    }

    private async Task<string?> NameAsync(StoreSession session, string token) => await session.ScalarAsync<string>(
        "SELECT approver FROM invitations WHERE link = @link AND expires_at > @now",
        ("@link", LinkOf(token)),
        ("@now", time.GetUtcNow().ToUnixTimeMilliseconds()));

    private static string LinkOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
