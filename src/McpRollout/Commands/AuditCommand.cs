using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using McpRollout.Audit;
using McpRollout.Hosting;
using McpRollout.Rollouts;
using Microsoft.Extensions.DependencyInjection;

namespace McpRollout.Commands;

/// <summary><c>audit</c>: checks the chain, and follows it.</summary>
internal static class AuditCommand
{
    private const int TailLength = 10;

    private const int LooksAtAFileThatIsBehind = 5;

    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan TailPause = TimeSpan.FromMilliseconds(500);

    public static Command Create(string[] settings)
    {
        var file = new Option<string?>("--file") { Description = "The audit file. Default: the configured one, which is also compared with the store." };
        var verify = new Command("verify", "Checks that no record was edited, removed, added or moved.") { file };
        verify.SetAction((parsed, cancellationToken) => ProductScope.RunAsync(settings, services => VerifyAsync(
            services.GetRequiredService<AuditFile>(), services.GetRequiredService<AuditLog>(), parsed.GetValue(file), cancellationToken)));

        var tail = new Command("tail", "Shows the last records, and follows.");
        tail.SetAction((_, cancellationToken) => ProductScope.RunAsync(settings, services => TailAsync(
            services.GetRequiredService<AuditFile>().Path, services.GetRequiredService<TimeProvider>(), cancellationToken)));

        return new Command("audit", "The record of who asked for and decided what, and when.") { verify, tail };
    }

    private static async Task<int> VerifyAsync(AuditFile configured, AuditLog log, string? named, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(named ?? configured.Path);
        if (!File.Exists(path))
            return ExitCodes.Fail($"There is no audit file {path}.");
        var verdict = named is null
            ? await VerifyWithStoreAsync(configured, log, cancellationToken).ConfigureAwait(false)
            : AuditVerifier.VerifyFile(path);
        if (!verdict.Holds)
            return ExitCodes.Fail($"{path} does not hold; {verdict.Records} records before it do. {verdict.Fault}");
        Console.WriteLine($"{path}: {verdict.Records} records, every one holds. The last one's hash is {verdict.LastHash}");
        return ExitCodes.Done;
    }

    // A record is in the store a moment before it is in the file: what is missing at the end may be about to come.
    private static async Task<AuditVerdict> VerifyWithStoreAsync(AuditFile configured, AuditLog log, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var verdict = await configured.VerifyAsync(cancellationToken).ConfigureAwait(false);
            verdict = await CompareWithStoreAsync(verdict, log, cancellationToken).ConfigureAwait(false);
            if (verdict.Holds || look == LooksAtAFileThatIsBehind)
                return verdict;
            await Task.Delay(LookPause, cancellationToken).ConfigureAwait(false);
        }
    }

    // The chain alone cannot tell that its end was cut off, or that all of it was written anew; the store can.
    private static async Task<AuditVerdict> CompareWithStoreAsync(AuditVerdict verdict, AuditLog log, CancellationToken cancellationToken)
    {
        if (!verdict.Holds)
            return verdict;
        if (verdict.LastSeq > 0 && await log.HashOfAsync(verdict.LastSeq, cancellationToken).ConfigureAwait(false) != verdict.LastHash)
            return verdict with { Fault = $"record {verdict.LastSeq}: the store has another record of this number, or none." };
        return await log.CountAsync(cancellationToken).ConfigureAwait(false) is var count && count > verdict.LastSeq
            ? verdict with { Fault = $"record {verdict.LastSeq + 1}: missing at the end; the store has {count} records. If a server was just killed, its next record completes the file." }
            : verdict;
    }

    private static async Task<int> TailAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return ExitCodes.Fail($"There is no audit file {path} yet.");
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var last = new Queue<string>();
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            last.Enqueue(line);
            if (last.Count > TailLength)
                last.Dequeue();
        }

        foreach (var line in last)
            Console.WriteLine(Readable(line));
        while (true)
        {
            try
            {
                await Task.Delay(TailPause, time, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return ExitCodes.Done;
            }

            while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
                Console.WriteLine(Readable(line));
        }
    }

    /// <summary>A record as one line for a person.</summary>
    public static string Readable(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var record = document.RootElement;
            var target = record.GetProperty("target");
            var what = target.ValueKind == JsonValueKind.Object
                ? $"{Text(target, "namespace")}/{Text(target, "resource_type")}/{Text(target, "name")} {Text(target, "from_revision")} -> {Text(target, "to_revision")}  {Text(record, "request_id")}"
                : "";
            var actor = record.GetProperty("actor");
            return VisibleText.Of(string.Create(
                CultureInfo.InvariantCulture,
                $"{Text(record, "seq"),4}  {Text(record, "time")}  {Text(record, "event"),-18}  {Text(actor, "kind")} {Text(actor, "name")}  {what}").TrimEnd());
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return VisibleText.Of(line);
        }
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).ToString();
}
