using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Tests.Broker;
using McpRollout.Tests.Cases;

namespace McpRollout.Tests.Audit;

public class SinkRules
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheWebhookIsToldEveryRecordSignedAndInOrder()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var store = TempStore.Create(audit: receiver.Options(SinkLevel.Required));
        await store.RecordAsync("alice");
        await store.RecordAsync("bob");
        Assert.Equal(await File.ReadAllLinesAsync(store.AuditFile.Path, Cancelled), receiver.Taken);
    }

    [Fact]
    public async Task AReceiverThatStumblesIsAskedAgainWhenItWants()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = attempt => attempt == 1 ? 503 : 200;
        receiver.RetryAfter = "1";
        await using var store = TempStore.Create(audit: receiver.Options(SinkLevel.Required));
        await store.RecordAsync("alice");
        Assert.Equal((2, 1), (receiver.Attempts, receiver.Taken.Count));
    }

    [Theory]
    [InlineData(302, "it answered 302")]
    [InlineData(404, "it answered 404")]
    [InlineData(500, "it answered 500")]
    [InlineData(0, "")]
    public async Task WhatIsNotAcknowledgedIsRefusedByNameWithinTheDeadline(int status, string why)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => status;
        var options = receiver.Options(SinkLevel.Required, Soon);
        options.Sinks.File = SinkLevel.Off;
        await using var store = TempStore.Create(audit: options);
        var failure = await Assert.ThrowsAsync<AuditUnavailableException>(() => store.RecordAsync("alice"));
        Assert.Contains("webhook", failure.Message, StringComparison.Ordinal);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARestartLosesNothingAndTellsNothingTwice()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var store = TempStore.Create(audit: receiver.Options(SinkLevel.Required));
        await store.RecordAsync("alice");
        receiver.Answer = _ => 404;
        await Assert.ThrowsAsync<AuditUnavailableException>(() => store.RecordAsync("bob"));
        receiver.Answer = _ => 200;
        await using var next = store.Again();
        await next.Audit.CatchUpAsync(Cancelled);
        Assert.Equal(await File.ReadAllLinesAsync(store.AuditFile.Path, Cancelled), receiver.Taken);
    }

    [Fact]
    public async Task ABestEffortSinkThatHangsDelaysNothingAndIsToldLater()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => 0;
        await using var store = TempStore.Create(audit: receiver.Options(SinkLevel.BestEffort));
        await store.RecordAsync("alice");
        receiver.Answer = _ => 200;
        await store.Pump.StartAsync(Cancelled);
        while (receiver.Taken.Count == 0)
            await Task.Delay(10, Cancelled);
        await store.RecordAsync("bob");
        await store.Pump.StopAsync(Cancelled);
        Assert.Equal(await File.ReadAllLinesAsync(store.AuditFile.Path, Cancelled), receiver.Taken);
    }

    [Fact]
    public async Task AServerCompletesWhatAKilledOneLeftBehind()
    {
        await using var store = TempStore.Create();
        await store.RecordAsync("alice");
        File.Delete(store.AuditFile.Path);
        await using var next = store.Again();
        await next.Pump.StartAsync(Cancelled);
        while (!File.Exists(store.AuditFile.Path) || !AuditPaths.LinesOf(store.AuditFile.Path).Any())
            await Task.Delay(1, Cancelled);
        await next.Pump.StopAsync(Cancelled);
        Assert.Single(await File.ReadAllLinesAsync(store.AuditFile.Path, Cancelled));
    }

    [Fact]
    public async Task StandardErrorIsToldWhatHappensFromTheStartOn()
    {
        await using var errors = new StringWriter();
        await using var store = TempStore.Create();
        await store.RecordAsync("before");
        await Task.Delay(5, Cancelled);
        await using var later = TempStore.In(store.Folder, new() { Sinks = new() { StandardError = SinkLevel.Required } }, errors);
        await later.RecordAsync("after");
        await later.RecordAsync("later");
        Assert.Equal((await File.ReadAllLinesAsync(store.AuditFile.Path, Cancelled))[1..],
            errors.ToString().TrimEnd().Split(Environment.NewLine));
    }

    [Fact]
    [Proves(Hazard.NoAuditNoWrite)]
    public async Task ASinkThatHangsForGoodHoldsNobodyBeyondTheDeadline()
    {
        using var gate = new ManualResetEventSlim();
        await using var hung = new HungWriter(gate);
        await using var store = TempStore.Create(
            audit: new()
            {
                Deadline = TimeSpan.FromMilliseconds(500),
                Sinks = new() { File = SinkLevel.Off, StandardError = SinkLevel.Required },
            },
            standardError: hung);
        var failure = await Assert.ThrowsAsync<AuditUnavailableException>(() => store.RecordAsync("alice"));
        Assert.Equal("The audit sink standard error did not acknowledge within 0.5 s.", failure.Message);
        gate.Set();
    }

    [Fact]
    [Proves(Hazard.NoAuditNoWrite)]
    public async Task AFullDiskIsNoAcknowledgement()
    {
        Assert.SkipWhen(!File.Exists("/dev/full"), "there is no /dev/full here");
        await using var store = TempStore.Create();
        File.CreateSymbolicLink(store.AuditFile.Path, "/dev/full");
        var failure = await Assert.ThrowsAsync<AuditUnavailableException>(() => store.RecordAsync("alice"));
        Assert.StartsWith($"The audit file {store.AuditFile.Path} cannot be written: ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Proves(Hazard.NoAuditNoWrite)]
    [InlineData("audit.jsonl")]
    [InlineData("audit.checkpoints.jsonl")]
    [InlineData("audit-key.pem")]
    [InlineData("audit.jsonl.lock")]
    public async Task WhatCannotBeOpenedIsNoAcknowledgement(string file)
    {
        await using var store = TempStore.Create(audit: new() { Deadline = Soon });
        Directory.CreateDirectory(Path.Combine(store.Folder, file));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => store.RecordAsync("alice"));
    }

    [Fact]
    public async Task ACollectorThatIsNotThereIsNoAcknowledgement()
    {
        await using var store = TempStore.Create(audit: new() { Sinks = new() { OpenTelemetry = SinkLevel.Required } });
        var failure = await Assert.ThrowsAsync<AuditUnavailableException>(() => store.RecordAsync("alice"));
        Assert.Contains("OpenTelemetry collector did not take record 1", failure.Message, StringComparison.Ordinal);
    }

    private sealed class HungWriter(ManualResetEventSlim gate) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            gate.Wait(CancellationToken.None);
            throw new IOException("The pipe is gone.");
        }
    }
}
