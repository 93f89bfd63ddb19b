using McpRollout.Rollouts.Findings;
using McpRollout.Tests.PracticeCluster;

namespace McpRollout.Tests.Agent;

public sealed class DrillTests
{
    // The practice cluster has no registry to ask: image-gone is held by RegistryRules, with a real one.
    [Fact]
    public void EachWarningHasAnIncident() => Assert.Subset(
        DrillRules.Rows().SelectMany(row => row.Codes).ToHashSet(),
        FindingKinds.All.Where(kind => kind.Severity == FindingSeverity.Warns && kind != FindingKinds.ImageGone)
            .Select(kind => kind.Code).ToHashSet());

    [Fact]
    public async Task WhoeverAsksForTheUndoOfAnIncidentIsToldItsFinding()
    {
        await using var rig = await AgentRig.StartAsync(
            carriesOut: false,
            drills: true,
            settings: ["--Limits:OpenRequests=100", "--Limits:OpenRequestsPerRequester=100", "--Limits:RequestsPerMinute=100"]);

        var untold = await Task.WhenAll(DrillRules.Rows().Select(row => UntoldAsync(rig, row)));

        Assert.True(untold.All(lines => lines.Count == 0), string.Join("\n", untold.SelectMany(lines => lines)));
    }

    private static async Task<IReadOnlyList<string>> UntoldAsync(AgentRig rig, Incident row)
    {
        var type = row.Kind.ToLowerInvariant();
        var (_, history) = await rig.CallAsync("k8s_rollout_history",
            new { resource_type = type, @namespace = row.Namespace, name = row.Name });
        var undo = new
        {
            resource_type = type,
            @namespace = row.Namespace,
            name = row.Name,
            to_revision = row.Revision,
            current_revision = history.GetProperty("current_revision").GetInt64(),
            reason = "A drill.",
            pause_owner = row.Codes.Contains("pauses-owner"),
            resume_owner = row.Codes.Contains("source-unchanged"),
            wait_seconds = 0,
        };
        var answer = await rig.SendAsync("k8s_rollout_undo", undo, null, TestContext.Current.CancellationToken);
        var codes = answer.StructuredContent is { } facts
            ? facts.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("code").GetString()!).ToList()
            : [];
        return
        [
            .. row.Codes
                .Where(code => !codes.Contains(code) && !AgentRig.TextOf(answer).Contains($"(code: {code})", StringComparison.Ordinal))
                .Select(code => $"{row}: no {code}, but {string.Join(", ", codes)}: {AgentRig.TextOf(answer)}"),
        ];
    }
}
