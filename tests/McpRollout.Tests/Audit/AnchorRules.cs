using System.Diagnostics;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Tests.Broker;

namespace McpRollout.Tests.Audit;

public sealed class AnchorRules : IDisposable
{
    private readonly string _elsewhere = Directory.CreateTempSubdirectory("mcp-rollout-anchor-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Anchor => Path.Combine(_elsewhere, "anchor.jsonl");

    public void Dispose() => Directory.Delete(_elsewhere, recursive: true);

    [Fact]
    public async Task EachCheckpointIsAppendedToAPrivateFileElsewhere()
    {
        await using var store = TempStore.Create(audit: new() { Anchor = Anchor });
        foreach (var name in new[] { "alice", "bob", "carol" })
        {
            await store.RecordAsync(name);
            await store.Anchor.CatchUpAsync(Cancelled);
        }

        Assert.Equal(
            await File.ReadAllLinesAsync(store.AuditFile.Paths.Checkpoints, Cancelled), await File.ReadAllLinesAsync(Anchor, Cancelled));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Anchor));
        Assert.Equal(3, CheckpointSet.Read(store.AuditFile.Paths, Anchor).LastKeptElsewhere!.Seq);
    }

    [Fact]
    public async Task ThePumpAnchorsWhatWasSignedWithoutBeingAsked()
    {
        await using var store = TempStore.Create(audit: new() { Anchor = Anchor });
        await store.Pump.StartAsync(Cancelled);
        await store.RecordAsync("alice");
        while (!File.Exists(Anchor) || !(await File.ReadAllTextAsync(Anchor, Cancelled)).EndsWith('\n'))
            await Task.Delay(10, Cancelled);
        await store.Pump.StopAsync(Cancelled);
        Assert.Equal(1, CheckpointSet.Read(store.AuditFile.Paths, Anchor).LastKeptElsewhere!.Seq);
    }

    [Fact]
    public async Task ACheckpointIsPostedWhereTheAnchorIsAnAddress()
    {
        await using var receiver = await WebhookReceiver.StartAsync(isSigned: false);
        await using var store = TempStore.Create(audit: new() { Anchor = receiver.Url.AbsoluteUri });
        await store.RecordAsync("alice");
        await store.Anchor.CatchUpAsync(Cancelled);
        await store.RecordAsync("bob");
        await store.Anchor.CatchUpAsync(Cancelled);
        Assert.Equal(await File.ReadAllLinesAsync(store.AuditFile.Paths.Checkpoints, Cancelled), receiver.Taken);
    }

    [Fact]
    public async Task AnAnchorThatFailsBlocksNothingAndIsToldTheLastLater()
    {
        var missing = Path.Combine(_elsewhere, "not", "mounted", "anchor.jsonl");
        await using var store = TempStore.Create(audit: new() { Anchor = missing });
        await store.RecordAsync("alice");
        var failure = await Assert.ThrowsAsync<AuditUnavailableException>(() => store.Anchor.CatchUpAsync(Cancelled));
        Assert.Contains("did not take the checkpoint of record 1", failure.Message, StringComparison.Ordinal);
        await store.RecordAsync("bob");
        Directory.CreateDirectory(Path.GetDirectoryName(missing)!);
        await store.Anchor.CatchUpAsync(Cancelled);
        Assert.Equal(2, CheckpointSet.Read(store.AuditFile.Paths, missing).LastKeptElsewhere!.Seq);
    }

    [Fact]
    public async Task ARestartAnchorsNothingTwiceAndMendsWhatWasCutOff()
    {
        await using var store = TempStore.Create(audit: new() { Anchor = Anchor });
        await store.RecordAsync("alice");
        await store.Anchor.CatchUpAsync(Cancelled);
        await using var next = store.Again();
        await next.Anchor.CatchUpAsync(Cancelled);
        Assert.Single(await File.ReadAllLinesAsync(Anchor, Cancelled));

        await File.AppendAllTextAsync(Anchor, "{\"hash\":\"01\0\0", Cancelled);
        await next.RecordAsync("bob");
        await next.Anchor.CatchUpAsync(Cancelled);
        var set = CheckpointSet.Read(store.AuditFile.Paths, Anchor);
        Assert.Equal((null, 2L), (set.Fault, set.LastKeptElsewhere!.Seq));
    }

    /// <summary>Nothing can be taken out of such a file, not even what a crash left of a line.</summary>
    [Fact]
    public async Task AFileThatOnlyGrowsIsAnAnchor()
    {
        await using var store = TempStore.Create(audit: new() { Anchor = Anchor });
        await store.RecordAsync("alice");
        await store.Anchor.CatchUpAsync(Cancelled);
        await File.AppendAllTextAsync(Anchor, "{\"hash\":\"01", Cancelled);
        Assert.SkipUnless(await IsChangedAsync("+a"), "This file system or user has no append-only files.");
        try
        {
            await store.RecordAsync("bob");
            await store.Anchor.CatchUpAsync(Cancelled);
            await store.RecordAsync("carol");
            await store.Anchor.CatchUpAsync(Cancelled);
            var set = CheckpointSet.Read(store.AuditFile.Paths, Anchor);
            Assert.Equal((null, 3L), (set.Fault, set.LastKeptElsewhere!.Seq));
            Assert.Equal(4, File.ReadLines(Anchor).Count());
        }
        finally
        {
            await IsChangedAsync("-a");
        }
    }

    [Fact]
    public async Task ALineOfTheAnchorThatIsNeitherACheckpointNorItsBeginningIsNamed()
    {
        await using var store = TempStore.Create(audit: new() { Anchor = Anchor });
        await store.RecordAsync("alice");
        await store.Anchor.CatchUpAsync(Cancelled);
        await File.AppendAllTextAsync(Anchor, "nothing\n", Cancelled);
        Assert.EndsWith("line 2 is not a checkpoint", CheckpointSet.Read(store.AuditFile.Paths, Anchor).Fault, StringComparison.Ordinal);
    }

    private async Task<bool> IsChangedAsync(string attribute)
    {
        try
        {
            using var chattr = Process.Start(new ProcessStartInfo("chattr", [attribute, Anchor]) { RedirectStandardError = true })!;
            await chattr.WaitForExitAsync(Cancelled);
            return chattr.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    [Fact]
    public async Task WhoRewritesTheEndOfFileStoreAndCheckpointsIsFoundByTheAnchor()
    {
        await using var store = TempStore.Create(audit: new() { Anchor = Anchor });
        foreach (var name in new[] { "alice", "bob", "carol" })
        {
            await store.RecordAsync(name);
            await store.Anchor.CatchUpAsync(Cancelled);
        }

        var paths = store.AuditFile.Paths;
        await store.Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM audit WHERE seq = 3"), Cancelled);
        await store.RememberOnlyAsync(2);
        foreach (var path in new[] { paths.File, paths.Checkpoints })
            await File.WriteAllLinesAsync(path, (await File.ReadAllLinesAsync(path, Cancelled))[..2], Cancelled);

        Assert.True((await RememberedCheckpointRules.VerifyAsync(store)).Holds);
        var verdict = await store.AuditFile.VerifyAsync(length => CheckpointSet.Read(paths, Anchor, length: length), Cancelled);
        Assert.StartsWith("record 3: missing; the checkpoint", verdict.Fault, StringComparison.Ordinal);
    }
}
