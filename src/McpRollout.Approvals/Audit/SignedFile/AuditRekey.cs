using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>What a rekey finds, and would do.</summary>
/// <param name="Before">What is remembered of the key before: by the store or, if it never saw the audit signed, by the last
/// checkpoint.</param>
/// <param name="Loss">What is missing of it.</param>
/// <param name="LacksCheckpoints">Whether checkpoints are missing, besides.</param>
/// <param name="TakesKey">The key that is there already and takes its place; null if one is to be made.</param>
internal sealed record RekeyPlan(RememberedCheckpoint Before, AuditLoss Loss, bool LacksCheckpoints, string? TakesKey);

/// <summary>
/// Has an audit signed with another key from here on, when the key or checkpoints are gone, on record. What cannot be checked any more is
/// put aside; nothing is deleted.
/// </summary>
internal sealed class AuditRekey(
    AuditPaths paths, AuditTurn turn, AuditLog log, CheckpointMemory memory, IDatabase database, StoreSignal signal)
{
    /// <summary>Looks, and changes nothing.</summary>
    /// <exception cref="AuditUnavailableException">There is nothing to take over, or what is there is not what was signed.</exception>
    public async Task<RekeyPlan> PlanAsync(CancellationToken cancellationToken)
    {
        using var mine = await turn.TakeAsync(cancellationToken);
        return await LookAsync(cancellationToken);
    }

    /// <summary>Does what was planned, unless it is no longer as it was then. The next catch-up signs.</summary>
    /// <returns>The id of the key that signs now.</returns>
    /// <exception cref="AuditUnavailableException">Something changed meanwhile.</exception>
    public async Task<string> CarryOutAsync(RekeyPlan plan, AuditActor actor, CancellationToken cancellationToken)
    {
        using var mine = await turn.TakeAsync(cancellationToken);
        if (await LookAsync(cancellationToken) != plan)
            throw new AuditUnavailableException("What is there changed meanwhile; nothing was done. Run it again.");
        using (var old = ReadKey())
        {
            if (old?.Id == plan.Before.KeyId)
                old.WritePublic(paths.PublicKey);
        }

        RetirePublicKey(plan.Before.KeyId);
        var aside = CheckpointsHold(plan.Before.KeyId) || !File.Exists(paths.Checkpoints) ? null : PutCheckpointsAside();
        using var key = TakeKey(plan);
        await database.WriteAsync(
            async session =>
            {
                await memory.HandOverAsync(session, key.Id);
                return await log.AppendAsync(session, Record(plan, key.Id, aside, actor));
            },
            cancellationToken);
        signal.Raise([]);
        return key.Id;
    }

    private async Task<RekeyPlan> LookAsync(CancellationToken cancellationToken)
    {
        var last = LastCheckpoint();
        var before = await memory.ReadAsync(cancellationToken) ?? (last is null ? null : RememberedCheckpoint.Of(last))
            ?? throw new AuditUnavailableException($"Nothing was signed yet in {paths.File}: the key is made with the first record.");
        if (before.Seq > 0 && !await log.HasAsync(new(before.Seq, before.Hash), cancellationToken))
            throw AuditRefusals.NotSigned(paths, before.Seq);
        await CheckRecordsAsync(cancellationToken);
        using var key = ReadKey();
        var loss = before.LossOf(key?.Id, last, paths.CheckpointsLength);
        return new(before, loss, before.LacksCheckpoints(last, paths.CheckpointsLength), loss == AuditLoss.OtherKey ? key?.Id : null);
    }

    // What is signed anew must be what the store has, as far as it is here.
    private async Task CheckRecordsAsync(CancellationToken cancellationToken)
    {
        long? seq = null;
        foreach (var file in paths.Files().Where(file => new FileInfo(file).Length > 0))
        {
            seq ??= JsonLines.All(file).First() is { IsWhole: true } first ? RecordsEnd.PositionOf(first.Line)?.Seq - 1 : null;
            var held = await new StoredRecords(log).HeldAsync(file, seq ?? 0, cancellationToken);
            if (!held.IsWhole)
                throw new AuditUnavailableException($"Record {held.Seq + 1} of {file} is not as the store has it: nothing is signed anew. "
                    + "Run 'mcp-rollout audit verify'; 'mcp-rollout audit repair' puts a torn end aside.");
            seq = held.Seq;
        }
    }

    private Checkpoint? LastCheckpoint()
    {
        if (!File.Exists(paths.Checkpoints))
            return null;
        using var file = new FileStream(paths.Checkpoints, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Checkpoint.Parse(Encoding.UTF8.GetString(JsonLines.ReadEnd(file).Last));
    }

    private CheckpointKey? ReadKey()
    {
        if (!File.Exists(paths.Key))
            return null;
        try
        {
            return CheckpointKey.Read(paths);
        }
        catch (IOException)
        {
            return null;
        }
    }

    // It is the old one's, or of nobody that is known; then what it signed is put aside.
    private void RetirePublicKey(string keyId)
    {
        using var key = ReadPublicKey();
        if (key?.Id == keyId)
            key.WritePublic(paths.RetiredPublicKey(keyId));
    }

    private CheckpointKey? ReadPublicKey()
    {
        try
        {
            return new CheckpointKey(CheckpointKey.Import(paths.PublicKey));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private bool CheckpointsHold(string keyId) => File.Exists(paths.RetiredPublicKey(keyId))
        && CheckpointSet.Read(paths, keyFile: paths.RetiredPublicKey(keyId)) is { Fault: null } set && set.Last?.KeyId == keyId;

    // Emptied and not moved, so that a server that has it open knows it for the same.
    private string? PutCheckpointsAside()
    {
        var aside = TakenOff.CopyAside(paths.Checkpoints, from: 0).Aside;
        using var file = new FileStream(paths.Checkpoints, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        return aside;
    }

    private CheckpointKey TakeKey(RekeyPlan plan)
    {
        if (plan.TakesKey is null)
        {
            if (File.Exists(paths.Key) && plan.Loss == AuditLoss.Key)
                TakenOff.CopyAside(paths.Key, from: 0);
            return CheckpointKey.Create(paths);
        }

        var key = CheckpointKey.Read(paths)!;
        key.WritePublic(paths.PublicKey);
        return key;
    }

    private static AuditDraft Record(RekeyPlan plan, string keyId, string? aside, AuditActor actor) => new(
        AuditEvent.AuditRekeyed,
        actor,
        Detail: new JsonObject
        {
            ["old_key"] = plan.Before.KeyId,
            ["new_key"] = keyId,
            ["last_seq"] = plan.Before.Seq,
            ["last_hash"] = plan.Before.Hash,
            ["missing"] = plan.Loss switch
            {
                AuditLoss.Key => "key",
                AuditLoss.OtherKey => "key, another was in its place",
                AuditLoss.Checkpoints => "checkpoints",
                _ => null,
            },
            ["checkpoints_missing"] = plan.LacksCheckpoints,
            ["checkpoints_aside"] = aside,
        });
}
