using System.Text.Json.Nodes;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Tools;

public sealed class AuditRecordSchemaTests
{
    private static readonly UndoPlan Plan = new(
        "prod",
        "https://prod.example:6443",
        ResourceType.StatefulSet,
        "shop",
        "ledger",
        "u-1",
        4,
        3,
        new string('a', 64),
        new string('b', 64));

    private static readonly JsonObject Schema = SchemaFiles.Read("schemas/audit-record.json");

    public static TheoryData<string> Events => [.. Enum.GetNames<AuditEvent>()];

    [Theory]
    [MemberData(nameof(Events))]
    public void ARecordOfEachEventIsAsTheSchemaSays(string name)
    {
        var auditEvent = Enum.Parse<AuditEvent>(name);
        var isOfNoRequest = auditEvent is AuditEvent.ApproverAdded or AuditEvent.ApproverRemoved or AuditEvent.ApproverInvited
            or AuditEvent.ApproverDeviceAdded or AuditEvent.ApproverDeviceRevoked or AuditEvent.ApproverGroupsChanged
            or AuditEvent.AuditRepaired or AuditEvent.AuditRekeyed;
        var draft = isOfNoRequest
            ? new AuditDraft(auditEvent, AuditActor.Human("alice", "terminal"), Detail: new JsonObject { ["approver"] = "bob" })
            : new AuditDraft(auditEvent, AuditActor.System, "undo-1", Plan.Target);

        StrictSchema.AssertValid(Schema, LineOf(draft));
    }

    [Fact]
    public void TheSchemaNamesEveryEventAndNoOther() => Assert.Equal(
        Enum.GetValues<AuditEvent>().Select(auditEvent => auditEvent.ToName()),
        Schema["properties"]!["event"]!["enum"]!.AsArray().Select(name => name!.GetValue<string>()));

    [Theory]
    [InlineData("hash")]
    [InlineData("actor")]
    [InlineData("target")]
    public void ARecordWithoutAMemberIsNotOne(string member)
    {
        var line = LineOf(new AuditDraft(AuditEvent.UndoApplied, AuditActor.System, "undo-1", Plan.Target));
        line.Remove(member);

        Assert.NotEmpty(StrictSchema.Errors(Schema, line));
    }

    [Fact]
    public void AnUndoWithoutARequestIsNotARecord() =>
        Assert.NotEmpty(StrictSchema.Errors(Schema, LineOf(new AuditDraft(AuditEvent.UndoApplied, AuditActor.System))));

    private static JsonObject LineOf(AuditDraft draft) =>
        SchemaFiles.Parse(AuditChain.Append(draft, 1, AuditChain.Start, DateTimeOffset.UnixEpoch).Line);
}
