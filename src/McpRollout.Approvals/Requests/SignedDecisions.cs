using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Passkeys;

namespace McpRollout.Approvals.Requests;

/// <summary>
/// Checks what passkeys signed against what is on record: the record of a decision must say what the signed statement says, the signature
/// must hold, and the passkey must be one that was enrolled for that person by an earlier record. It needs the records alone.
/// </summary>
/// <param name="isWhole">Whether the records are there from the first on; else who enrolled earlier is not known, and not asked.</param>
internal sealed class SignedDecisions(bool isWhole)
{
    private static readonly string[] VerdictEvents =
        [AuditEvent.UndoApproved.ToName(), AuditEvent.UndoDenied.ToName(), AuditEvent.UndoBreakGlass.ToName()];

    private readonly Dictionary<string, (string Approver, string Key, string Origin)> _devices = [];
    private readonly HashSet<(string Event, string Signature)> _seen = [];

    /// <summary>How many decisions were signed, and hold.</summary>
    public int Held { get; private set; }

    /// <summary>How many of them were signed by devices whose enrolment is not among the records.</summary>
    public int OfUnknownDevices { get; private set; }

    /// <summary>Takes the next record; what is wrong with it, or null.</summary>
    public async Task<string?> TakeAsync(JsonObject record)
    {
        var (auditEvent, detail) = (TextOf(record["event"]), record["detail"] as JsonObject);
        if (auditEvent == AuditEvent.ApproverDeviceAdded.ToName() && TextOf(detail?["device"]) is { } added)
            _devices[added] = (TextOf(detail!["approver"]) ?? "", TextOf(detail["public_key"]) ?? "", TextOf(detail["origin"]) ?? "");
        else if (auditEvent == AuditEvent.ApproverDeviceRevoked.ToName() && TextOf(detail?["device"]) is { } revoked)
            _devices.Remove(revoked);
        else if (auditEvent == AuditEvent.ApproverRemoved.ToName() && TextOf(detail?["approver"]) is { } removed)
            foreach (var device in _devices.Where(each => each.Value.Approver == removed).Select(each => each.Key).ToList())
                _devices.Remove(device);
        else if (VerdictEvents.Contains(auditEvent) && detail?["passkey"] is JsonObject passkey)
            return await FaultOfAsync(record, detail, passkey);
        return null;
    }

    private async Task<string?> FaultOfAsync(JsonObject record, JsonObject detail, JsonObject passkey)
    {
        if (SignedStatement.Read(passkey) is not { } signed || Parse(signed.Statement) is not { } statement)
            return "what the passkey signed cannot be read";
        var name = TextOf(record["actor"]?["name"]) ?? "";
        var isKnown = _devices.TryGetValue(signed.Device, out var device);
        if (isKnown ? device != (name, signed.PublicKey, signed.Origin) : isWhole)
            return $"the passkey that signed was not enrolled for {name} then";
        var auditEvent = TextOf(record["event"])!;
        if (!_seen.Add((auditEvent, signed.Signature)))
            return "the passkey's signature is on record for an earlier decision";
        var breaksGlass = detail["break_glass"] is JsonValue flag && flag.TryGetValue(out bool broken) && broken;
        if (statement["break_glass"] is not JsonValue value || !value.TryGetValue(out bool said) || said != breaksGlass
            || (auditEvent == AuditEvent.UndoBreakGlass.ToName() && !said))
            return "the passkey signed another break_glass than is on record";
        if (!JsonNode.DeepEquals(statement["way_home_seconds"], detail["way_home_seconds"]))
            return "the passkey signed another way_home_seconds than is on record";
        if (!IsUntilWhatWasSigned(record, detail))
            return "way_home_until is not what the passkey signed";
        var decision = (auditEvent == AuditEvent.UndoDenied.ToName() ? Verdict.Deny : Verdict.Approve).ToName();
        (string Member, string? OnRecord)[] compared =
        [
            ("request", TextOf(record["request_id"])), ("plan", TextOf(record["plan"])), ("decision", decision),
            ("approver", ApproverName.Read(name)?.Canonical), ("comment", TextOf(detail["comment"])),
            ("findings", TextOf(detail["findings"])),
        ];
        if (compared.FirstOrDefault(each => TextOf(statement[each.Member]) != each.OnRecord).Member is { } other)
            return $"the passkey signed another {other} than is on record";
        if (await PasskeyCheck.FaultOfAsync(signed) is { } fault)
            return $"the passkey's signature does not hold ({fault.ToName()})";
        if (auditEvent != AuditEvent.UndoBreakGlass.ToName())
            (Held, OfUnknownDevices) = (Held + 1, OfUnknownDevices + (isKnown ? 0 : 1));
        return null;
    }

    // What acts is the moment; what is signed is the length.
    private static bool IsUntilWhatWasSigned(JsonObject record, JsonObject detail)
    {
        if (detail["way_home_seconds"] is null)
            return detail["way_home_until"] is null;
        return detail["way_home_seconds"] is JsonValue length && length.TryGetValue(out long seconds)
            && DateTimeOffset.TryParse(TextOf(record["time"]), CultureInfo.InvariantCulture, out var at)
            && DateTimeOffset.TryParse(TextOf(detail["way_home_until"]), CultureInfo.InvariantCulture, out var until)
            && (until - at - TimeSpan.FromSeconds(seconds)).Duration() < TimeSpan.FromMinutes(1);
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static JsonObject? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
