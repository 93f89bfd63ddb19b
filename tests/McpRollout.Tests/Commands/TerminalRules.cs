using System.Diagnostics;
using System.Text.Json;
using McpRollout.Approvals.Requests;
using McpRollout.Cli;
using McpRollout.Rollouts.History;
using McpRollout.Tests.Broker;
using McpRollout.Tests.EndToEnd;

namespace McpRollout.Tests.Commands;

/// <summary>What a person sees of requests at a terminal.</summary>
public class TerminalRules
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void A_list_has_a_header_and_its_columns_stand_below_each_other()
    {
        string[] lines = [.. RequestTable.Lines(
            [Asked("undo-1", minutesAgo: 3), Asked("undo-1234567890", minutesAgo: 200) with { State = RequestState.Denied }], Now)];
        Assert.StartsWith("ID ", lines[0], StringComparison.Ordinal);
        foreach (var column in new[] { "STATE", "WORKLOAD", "REVISION", "MATCH CODE", "AGE" })
        {
            var at = lines[0].IndexOf(column, StringComparison.Ordinal);
            Assert.All(lines, line => Assert.Equal("  ", line[(at - 2)..at]));
            Assert.All(lines, line => Assert.NotEqual(' ', line[at]));
        }

        Assert.Matches(" 3 min +12 min$", lines[1]);
        Assert.Matches(" 3 h 20 min +-$", lines[2]);
    }

    [Fact]
    public void Healthy_and_degraded_are_not_the_same_word()
    {
        string Of(UndoRollout rollout) => RequestTable.Lines(
            [Asked("undo-1", 3) with { State = RequestState.Applied, Outcome = new UndoOutcome("Done.", Now, rollout) }], Now).Last();
        Assert.Contains("applied   healthy ", Of(UndoRollout.Healthy), StringComparison.Ordinal);
        Assert.Contains("applied   degraded ", Of(UndoRollout.Degraded), StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_that_nobody_decided_in_time_is_listed_as_expired() =>
        Assert.Contains("expired ", RequestTable.Lines([Asked("undo-1", 16)], Now).Last(), StringComparison.Ordinal);

    [Fact]
    public async Task Json_of_the_list_is_that_of_each_request()
    {
        await using var store = TempStore.Create();
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        var list = await BuiltProgram.RunAsync(["approvals", "list", "-o", "json", .. store.Settings]);
        var show = await BuiltProgram.RunAsync(["approvals", "show", request.Id, "-o", "json", .. store.Settings]);
        Assert.Equal((0, ""), (list.ExitCode, list.Errors));
        using var listed = JsonDocument.Parse(list.Output);
        using var shown = JsonDocument.Parse(show.Output);
        Assert.Equal(request.Plan.Digest, shown.RootElement.GetProperty("plan").GetString());
        Assert.Equal(
            shown.RootElement.EnumerateObject().Select(member => member.Name).Except(["health"]),
            listed.RootElement[0].EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task What_stands_against_a_decision_is_all_that_is_said_of_it()
    {
        await using var store = TempStore.Create();
        await store.EnrolAsync("alice");
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        await store.Broker.DecideAsync(TempStore.By("alice", request, Verdict.Deny), Cancelled);
        foreach (var (id, said) in new[]
        {
            (request.Id, $"{request.Id} is denied already; nothing was changed."),
            ("undo-2", $"There is no request undo-2. Did you mean {request.Id}?"),
            ("nothing-like-it", "There is no request nothing-like-it: see 'mcp-rollout approvals list'."),
        })
        {
            var late = await BuiltProgram.RunAsync(
                ["approvals", "approve", id, "--approver", "alice", "--passphrase-stdin", .. store.Settings], TempStore.Passphrase);
            Assert.Equal((1, "", said), (late.ExitCode, late.Output, late.Errors.Trim()));
        }
    }

    [Fact]
    public async Task The_way_back_is_approved_too_where_it_is_offered()
    {
        await using var store = TempStore.Create();
        await store.EnrolAsync("alice");
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        string[] approve =
            ["approvals", "approve", request.Id, "--way-home", "--approver", "alice", "--passphrase-stdin", .. store.Settings];
        var refused = await BuiltProgram.RunAsync(approve, TempStore.Passphrase);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("leave --way-home out. Nothing was decided.", refused.Errors, StringComparison.Ordinal);

        await BuiltProgram.RunAsync([.. approve, "--Policies:Default:WayHome:PreApproval=00:30:00"], TempStore.Passphrase);
        var decision = Assert.Single((await store.Broker.FindAsync(request.Id, Cancelled))!.Decisions);
        Assert.Equal(TimeSpan.FromMinutes(30), decision.WayHomeUntil - decision.At);
        var shown = await BuiltProgram.RunAsync(["approvals", "show", request.Id, .. store.Settings]);
        Assert.Contains(", the way home too until ", shown.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Show_has_health_history_and_the_diff_as_the_page_has(bool isReal)
    {
        await using var cluster = await (isReal ? ClusterUnderTest.RealAsync() : ClusterUnderTest.PracticeAsync());
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        var id = await AskedAsync(server, cluster);
        string[] settings =
            [.. folder.Settings, $"--Cluster:Kubeconfig={cluster.Kubeconfig}", $"--Cluster:Context={cluster.Context}"];
        await ServerProcess.PageIsUpAsync(folder);
        var show = await BuiltProgram.RunAsync(["approvals", "show", id, .. settings]);
        Assert.Equal((0, ""), (show.ExitCode, show.Errors));
        while (!show.Output.Contains("revision 2: ", StringComparison.Ordinal))
            show = await BuiltProgram.RunAsync(["approvals", "show", id, .. settings]);
        foreach (var part in new[]
        {
            "Health now:", "revision 2: ", "pods: ", "What is known of revision 1, the one asked for:", "Of revision 2, current then:",
            "Both pod templates, line by line", "    -", "    +", "What an undo does not bring back:", $"{folder.Page}approvals/{id}",
        })
            Assert.Contains(part, show.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Approve_waits_for_the_end_and_a_watch_sees_it(bool isReal)
    {
        await using var cluster = await (isReal ? ClusterUnderTest.RealAsync() : ClusterUnderTest.PracticeAsync());
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);
        var id = await AskedAsync(server, cluster);
        var watch = BuiltProgram.RunAsync(["approvals", "show", id, "--watch", .. folder.Settings]);
        var approved = await BuiltProgram.RunAsync(
            ["approvals", "approve", id, "--wait", "--approver", StateFolder.Approver, "--passphrase-stdin", .. folder.Settings],
            StateFolder.Passphrase);
        Assert.Equal((0, ""), (approved.ExitCode, approved.Errors));
        Assert.Contains("and is healthy.", approved.Output, StringComparison.Ordinal);
        var watched = await watch;
        Assert.Equal((0, ""), (watched.ExitCode, watched.Errors));
        Assert.Contains("and is healthy.", watched.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_leaves_nothing_behind()
    {
        var folder = Directory.CreateTempSubdirectory("mcp-rollout-test-");
        using var demo = Process.Start(new ProcessStartInfo(BuiltProgram.Path, ["demo", "--decide", "approve"])
        {
            RedirectStandardOutput = true,
            Environment = { ["TMPDIR"] = folder.FullName, ["TEMP"] = folder.FullName, ["TMP"] = folder.FullName },
        })!;
        await demo.StandardOutput.ReadToEndAsync(Cancelled);
        await demo.WaitForExitAsync(Cancelled);
        Assert.Equal(0, demo.ExitCode);
        Assert.Empty(folder.EnumerateFileSystemInfos("mcp-rollout-demo-*"));
        folder.Delete(recursive: true);
    }

    private static async Task<string> AskedAsync(ServerProcess server, ClusterUnderTest cluster)
    {
        var request = await server.CallAsync("k8s_rollout_undo", new
        {
            resource_type = "deployment",
            @namespace = cluster.Namespace,
            name = "web",
            to_revision = 1,
            current_revision = 2,
            reason = "It crashes.",
            verify_seconds = 2,
        });
        return request.Text("request_id")!;
    }

    private static UndoRequest Asked(string id, int minutesAgo) =>
        TempStore.NewRequest(id, now: Now - TimeSpan.FromMinutes(minutesAgo));
}
