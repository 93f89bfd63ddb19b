namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>Follows the chain record by record, and compares it with the checkpoints. Without them only the chain is checked.</summary>
internal sealed class AuditCheck(CheckpointSet? checkpoints)
{
    private readonly List<long> _rekeyed = [];
    private AuditPosition _last = AuditPosition.Start;
    private string? _keyId;
    private long _first = 1;
    private long _covered;

    /// <summary>What was found so far.</summary>
    public AuditVerdict Verdict => new(_first, _last, null) { Rekeyed = [.. _rekeyed] };

    /// <summary>Takes the next line. A verdict if it does not hold.</summary>
    public AuditVerdict? Take(string line)
    {
        if (Parse(line) is not { } record)
            return Fault("not a JSON object");
        if (record["hash"] is not JsonValue hashNode || !hashNode.TryGetValue(out string? hash))
            return Fault("it has no hash");
        if (record["seq"] is not JsonValue seqNode || !seqNode.TryGetValue(out long seq))
            return Fault("it has no sequence number");
        if (_last.Seq == 0 && seq > 1 && checkpoints?.All[seq - 1].FirstOrDefault(each => each.Part is not null) is { } before)
        {
            // The parts before were put aside, and the last record of theirs is vouched for.
            (_first, _last, _covered) = (before.Seq + 1, new AuditPosition(before.Seq, before.Hash), before.Seq);
        }

        if (seq != _last.Seq + 1)
            return Fault($"its number is {seq}: a record was removed, added or moved here");
        record.Remove("hash");
        if (HashOf(record) != hash)
            return Fault("its content does not match its hash: it was edited");
        if (record["prev"]?.GetValueKind() != JsonValueKind.String || record["prev"]!.GetValue<string>() != _last.Hash)
            return Fault("it does not follow the record before it: one was replaced, removed or moved");
        TakeKeyOf(record, seq);
        if (CheckpointFault(seq, hash) is { } fault)
            return fault;
        _last = new AuditPosition(seq, hash);
        return null;
    }

    /// <summary>Says that the last line was taken.</summary>
    public AuditVerdict End()
    {
        if (checkpoints is null)
            return Verdict;
        if (checkpoints.Last is { } beyond && beyond.Seq > _last.Seq)
            return Fault($"missing; the checkpoint signed at {beyond.Time} covers the records up to {beyond.Seq}: the end was cut off");
        if (checkpoints.Fault is not null)
            return Verdict with { Fault = checkpoints.Fault };
        if (checkpoints.LastSeq == _last.Seq)
            return checkpoints.Last is { } newest && newest.KeyId != checkpoints.KeyId
                ? Verdict.At(newest.Seq, $"the newest checkpoint is signed with {newest.KeyId}, and trusted is {checkpoints.KeyId}")
                : Verdict;
        var signed = new AuditPosition(checkpoints.LastSeq, checkpoints.Last?.Hash ?? AuditChain.Start);
        return new AuditVerdict(_first, signed, null).At(signed.Seq + 1, $"no checkpoint of {checkpoints.Source} covers it: it was "
            + "appended by another, or a server was killed before it signed (the next one signs)");
    }

    private AuditVerdict Fault(string fault) => Verdict.At(_last.Seq + 1, fault);

    private AuditVerdict? CheckpointFault(long seq, string hash)
    {
        if (checkpoints is null)
            return null;
        if (checkpoints.FaultSeq == seq)
            return Fault($"its checkpoint does not hold; {checkpoints.Fault}");
        var signed = checkpoints.All[seq].ToList();
        if (signed.Find(each => each.Hash != hash) is { } other)
        {
            var which = _covered + 1 == seq ? $"record {seq}" : $"record {_covered + 1}, or one after it up to {seq}";
            var fault = $"{which}: not the record that the checkpoint signed at {other.Time} covers: it was written anew";
            return Verdict with { Fault = fault };
        }

        if (signed.Find(each => each.KeyId != (_keyId ??= each.KeyId)) is { } stranger)
            return Fault($"the checkpoint signed at {stranger.Time} covers it, by another key ({stranger.KeyId}) than those before it, and "
                + "no record audit.rekeyed says so: it was made by another");
        if (signed.Count > 0)
            _covered = seq;
        return null;
    }

    // Hosts that share a store have a key each: only what hands over from this audit's key is about it. If nothing is left that the key
    // before signed, it is what hands over to the key that is trusted.
    private void TakeKeyOf(JsonObject record, long seq)
    {
        if (checkpoints is null || TextOf(record["event"]) != AuditEvent.AuditRekeyed.ToName() || record["detail"] is not JsonObject detail)
            return;
        var (before, now) = (TextOf(detail["old_key"]), TextOf(detail["new_key"]));
        if (_keyId is null ? now != checkpoints.KeyId : before != _keyId)
            return;
        _keyId = now;
        _rekeyed.Add(seq);
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    // Text that is not Unicode has no canonical form, and cannot have come from here.
    private static string? HashOf(JsonObject record)
    {
        try
        {
            return AuditChain.HashOf(record);
        }
        catch (Exception unwritable) when (unwritable is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
