using System.Security.Cryptography;

namespace McpRollout.Cli;

/// <summary>
/// One signed JSON document of an undo, to be kept or handed on: the request with its plan, findings, decisions and outcome, the audit's
/// records of it and of the passkeys that signed, and the checkpoint that covers them. It is checked with nothing else at hand.
/// </summary>
internal static class Receipt
{
    private const string Format = "mcp-rollout receipt 1";

    /// <summary>Makes it, signed by the audit's own key.</summary>
    /// <param name="request">The request.</param>
    /// <param name="records">The audit's records, in their order.</param>
    /// <param name="covering">A checkpoint of the last record, or of one after it.</param>
    /// <param name="key">The key that signs checkpoints.</param>
    public static JsonObject Of(UndoRequest request, IEnumerable<AuditEntry> records, Checkpoint covering, CheckpointKey key)
    {
        var receipt = new JsonObject
        {
            ["format"] = Format,
            ["request"] = JsonSerializer.SerializeToNode(request with { Before = null, Lease = null }, RequestJson.Default.UndoRequest),
            ["plan"] = request.Plan.Digest,
            ["match_code"] = request.MatchCode,
            ["records"] = new JsonArray([.. records.Select(record => JsonNode.Parse(record.Line))]),
            ["checkpoint"] = JsonNode.Parse(covering.ToLine()),
            ["key"] = key.PublicPem,
        };
        receipt["signature"] = Convert.ToBase64String(key.Sign(CanonicalJson.Bytes(receipt)));
        return receipt;
    }

    /// <summary>Checks it.</summary>
    /// <param name="text">The document.</param>
    /// <param name="trusted">The public key that is trusted; null to take the document's own.</param>
    /// <returns>What it proves, in lines; or the first fault.</returns>
    public static async Task<(IReadOnlyList<string> Proven, string? Fault)> CheckAsync(string text, ECDsa? trusted)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is JsonObject receipt
                && receipt["format"]?.GetValue<string>() == Format
                    ? await CheckAsync(receipt, trusted)
                    : ([], "this is no receipt");
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException or ArgumentException
            or CryptographicException or NullReferenceException)
        {
            return ([], "this is no receipt, or one that was changed: it cannot be read");
        }
    }

    private static async Task<(IReadOnlyList<string> Proven, string? Fault)> CheckAsync(JsonObject receipt, ECDsa? trusted)
    {
        var signature = Convert.FromBase64String(receipt["signature"]!.GetValue<string>());
        receipt.Remove("signature");
        using var own = ECDsa.Create();
        own.ImportFromPem(receipt["key"]!.GetValue<string>());
        var id = CheckpointKey.IdOf(own);
        if (trusted is not null && CheckpointKey.IdOf(trusted) != id)
            return ([], $"it is signed with the key {id}, and trusted is {CheckpointKey.IdOf(trusted)}");
        if (!own.VerifyData(
            CanonicalJson.Bytes(receipt), signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
            return ([], "its signature does not hold: it was changed");
        var request = receipt["request"].Deserialize(RequestJson.Default.UndoRequest)!;
        if (receipt["plan"]!.GetValue<string>() != request.Plan.Digest || receipt["match_code"]!.GetValue<string>() != request.MatchCode)
            return ([], "its plan is not the one that its digest names");
        var (signed, fault) = await RecordsAsync(request, receipt["records"]!.AsArray());
        if (fault is not null)
            return ([], fault);
        return Checkpoint.Parse(receipt["checkpoint"]!.ToJsonString()) is { } checkpoint && checkpoint.IsSignedBy(own)
            && Covers(checkpoint, receipt["records"]!.AsArray()[^1]!)
            ? (Lines(request, signed, checkpoint, id, trusted is not null), null)
            : ([], "its checkpoint does not cover its records");
    }

    private static bool Covers(Checkpoint checkpoint, JsonNode last)
    {
        var seq = last["seq"]!.GetValue<long>();
        return checkpoint.Seq > seq || (checkpoint.Seq == seq && checkpoint.Hash == last["hash"]!.GetValue<string>());
    }

    private static async Task<(SignedDecisions Signed, string? Fault)> RecordsAsync(UndoRequest request, JsonArray records)
    {
        var signed = new SignedDecisions(isWhole: true);
        var (seq, hash) = (0L, "");
        var decided = new List<(string Name, Verdict Verdict)>();
        foreach (var record in records.Select(record => record!.DeepClone().AsObject()))
        {
            var own = record["hash"]!.GetValue<string>();
            record.Remove("hash");
            var number = record["seq"]!.GetValue<long>();
            if (AuditChain.HashOf(record) != own || number <= seq
                || (number == seq + 1 && seq > 0 && record["prev"]!.GetValue<string>() != hash))
                return (signed, $"its record {number} does not hold");
            if (await signed.TakeAsync(record) is { } fault)
                return (signed, $"record {number}: {fault}");
            if (record["request_id"]?.GetValue<string>() is { } about && (about != request.Id
                || record["plan"]!.GetValue<string>() != request.Plan.Digest))
                return (signed, $"its record {number} is about another request");
            if (VerdictOf(record["event"]!.GetValue<string>()) is { } verdict)
                decided.Add((record["actor"]!["name"]!.GetValue<string>(), verdict));
            (seq, hash) = (number, own);
        }

        return request.Decisions.Select(decision => (decision.Approver, decision.Verdict)).SequenceEqual(decided)
            ? (signed, null)
            : (signed, "its decisions are not those of its records");
    }

    private static Verdict? VerdictOf(string auditEvent) => auditEvent switch
    {
        _ when auditEvent == AuditEvent.UndoApproved.ToName() => Verdict.Approve,
        _ when auditEvent == AuditEvent.UndoDenied.ToName() => Verdict.Deny,
        _ => null,
    };

    private static IReadOnlyList<string> Lines(
        UndoRequest request, SignedDecisions signed, Checkpoint checkpoint, string key, bool isTrusted) =>
    [
        $"{request.Id} holds: {request.Plan.Workload} in namespace {request.Plan.Namespace}, cluster {request.Plan.Cluster}, "
            + request.Plan.Way,
        $"  asked by {request.Requester.Client} for {request.Requester.Person}: {VisibleText.Quoted(VisibleText.Of(request.Reason))}",
        .. request.Decisions.Select(decision =>
            $"  {decision.Verdict.ToPastTense()} by {decision.Approver} at "
            + $"{decision.At.UtcDateTime:u}, {(decision.Passkey is { } passkey
                ? $"signed by the passkey {Passkey.ShortIdOf(passkey.Device)} at {passkey.Origin}" : "by passphrase")}"
                + PreApprovals.Choice(decision)),
        .. PreApprovals.Origin(request.PreApproval) is { } origin
            ? [$"  {origin}: the receipt of {request.PreApproval!.Undo} shows their decisions"] : Array.Empty<string>(),
        $"  {request.State.ToName()}{(request.Outcome is { } outcome ? $": {outcome.Message}" : "")}",
        $"  {signed.Held} of {request.Decisions.Count} decisions signed by passkeys; every signature holds",
        $"  covered by the checkpoint of record {checkpoint.Seq}, signed at {checkpoint.Time}",
        isTrusted ? $"  signed with the key that is trusted, {key}"
            : $"  signed with the key {key}: compare it with one that you were given another way, or name that with --key",
    ];
}
