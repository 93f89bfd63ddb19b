using System.Diagnostics;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Tests.Broker;

namespace McpRollout.Tests.Audit;

public class CheckpointRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryRecordIsSignedWhenItIsInTheFile()
    {
        await using var store = TempStore.Create();
        await store.RecordAsync("alice");
        await store.RecordAsync("bob");
        var set = CheckpointSet.Read(store.AuditFile.Paths);
        Assert.Equal((2, 2L, null), (set.Count, set.LastSeq, set.Fault));
    }

    [Fact]
    public async Task ThePrivateKeyIsItsOwnersAlone()
    {
        await using var store = TempStore.Create();
        await store.RecordAsync("alice");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(store.AuditFile.Paths.Key));
    }

    [Fact]
    public async Task ProcessesThatStartAtOnceShareOneKey()
    {
        await using var store = TempStore.Create();
        var others = Enumerable.Range(0, 4).Select(_ => store.Again()).ToList();
        await Task.WhenAll(others.Select((other, i) => Task.Run(() => other.RecordAsync($"person-{i}"))));
        var set = CheckpointSet.Read(store.AuditFile.Paths);
        Assert.Equal((null, 4L), (set.Fault, set.LastSeq));
        foreach (var other in others)
            await other.DisposeAsync();
    }

    [Fact]
    public async Task WhatAProcessDidNotSignBeforeItWasKilledTheNextOneSigns()
    {
        await using var store = TempStore.Create();
        await store.RecordAsync("alice");
        await store.RecordAsync("bob");
        var paths = store.AuditFile.Paths;
        await File.WriteAllLinesAsync(paths.Checkpoints, (await File.ReadAllLinesAsync(paths.Checkpoints, Cancelled))[..1], Cancelled);
        await store.RememberOnlyAsync(1);
        await store.AuditFile.CatchUpAsync(Cancelled);
        Assert.Equal(2, CheckpointSet.Read(paths).LastSeq);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(200)]
    public async Task ATornCheckpointIsSignedAgain(int missing)
    {
        await using var store = TempStore.Create();
        await store.RecordAsync("alice");
        await store.RecordAsync("bob");
        var paths = store.AuditFile.Paths;
        var whole = await File.ReadAllTextAsync(paths.Checkpoints, Cancelled);
        await File.WriteAllTextAsync(paths.Checkpoints, whole[..^missing], Cancelled);
        await store.RememberOnlyAsync(1);
        await store.AuditFile.CatchUpAsync(Cancelled);
        Assert.Equal((2, null, 3L), (CheckpointSet.Read(paths).Count, CheckpointSet.Read(paths).Fault, CheckpointSet.Read(paths).LastSeq));
        Assert.Equal(["approver.added", "approver.added", "audit.repaired"], store.AuditEvents);
        await store.RecordAsync("carol");
        Assert.True((await store.AuditFile.VerifyAsync(_ => CheckpointSet.Read(paths), Cancelled)).Holds);
    }

    [Fact]
    public async Task WhatSomebodyElseWroteAmongTheCheckpointsIsLeftAsItIs()
    {
        await using var store = TempStore.Create();
        await store.RecordAsync("alice");
        await File.AppendAllTextAsync(store.AuditFile.Paths.Checkpoints, "my notes", Cancelled);
        await Assert.ThrowsAsync<AuditUnavailableException>(() => store.RecordAsync("bob"));
        Assert.EndsWith("my notes", await File.ReadAllTextAsync(store.AuditFile.Paths.Checkpoints, Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoOtherKeyTakesThePlaceOfOneThatIsGone()
    {
        await using var store = TempStore.Create();
        await store.RecordAsync("alice");
        File.Delete(store.AuditFile.Paths.Key);
        await using var next = store.Again();
        var refused = await Assert.ThrowsAsync<AuditUnavailableException>(() => next.RecordAsync("bob"));
        Assert.Contains(store.AuditFile.Paths.Key, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACheckpointCanBeCheckedWithOpenssl()
    {
        Assert.SkipWhen(!File.Exists("/usr/bin/openssl"), "there is no openssl here");
        await using var store = TempStore.Create();
        await store.RecordAsync("alice");
        var checkpoint = CheckpointSet.Read(store.AuditFile.Paths).Last!;
        var line = checkpoint.ToLine();
        var (signed, signature) = (Path.Combine(store.Folder, "signed"), Path.Combine(store.Folder, "signature"));
        await File.WriteAllTextAsync(signed, line.Replace($"\"signature\":\"{checkpoint.Signature}\",", "", StringComparison.Ordinal),
            Cancelled);
        await File.WriteAllBytesAsync(signature, Convert.FromBase64String(checkpoint.Signature), Cancelled);
        using var openssl = Process.Start("/usr/bin/openssl",
            ["dgst", "-sha256", "-verify", store.AuditFile.Paths.PublicKey, "-signature", signature, signed]);
        await openssl.WaitForExitAsync(Cancelled);
        Assert.Equal(0, openssl.ExitCode);
    }
}
