using System.CommandLine;
using McpRollout.Hosting;

namespace McpRollout.Cli;

/// <summary><c>audit</c>: checks the record, follows it, and gives out what is to be kept elsewhere.</summary>
internal static class AuditCommand
{
    private const int LooksAtAFileThatIsBehind = 5;

    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(200);

    public static Command Create(string[] settings)
    {
        var file = CommandOptions.Named<string?>(
            "--file", "The audit file. Default: the configured one, which is also compared with the store.");
        var checkpoints = CommandOptions.Named<string?>(
            "--anchor", "A file of checkpoints that was kept elsewhere, as Audit:Anchor does, besides those beside the audit file.");
        checkpoints.Aliases.Add("--checkpoints");
        var key = CommandOptions.Named<string?>("--key", "The public key that was kept elsewhere. Default: the one beside the audit file, "
            + "which whoever can write there can replace.");
        var verify = new Command(
            "verify", "Checks that no record was edited, removed, added, moved or cut off.") { file, checkpoints, key };
        verify.SetAction((parsed, cancellationToken) => ProductScope.RunAsync<AuditFile>(settings, configured => VerifyAsync(
            configured, parsed.GetValue(file), parsed.GetValue(checkpoints), parsed.GetValue(key), cancellationToken)));

        var tail = new Command("tail", "Shows the last records, and follows.");
        tail.SetAction((_, cancellationToken) =>
            ProductScope.RunAsync<AuditFile>(settings, audit => AuditTail.FollowAsync(audit.Paths, cancellationToken)));

        var checkpoint = new Command("checkpoint", "Verifies, and prints the last signed checkpoint: one line, to be kept elsewhere.");
        checkpoint.SetAction((_, cancellationToken) =>
            ProductScope.RunAsync<AuditFile>(settings, audit => CheckpointAsync(audit, cancellationToken)));

        var publicKey = new Command("key", "Prints the public key that checkpoints are signed with, to be kept elsewhere.");
        publicKey.SetAction((_, _) => ProductScope.RunAsync<AuditFile>(settings, audit => Task.FromResult(Key(audit.Paths))));

        var repair = new Command("repair", "Puts aside what is no record at the end of the audit's files, and completes them; on record.");
        repair.SetAction((_, cancellationToken) =>
            ProductScope.RunAsync<AuditMending>(settings, mending => mending.RepairAsync(cancellationToken)));

        var rekey = new Command(
            "rekey", "Says what is missing of the key and the checkpoints, and has another key sign from here on; on record.");
        rekey.SetAction((_, cancellationToken) =>
            ProductScope.RunAsync<AuditMending>(settings, mending => mending.RekeyAsync(cancellationToken)));

        return new Command("audit", "The record of who asked for and decided what, and when.")
        {
            verify, tail, checkpoint, publicKey, repair, rekey,
        };
    }

    private static async Task<int> VerifyAsync(
        AuditFile configured, string? named, string? keptElsewhere, string? key, CancellationToken cancellationToken)
    {
        var paths = named is null ? configured.Paths : new AuditPaths(named);
        if (paths.Files().Count == 0)
            return ExitCodes.Fail($"There is no audit file {paths.File}.");
        CheckpointSet? read = null;
        var verdict = named is null
            ? await VerifyAsync(configured, length => read = CheckpointSet.Read(paths, keptElsewhere, key, length), cancellationToken)
            : AuditVerifier.Verify(paths.Lines(), read = CheckpointSet.Read(paths, keptElsewhere, key));
        if (!verdict.Holds)
            return Refuse(paths, verdict);
        var signed = new SignedDecisions(isWhole: verdict.FirstSeq == 1);
        foreach (var record in paths.LinesAsOfNow().Take((int)verdict.Records).Select(line => JsonNode.Parse(line)!.AsObject()))
        {
            if (await signed.TakeAsync(record) is { } fault)
                return Refuse(paths, verdict.At(record["seq"]!.GetValue<long>(), fault));
        }

        Terminal.WriteLine($"{paths.File}: {verdict.Summary}");
        if (signed.Held > 0)
            Terminal.WriteLine(
                $"{signed.Held} {(signed.Held == 1 ? "decision was" : "decisions were")} signed by passkeys; every signature holds"
                    + (signed.OfUnknownDevices == 0
                        ? ""
                        : $" by its own key; of {signed.OfUnknownDevices} the enrolment is in a part that was moved away"));
        if (keptElsewhere is not null)
            Terminal.WriteLine(read?.LastKeptElsewhere is { } last
                ? $"{keptElsewhere}: every checkpoint holds; the last one, signed at {last.Time}, covers the records up to {last.Seq} of "
                    + $"{verdict.Last.Seq}"
                : $"{keptElsewhere}: there is no checkpoint in it");
        return ExitCodes.Done;
    }

    private static async Task<int> CheckpointAsync(AuditFile file, CancellationToken cancellationToken)
    {
        CheckpointSet? read = null;
        var verdict = file.Paths.Files().Count == 0
            ? null
            : await VerifyAsync(file, length => read = CheckpointSet.Read(file.Paths, length: length), cancellationToken);
        if (verdict is { Holds: false })
            return Refuse(file.Paths, verdict);
        if (read?.Last is not { } last)
            return ExitCodes.Fail($"There is no checkpoint yet: nothing is on record in {file.Path}.");
        Terminal.WriteLine(last.ToLine());
        return ExitCodes.Done;
    }

    private static int Key(AuditPaths paths)
    {
        if (!File.Exists(paths.PublicKey))
            return ExitCodes.Fail($"There is no key {paths.PublicKey} yet: it is made with the first record.");
        Terminal.Write(File.ReadAllText(paths.PublicKey));
        return ExitCodes.Done;
    }

    // A record is in the store a moment before it is in the file, and in the file before it is signed: what is missing at the end may be
    // about to come.
    private static async Task<AuditVerdict> VerifyAsync(
        AuditFile file, Func<long, CheckpointSet> checkpoints, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var verdict = await file.VerifyAsync(checkpoints, cancellationToken);
            if (verdict.Holds || look == LooksAtAFileThatIsBehind)
                return verdict;
            await Task.Delay(LookPause, TimeProvider.System, cancellationToken);
        }
    }

    private static int Refuse(AuditPaths paths, AuditVerdict verdict) =>
        ExitCodes.Fail($"{paths.File} does not hold; {verdict.Records} records before it do. {verdict.Fault}");
}
