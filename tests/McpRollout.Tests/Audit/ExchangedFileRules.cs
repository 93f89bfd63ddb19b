using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Approvals.Files;
using McpRollout.Approvals.Storage;
using McpRollout.Tests.Broker;

namespace McpRollout.Tests.Audit;

public class ExchangedFileRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", true)]
    [InlineData("", false)]
    [InlineData("-wal", true)]
    public async Task AStoreThatIsDeletedOrExchangedUnderAServerTakesNothingMore(string part, bool isDeleted)
    {
        await using var store = TempStore.Create();
        await store.RecordAsync("alice");
        var before = ExchangedFile.Of(store.Database.Place + part, isDeleted);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.RecordAsync("bob"));

        Assert.Contains("is not the one that this process began with", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Put it back", refused.Message, StringComparison.Ordinal);
        Assert.Equal(!isDeleted, File.Exists(store.Database.Place + part));
        before.PutBack();
        await store.RecordAsync("carol");
        Assert.Equal(2, await store.AuditLog.CountAsync(Cancelled));
    }

    [Theory]
    [InlineData("file", true)]
    [InlineData("file", false)]
    [InlineData("checkpoints", true)]
    [InlineData("checkpoints", false)]
    public async Task AnAuditThatIsDeletedOrExchangedUnderAServerAcknowledgesNothingMore(string which, bool isDeleted)
    {
        await using var store = TempStore.Create();
        await store.RecordAsync("alice");
        var path = which == "file" ? store.AuditFile.Path : store.AuditFile.Paths.Checkpoints;
        var before = ExchangedFile.Of(path, isDeleted);

        var refused = await Assert.ThrowsAsync<AuditUnavailableException>(() => store.RecordAsync("bob"));

        Assert.Contains($"{path} was deleted, or another file put in its place", refused.Message, StringComparison.Ordinal);
        Assert.Contains("audit verify", refused.Message, StringComparison.Ordinal);
        Assert.Equal(!isDeleted, File.Exists(path));
        before.PutBack();
        await store.RecordAsync("carol");
        Assert.True((await store.AuditFile.VerifyAsync(_ => CheckpointSet.Read(store.AuditFile.Paths), Cancelled)).Holds);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("checkpoints")]
    public async Task WhatIsExchangedWhileATurnIsUnderWayIsNoticedByTheNext(string which)
    {
        await using var store = TempStore.Create();
        await store.RecordAsync("alice");
        var paths = store.AuditFile.Paths;
        var known = new KnownAudit(paths);
        known.Remember();
        known.Check();
        ExchangedFile.Of(which == "file" ? paths.File : paths.Checkpoints, isDeleted: false);
        known.Remember();

        Assert.Throws<AuditUnavailableException>(known.Check);
    }

    [Fact]
    public async Task APartThatAnotherProcessPutAsideIsNoExchange()
    {
        await using var store = TempStore.Create();
        await store.RecordAsync("alice");
        var paths = store.AuditFile.Paths;
        var known = new KnownAudit(paths);
        known.Remember();
        File.Move(paths.File, paths.Part(1));
        PrivateFiles.CreateFile(paths.File);

        known.Check();
        known.Remember();
        known.Check();

        ExchangedFile.Of(paths.File, isDeleted: false);
        Assert.Throws<AuditUnavailableException>(known.Check);
    }

    [Fact]
    public void AFileMadeAnewUnderTheSameNameIsAnother()
    {
        var path = Path.GetTempFileName();
        var known = new KnownFile(path);
        known.Remember();
        File.AppendAllText(path, "more");
        Assert.False(known.IsExchanged);

        File.Delete(path);
        Assert.True(known.IsExchanged);
        File.WriteAllText(path, "more");
        Assert.True(known.IsExchanged);
        File.Delete(path);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/tty")]
    [InlineData("/dev")]
    public void WhatKeepsNothingIsNoTarget(string path)
    {
        if (!OperatingSystem.IsLinux())
            return;
        Assert.Contains("write the path of a file", StorageOptionsValidation.FileError(path), StringComparison.Ordinal);
        Assert.Contains("move it away, or name another file", Assert.Single(KeptFiles.Errors([path])), StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsThereOrIsToBeMadeIsATarget()
    {
        var path = Path.GetTempFileName();
        Assert.Null(StorageOptionsValidation.FileError(path));
        Assert.Empty(KeptFiles.Errors([path, path + ".new"]));
        File.Delete(path);
        Assert.Null(StorageOptionsValidation.FileError(path));
    }

    [Theory]
    [InlineData("600", null)]
    [InlineData("400", null)]
    [InlineData("640", "chmod 600 '/s/it'\\''s.db'")]
    [InlineData("604", "chmod 600 '/s/it'\\''s.db'")]
    [InlineData("620", "chmod 600 '/s/it'\\''s.db'")]
    public void AFileThatOthersCanReadOrWriteIsToldWithWhatMendsIt(string mode, string? command) =>
        AssertEndsWith(command, KeptFiles.OfFile("/s/it's.db", (UnixFileMode)Convert.ToInt32(mode, 8)));

    [Theory]
    [InlineData("700", null)]
    [InlineData("755", null)]
    [InlineData("1777", null)]
    [InlineData("770", "chmod go-w '/s'")]
    [InlineData("702", "chmod go-w '/s'")]
    public void AFolderWhoseFilesOthersCanExchangeIsToldWithWhatMendsIt(string mode, string? command) =>
        AssertEndsWith(command, KeptFiles.OfFolder("/s", (UnixFileMode)Convert.ToInt32(mode, 8)));

    [Fact]
    public async Task WhatTheServerMadeItselfIsNotLoose()
    {
        await using var store = TempStore.Create();
        await store.RecordAsync("alice");
        var (paths, place) = (store.AuditFile.Paths, store.Database.Place);

        Assert.Empty(KeptFiles.Warnings([place, place + "-wal", paths.File, paths.Checkpoints, paths.Key]));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(paths.Key, (UnixFileMode)0b110_100_100);
        Assert.Equal(OperatingSystem.IsWindows() ? 0 : 1, KeptFiles.Warnings([place, paths.File, paths.Key]).Count);
    }

    private static void AssertEndsWith(string? command, string? warning)
    {
        if (command is null)
            Assert.Null(warning);
        else
            Assert.EndsWith(command, warning, StringComparison.Ordinal);
    }
}
