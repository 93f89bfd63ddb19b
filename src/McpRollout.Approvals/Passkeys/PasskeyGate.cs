using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Passkeys;

/// <summary>What an answer of a passkey proved.</summary>
internal abstract record PasskeyResult
{
    private PasskeyResult()
    {
    }

    /// <summary>This approver's own device signed the statement, once.</summary>
    internal sealed record Proven(Approver Approver, SignedStatement Signed) : PasskeyResult;

    /// <summary>Nothing.</summary>
    internal sealed record Refused(PasskeyFault Fault) : PasskeyResult;
}

/// <summary>Tells approvers by what their passkeys signed.</summary>
internal sealed class PasskeyGate(
    IDatabase database, PasskeyStore passkeys, PasskeyQuestions questions, PasskeyPlace place, TimeProvider time)
{
    /// <summary>Where passkeys are for; null where no browser uses any.</summary>
    public PasskeySite? Site => place.Site;

    /// <summary>A nonce, to be part of the next statement.</summary>
    public Task<string> AskAsync(CancellationToken cancellationToken) => questions.AskAsync(cancellationToken);

    /// <summary>What a passkey signs to let its owner read.</summary>
    public static string SignInStatement(string nonce) =>
        Encoding.UTF8.GetString(CanonicalJson.Bytes(new JsonObject { ["purpose"] = "sign-in", ["nonce"] = nonce }));

    /// <summary>Checks an answer and uses its nonce up.</summary>
    /// <param name="statement">What must have been signed: canonical JSON, with the answer's nonce in it.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="name">Whose passkey it must be; null where the passkey itself says who it is.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public async Task<PasskeyResult> AuthenticateAsync(
        string statement, PasskeyAnswer answer, string? name, CancellationToken cancellationToken)
    {
        if (place.Site is not { } site)
            return new PasskeyResult.Refused(PasskeyFault.NoSite);
        if (await passkeys.FindAsync(answer.Id, cancellationToken) is not (var passkey, var approver)
            || (name is not null && ApproverName.Read(name) != ApproverName.Read(approver.Name)))
            return new PasskeyResult.Refused(PasskeyFault.UnknownDevice);
        if (!await questions.HoldsAsync(answer.Nonce, cancellationToken))
            return new PasskeyResult.Refused(PasskeyFault.StaleNonce);

        // Before the counter, which says of a replay that there must be a copy of the key.
        if (await database.ReadAsync(session => PasskeyQuestions.IsTakenAsync(session, answer.Nonce), cancellationToken))
            return new PasskeyResult.Refused(PasskeyFault.ReplayedNonce);
        var (fault, counter) = await PasskeyCheck.CheckAsync(site, statement, passkey, answer);
        if (fault is not null)
            return new PasskeyResult.Refused(fault.Value);
        return await database.WriteAsync(session => UseAsync(session, answer.Nonce, passkey, counter), cancellationToken)
            ? new PasskeyResult.Proven(approver, new SignedStatement(
                statement, passkey.Id, passkey.PublicKey, site.Id, site.Origin,
                answer.ClientData, answer.AuthenticatorData, answer.Signature))
            : new PasskeyResult.Refused(PasskeyFault.ReplayedNonce);
    }

    private async Task<bool> UseAsync(StoreSession session, string nonce, Passkey passkey, long counter)
    {
        if (!await questions.TakeAsync(session, nonce))
            return false;
        await session.ExecuteAsync(
            "UPDATE passkeys SET counter = @counter, used_at = @now WHERE id = @id AND counter <= @counter",
            ("@counter", counter),
            ("@now", time.GetUtcNow().ToUnixTimeMilliseconds()),
            ("@id", passkey.Id));
        return true;
    }
}
