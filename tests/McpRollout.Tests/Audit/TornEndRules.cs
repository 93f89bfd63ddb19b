using System.Security.Cryptography;
using System.Text;
using McpRollout.Approvals.Audit;
using McpRollout.Tests.Broker;

namespace McpRollout.Tests.Audit;

/// <summary>What a crash, a full disk or a power cut leaves is told apart from what somebody wrote.</summary>
public class TornEndRules
{
    private const string Zeros = "\0\0\0\0\0\0\0\0";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static AuditActor Person { get; } = AuditActor.Human("root", "terminal");

    [Theory]
    [InlineData("file", 20, "")]
    [InlineData("file", 20, Zeros)]
    [InlineData("file", 0, Zeros)]
    [InlineData("file", 1, Zeros)]
    [InlineData("checkpoints", 20, "")]
    [InlineData("checkpoints", 20, Zeros)]
    [InlineData("checkpoints", 300, Zeros)]
    [InlineData("checkpoints", 0, Zeros)]
    public async Task AnEndThatTheStoreProvesIsMendedByItselfOnRecord(string which, int missing, string zeros)
    {
        await using var store = await TwoRecordsAsync();
        var path = PathOf(store, which);
        var before = await File.ReadAllTextAsync(path, Cancelled);
        var kept = before[..^missing];
        await File.WriteAllTextAsync(path, kept + zeros, Cancelled);
        await store.RememberOnlyAsync(1);
        var torn = Encoding.ASCII.GetBytes((kept + zeros)[(kept.LastIndexOf('\n') + 1)..]);

        await store.RecordAsync("carol");

        var detail = Assert.Single(await store.DetailsOfAsync(AuditEvent.AuditRepaired));
        Assert.Equal(
            (path, torn.Length, Convert.ToHexStringLower(SHA256.HashData(torn))),
            (detail.GetProperty("file").GetString(), detail.GetProperty("bytes").GetInt32(), detail.GetProperty("sha256").GetString()));
        var verdict = await RememberedCheckpointRules.VerifyAsync(store);
        Assert.Equal((null, 4L), (verdict.Fault, verdict.Records));
    }

    [Theory]
    [InlineData("file", "my notes")]
    [InlineData("file", "{\"seq\":3,\"time\":\"2026")]
    [InlineData("file", Zeros + "x")]
    [InlineData("file", "my notes\nand more")]
    [InlineData("checkpoints", "my notes")]
    [InlineData("checkpoints", Zeros + "x")]
    [InlineData("checkpoints", "my notes\n")]
    public async Task AnEndThatTheStoreDoesNotProveIsLeftAndPutAsideByAPerson(string which, string end)
    {
        await using var store = await TwoRecordsAsync();
        var path = PathOf(store, which);
        var before = await File.ReadAllTextAsync(path, Cancelled);
        await File.AppendAllTextAsync(path, end, Cancelled);
        var refused = await Assert.ThrowsAsync<AuditUnavailableException>(() => store.AuditFile.CatchUpAsync(Cancelled));
        Assert.Contains("'mcp-rollout audit repair'", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before + end, await File.ReadAllTextAsync(path, Cancelled));

        var result = await store.Repair.RunAsync(Person, Cancelled);
        await store.AuditFile.CatchUpAsync(Cancelled);

        Assert.Null(result.Fault);
        var taken = result.TakenOff[path];
        Assert.Equal(end, await File.ReadAllTextAsync(taken.Aside!, Cancelled));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(taken.Aside!));
        var detail = Assert.Single(await store.DetailsOfAsync(AuditEvent.AuditRepaired));
        Assert.Equal(
            (path, (long)end.Length, taken.Sha256, taken.Aside),
            (detail.GetProperty("file").GetString(), detail.GetProperty("bytes").GetInt64(), detail.GetProperty("sha256").GetString(),
                detail.GetProperty("aside").GetString()));
        Assert.Equal((null, 3L), (await RememberedCheckpointRules.VerifyAsync(store) is var verdict ? verdict.Fault : "", verdict.Records));
    }

    [Theory]
    [InlineData("first record edited")]
    [InlineData("last record edited")]
    [InlineData("garbage between records")]
    [InlineData("record added")]
    [InlineData("garbage between checkpoints")]
    public async Task WhatIsNoTornEndIsNotRepairedAndNamed(string what)
    {
        await using var store = await TwoRecordsAsync();
        var path = PathOf(store, what == "garbage between checkpoints" ? "checkpoints" : "file");
        var lines = (await File.ReadAllLinesAsync(path, Cancelled)).ToList();
        switch (what)
        {
            case "first record edited":
                lines[0] = lines[0].Replace("alice", "eve", StringComparison.Ordinal);
                break;
            case "last record edited":
                lines[1] = lines[1].Replace("bob", "eve", StringComparison.Ordinal);
                break;
            case "record added":
                Forger.Forgeries["appended"](lines);
                break;
            default:
                lines.Insert(1, "garbage");
                break;
        }

        await File.WriteAllLinesAsync(path, lines, Cancelled);
        var result = await store.Repair.RunAsync(Person, Cancelled);
        Assert.Contains("no torn end", result.Fault, StringComparison.Ordinal);
        Assert.Contains(path, result.Fault, StringComparison.Ordinal);
        Assert.Empty(result.TakenOff);
        Assert.Equal(lines, await File.ReadAllLinesAsync(path, Cancelled));
        Assert.Empty(await store.DetailsOfAsync(AuditEvent.AuditRepaired));
    }

    [Fact]
    public async Task WhatIsWholeNeedsNoRepair()
    {
        await using var store = TempStore.Create(audit: new() { RotateBytes = 800 });
        foreach (var i in Enumerable.Range(0, 6))
            await store.RecordAsync($"person-{i}");
        var result = await store.Repair.RunAsync(Person, Cancelled);
        Assert.Equal((null, 0), (result.Fault, result.TakenOff.Count));
    }

    private static string PathOf(TempStore store, string which) =>
        which == "file" ? store.AuditFile.Path : store.AuditFile.Paths.Checkpoints;

    private static async Task<TempStore> TwoRecordsAsync()
    {
        var store = TempStore.Create();
        await store.RecordAsync("alice");
        await store.RecordAsync("bob");
        return store;
    }
}
