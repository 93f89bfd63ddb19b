using System.Diagnostics;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Requests;
using McpRollout.Hosting;
using McpRollout.Processes;
using McpRollout.Rollouts.Findings;
using McpRollout.Tests.Audit;
using McpRollout.Tests.Broker;
using McpRollout.Tests.EndToEnd;
using McpRollout.Tests.PracticeCluster;
using Microsoft.Extensions.Hosting;

namespace McpRollout.Tests.Commands;

public class CommandRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("demo")]
    [InlineData("sandbox")]
    [InlineData("approvers")]
    [InlineData("approvers add")]
    [InlineData("approvals approve")]
    [InlineData("audit verify")]
    [InlineData("audit checkpoint")]
    [InlineData("audit repair")]
    [InlineData("audit rekey")]
    public async Task EveryCommandExplainsItself(string command)
    {
        var help = await BuiltProgram.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal((0, ""), (help.ExitCode, help.Errors));
        Assert.Contains("Usage:", help.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("approvers add")]
    [InlineData("demo --decide maybe")]
    [InlineData("sandbox --port 99999")]
    [InlineData("sandbox --port abc")]
    [InlineData("demo --Storage:Path=mine.db")]
    [InlineData("approvers add <b> --passphrase-stdin")]
    public async Task WrongUsageEndsWithTwoAndSaysWhy(string command)
    {
        var result = await BuiltProgram.RunAsync(command.Split(' '));
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.NotEmpty(result.Errors);
    }

    [Fact]
    public async Task AllWrongSettingsAreReportedAtOnceWithTheirRemedies()
    {
        var result = await BuiltProgram.RunAsync(
            [
                "--Cluster:ReadOnley=true", "--Approvals:RequestLifetime=soon", "--Approvals:Listen=nowhere", "--Cluster:Namespaces:0=A_B",
                "--Cluster:Sandbox=true", "--Cluster:Context=x"]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        foreach (var key in new[]
        {
            "Cluster:ReadOnley", "Approvals:RequestLifetime", "Approvals:Listen", "Cluster:Namespaces", "Cluster:Sandbox",
        })
            Assert.Contains(key, result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Cluster:Namespaces=shop")]
    [InlineData("--Storage:Path")]
    [InlineData("--Storage:Path=")]
    [InlineData("--Audit:File=/")]
    [InlineData("--Audit:Sinks:File=Maybe")]
    [InlineData("--Audit:RotateBytes=64M")]
    [InlineData("--Audit:Anchor=/")]
    [InlineData("--Approvals:Listen=http://0.0.0.0:7391")]
    public async Task ASettingThatWouldBeLostInSilenceEndsTheStart(string setting)
    {
        var result = await BuiltProgram.RunAsync([setting]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(setting[2..].Split('=')[0], result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerOfWhichAPartFailsEndsAsFailed()
    {
        // What only the driver finds, when the store is made.
        var result = await BuiltProgram.RunAsync(["--Storage:Postgres=Host=localhost;Minimum Pool Size=200", "--Cluster:Sandbox=true"]);
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("Pool Size", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStoreThatIsNoneIsNamedWithItsRemedy()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "these are my notes, and long enough to be looked at as a database header would be", Cancelled);
        var result = await BuiltProgram.RunAsync(["approvals", "list", $"--Storage:Path={file}"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"The store {file} cannot be opened", result.Errors, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Theory]
    [InlineData("store")]
    [InlineData("store's write-ahead log")]
    [InlineData("store's index of it")]
    [InlineData("audit")]
    [InlineData("part of the audit that was put aside")]
    [InlineData("checkpoints")]
    [InlineData("key")]
    [InlineData("anchor")]
    [InlineData("folder")]
    [InlineData("anchor's folder")]
    public async Task AServerSaysAtItsStartWhatIsLooseAndHowToMendIt(string what)
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var store = TempStore.Create(audit: new() { RotateBytes = 1 });
        await store.RecordAsync("alice");
        var (place, paths) = (store.Database.Place, store.AuditFile.Paths);
        var elsewhere = Directory.CreateTempSubdirectory("mcp-rollout-anchor-").FullName;
        var anchor = Path.Combine(elsewhere, "anchor.jsonl");
        File.Copy(paths.Checkpoints, anchor);
        var loose = what switch
        {
            "store" => place,
            "store's write-ahead log" => place + "-wal",
            "store's index of it" => place + "-shm",
            "audit" => paths.File,
            "part of the audit that was put aside" => paths.Parts().Single(),
            "checkpoints" => paths.Checkpoints,
            "key" => paths.Key,
            "anchor" => anchor,
            "folder" => store.Folder,
            _ => elsewhere,
        };
        File.SetUnixFileMode(loose, (UnixFileMode)(File.Exists(loose) ? 0b110_100_000 : 0b111_111_000));

        var server = await BuiltProgram.RunAsync(
        [
            "--Cluster:Sandbox=true", $"--Approvals:Listen=http://localhost:{FreePort.Next()}",
            $"--Audit:Anchor={anchor}", .. store.Settings,
        ]);

        Directory.Delete(elsewhere, recursive: true);
        var warning = Assert.Single(server.Errors.Split('\n'), line => line.Contains("chmod", StringComparison.Ordinal));
        Assert.EndsWith($"chmod {(what.EndsWith("folder", StringComparison.Ordinal) ? "go-w" : "600")} '{loose}'", warning,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhyAPartOfTheServerFailedIsShownMaskedAndWithNothingInvisible()
    {
        using var part = new FailingPart($"no such place: /srv/\u202Etxt, https://dana:{nameof(FailingPart)}@db.example.com");
        await part.StartAsync(Cancelled);
        await Assert.ThrowsAsync<IOException>(() => part.ExecuteTask!);

        var told = Server.FailureOf(part)!;

        Assert.Contains("/srv/\\u202Etxt, https://", told, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', told);
        Assert.DoesNotContain(nameof(FailingPart), told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Audit:File=/dev/null")]
    [InlineData("--Storage:Path=/dev/null")]
    public async Task WhatKeepsNothingIsRefusedAtTheStart(string setting)
    {
        var server = await BuiltProgram.RunAsync(["--Cluster:Sandbox=true", setting]);
        Assert.Equal(2, server.ExitCode);
        Assert.Contains("keeps nothing: write the path of a file", server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APersonDecidesAtATerminalAsOnThePage()
    {
        await using var store = TempStore.Create();
        await store.EnrolAsync("alice");
        var request = await store.Broker.OpenedAsync(TempStore.NewRequest() with { Reason = "<b>\u202Eevil\u3164" }, Cancelled);
        string[] settings = [$"--Storage:Path={store.Database.Place}"];

        var list = await BuiltProgram.RunAsync(["approvals", "list", .. settings]);
        Assert.Contains(request.Id, list.Output, StringComparison.Ordinal);
        var show = await BuiltProgram.RunAsync(["approvals", "show", request.Id, .. settings]);
        Assert.Contains(request.MatchCode, show.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', show.Output);
        Assert.DoesNotContain('\u3164', show.Output);
        var unknown = await BuiltProgram.RunAsync(["approvals", "show", "undo\u202E\u3164", .. settings]);
        Assert.Contains("There is no request undo\\u202E\\u3164", unknown.Errors, StringComparison.Ordinal);

        var wrong = await BuiltProgram.RunAsync(["approvals", "deny", request.Id, "--approver", "alice", "--passphrase-stdin", .. settings],
            "not this one");
        Assert.Equal((1, "The name or the passphrase is wrong."), (wrong.ExitCode, wrong.Errors.Trim()));
        var denied = await BuiltProgram.RunAsync(
            ["approvals", "deny", request.Id, "--approver", "alice", "--passphrase-stdin", "--comment", "not now", .. settings],
            TempStore.Passphrase);
        Assert.Equal((0, ""), (denied.ExitCode, denied.Errors));
        var found = await store.Broker.FindAsync(request.Id, Cancelled);
        Assert.Equal((RequestState.Denied, "not now"), (found!.State, found.Decisions.Single().Comment));
        var record = Assert.Single(await store.DetailsOfAsync(AuditEvent.UndoDenied));
        Assert.Equal(FindingNews.Digest(request.Findings), record.GetProperty("findings").GetString());

        var late = await BuiltProgram.RunAsync(
            ["approvals", "approve", request.Id, "--approver", "alice", "--passphrase-stdin", .. settings],
            TempStore.Passphrase);
        Assert.Equal(1, late.ExitCode);
        Assert.Contains("denied already", late.Errors, StringComparison.Ordinal);

        var document = await BuiltProgram.RunAsync(["approvals", "show", request.Id, "--markdown", .. settings]);
        foreach (var part in new[]
        {
            "# Undo of ", "\\<b\\>\\\\u202Eevil", "denied by alice", "> not now", "undo.requested", "decision.rejected", "undo.denied",
        })
            Assert.Contains(part, document.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    internal async Task ApproversAreAddedListedAndRemoved(StoreKind kind)
    {
        await using var store = TempStore.Create(kind: kind);
        var settings = store.Settings;
        Assert.Equal(
            0,
            (await BuiltProgram.RunAsync(
                ["approvers", "add", "alice", "--group", "sre", "--group", "dba", "--passphrase-stdin", .. settings],
                TempStore.Passphrase)).ExitCode);
        Assert.Equal(1,
            (await BuiltProgram.RunAsync(["approvers", "add", "ALICE", "--passphrase-stdin", .. settings], TempStore.Passphrase)).ExitCode);
        Assert.Equal(1, (await BuiltProgram.RunAsync(["approvers", "add", "bob", "--passphrase-stdin", .. settings], "short")).ExitCode);
        Assert.Equal("alice  (sre, dba)", (await BuiltProgram.RunAsync(["approvers", "list", .. settings])).Output.Trim());
        Assert.Equal(0, (await BuiltProgram.RunAsync(["approvers", "remove", "alice", .. settings])).ExitCode);
        Assert.Equal(1, (await BuiltProgram.RunAsync(["approvers", "remove", "alice", .. settings])).ExitCode);
        Assert.Equal(["approver.added", "approver.removed"], store.AuditEvents);
    }

    [Fact]
    public async Task AuditVerifyFindsWhatWasDoneToTheFile()
    {
        await using var store = TempStore.Create();
        await store.EnrolAsync("alice");
        await store.EnrolAsync("bob");
        string[] verify = ["audit", "verify", $"--Storage:Path={store.Database.Place}"];
        Assert.Equal(0, (await BuiltProgram.RunAsync(verify)).ExitCode);

        var lines = await File.ReadAllLinesAsync(store.AuditFile.Path, Cancelled);
        await File.WriteAllLinesAsync(store.AuditFile.Path, lines[..1], Cancelled);
        var cut = await BuiltProgram.RunAsync(verify);
        Assert.Equal(1, cut.ExitCode);
        Assert.Contains("record 2: missing; the checkpoint", cut.Errors, StringComparison.Ordinal);

        var edited = JsonNode.Parse(lines[0])!.AsObject();
        edited["time"] = "2020-01-01T00:00:00.000Z";
        await File.WriteAllLinesAsync(store.AuditFile.Path, [edited.ToJsonString(), lines[1]], Cancelled);
        var named = await BuiltProgram.RunAsync([.. verify, "--file", store.AuditFile.Path]);
        Assert.Equal(1, named.ExitCode);
        Assert.Contains("record 1: its content does not match its hash", named.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsKeptElsewhereShowsWhatWasDoneHere()
    {
        await using var store = TempStore.Create();
        await store.RecordAsync("alice");
        await store.RecordAsync("bob");
        string[] settings = [$"--Storage:Path={store.Database.Place}"];
        var (key, checkpoint) = (Path.Combine(store.Folder, "kept.pem"), Path.Combine(store.Folder, "kept.jsonl"));
        await File.WriteAllTextAsync(key, (await BuiltProgram.RunAsync(["audit", "key", .. settings])).Output, Cancelled);
        await File.WriteAllTextAsync(checkpoint, (await BuiltProgram.RunAsync(["audit", "checkpoint", .. settings])).Output, Cancelled);
        string[] verify = ["audit", "verify", "--file", store.AuditFile.Path, "--key", key, "--checkpoints", checkpoint, .. settings];
        Assert.Contains("2 records, every one holds", (await BuiltProgram.RunAsync(verify)).Output, StringComparison.Ordinal);

        var lines = await File.ReadAllLinesAsync(store.AuditFile.Path, Cancelled);
        await File.WriteAllLinesAsync(store.AuditFile.Path, lines[..1], Cancelled);
        Forger.SignAnew(store.AuditFile.Paths);
        Assert.Equal(0, (await BuiltProgram.RunAsync([.. verify[..4], .. settings])).ExitCode);
        var cut = await BuiltProgram.RunAsync(verify);
        Assert.Contains("record 1: its checkpoint does not hold", cut.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("approve", "rollout healthy")]
    [InlineData("deny", "denied")]
    public async Task TheDemoPlaysTheWholeJobByItself(string decision, string end)
    {
        var demo = await BuiltProgram.RunAsync(["demo", "--decide", decision]);
        Assert.Equal((0, ""), (demo.ExitCode, demo.Errors));
        Assert.Contains(end, demo.Output, StringComparison.Ordinal);
        Assert.Contains("every one holds", demo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("sk_live", demo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheSandboxServesKubectlUntilItIsInterrupted()
    {
        var folder = Directory.CreateTempSubdirectory("mcp-rollout-sandbox-");
        var kubeconfig = Path.Combine(folder.FullName, "config");
        using var sandbox = Process.Start(new ProcessStartInfo(BuiltProgram.Path, ["sandbox", "--port", "0", "--kubeconfig", kubeconfig])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            Assert.StartsWith("The practice cluster listens at http://127.0.0.1:", await sandbox.StandardOutput.ReadLineAsync(Cancelled),
                StringComparison.Ordinal);
            using var kubectl = Kubectl.For(await File.ReadAllTextAsync(kubeconfig, Cancelled));
            Assert.Contains("checkout 2.16.0", await kubectl.RunAsync("--namespace=shop rollout history deployment/checkout"),
                StringComparison.Ordinal);
            Assert.Equal("deployment.apps/checkout rolled back",
                await kubectl.RunAsync("--namespace=shop rollout undo deployment/checkout --to-revision=3"));
            Assert.Contains("successfully rolled out",
                await kubectl.RunAsync("--namespace=shop rollout status deployment/checkout --timeout=60s"), StringComparison.Ordinal);
        }
        finally
        {
            sandbox.Kill();
            folder.Delete(recursive: true);
        }
    }

    private sealed class FailingPart(string why) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.FromException(new IOException(why));
    }
}
