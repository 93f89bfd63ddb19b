using System.Security.Cryptography;
using System.Text.Json.Serialization;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Policies;

namespace McpRollout.Approvals.Requests;

/// <summary>
/// What a person's passkey signs: this decision, on this plan, under these rules, in answer to this question of the server. Whoever has the
/// statement can compare each of it with what is on record.
/// </summary>
internal static class DecisionStatement
{
    /// <summary>The statement, as canonical JSON.</summary>
    public static string Of(ApprovalEvaluation evaluation, DecisionAttempt attempt, string nonce)
    {
        var statement = new JsonObject
        {
            ["request"] = attempt.RequestId,
            ["plan"] = attempt.Plan,
            ["decision"] = attempt.Verdict.ToName(),
            ["approver"] = ApproverName.Read(attempt.Approver)?.Canonical,
            ["comment"] = DecisionTransitions.Shown(attempt.Comment),
            ["findings"] = attempt.Findings,
            ["break_glass"] = attempt.BreaksGlass,
            ["terms"] = DigestOf(evaluation.Terms),
            ["nonce"] = nonce,
        };
        if (attempt.PreApproves is { } length)
            statement["way_home_seconds"] = (long)length.TotalSeconds;
        return Encoding.UTF8.GetString(CanonicalJson.Bytes(statement));
    }

    private static string DigestOf(IReadOnlyList<ApprovalTerms> terms) => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Bytes(
        JsonSerializer.SerializeToElement([.. terms], TermsJson.Default.ApprovalTermsArray))));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ApprovalTerms[]))]
internal sealed partial class TermsJson : JsonSerializerContext;

/// <summary>How verdicts are spelled.</summary>
internal static class Verdicts
{
    /// <summary>As records, statements and forms name it.</summary>
    public static string ToName(this Verdict verdict) => verdict == Verdict.Approve ? "approve" : "deny";

    /// <summary>In a sentence about who did it.</summary>
    public static string ToPastTense(this Verdict verdict) => verdict == Verdict.Approve ? "approved" : "denied";

    /// <summary>The verdict of that name; null where it is none.</summary>
    public static Verdict? Read(string? name) => name switch
    {
        "approve" => Verdict.Approve,
        "deny" => Verdict.Deny,
        _ => null,
    };
}
