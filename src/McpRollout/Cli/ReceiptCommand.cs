using System.CommandLine;
using McpRollout.Hosting;

namespace McpRollout.Cli;

/// <summary><c>approvals receipt</c> makes a <see cref="Receipt"/>, and <c>receipt verify</c> checks one.</summary>
internal static class ReceiptCommand
{
    private const int Looks = 5;

    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(200);

    /// <summary><c>approvals receipt ID</c></summary>
    public static Command Make(string[] settings)
    {
        var id = CommandOptions.RequestId();
        var command = new Command("receipt",
            "Writes one signed JSON document of a request: plan, findings, decisions with their signatures, outcome and audit records.")
        {
            id,
        };
        command.SetAction((parsed, cancellationToken) => ProductScope.RunAsync<IServiceProvider>(
            settings, services => MakeAsync(services, parsed.GetRequiredValue(id), cancellationToken)));
        return command;
    }

    /// <summary><c>receipt verify FILE</c></summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The receipt." };
        var key = CommandOptions.Named<string?>("--key", "The public key that is trusted, as 'mcp-rollout audit key' prints it.");
        var verify = new Command("verify", "Checks a receipt. It needs no store, no cluster and no settings.") { file, key };
        verify.SetAction((parsed, _) => VerifyAsync(parsed.GetRequiredValue(file), parsed.GetValue(key)));
        return new Command("receipt", "Receipts of undos, made by 'approvals receipt'.") { verify };
    }

    private static async Task<int> MakeAsync(IServiceProvider services, string id, CancellationToken cancellationToken)
    {
        if (await services.GetRequiredService<ApprovalBroker>().FindAsync(id, cancellationToken) is not { } request)
            return ExitCodes.Fail($"There is no request {id}: see 'mcp-rollout approvals list'.");
        var (audit, paths) = (services.GetRequiredService<AuditLog>(), services.GetRequiredService<AuditFile>().Paths);
        var records = await audit.AboutAsync(request.Id, cancellationToken);
        var devices = request.Decisions.Select(decision => decision.Passkey?.Device).OfType<string>().ToHashSet();
        var enrolments = (await audit.EnrolmentsAsync(cancellationToken)).Where(record =>
            record.Seq < records[^1].Seq
            && devices.Contains(JsonNode.Parse(record.Line)!["detail"]!["device"]!.GetValue<string>()));
        using var key = CheckpointKey.Read(paths);

        // A record is in the store a moment before a checkpoint of the file covers it.
        for (var look = 1; look <= Looks; look++)
        {
            if (key is not null && CheckpointSet.Read(paths).CoveringBy(records[^1].Seq, key.Id) is { } covering)
            {
                Terminal.WriteLine(Receipt.Of(request, [.. enrolments, .. records], covering, key).ToJsonString());
                return ExitCodes.Done;
            }

            await Task.Delay(LookPause, TimeProvider.System, cancellationToken);
        }

        return ExitCodes.Fail(key is null
            ? $"There is no key {paths.Key} to sign with: Audit:Sinks:File is off here, or nothing is on record."
            : "No checkpoint covers the request's records yet: run this where the audit file is written, and once a server runs.");
    }

    private static async Task<int> VerifyAsync(string file, string? key)
    {
        try
        {
            using var trusted = key is null ? null : CheckpointKey.Import(key);
            var (proven, fault) = await Receipt.CheckAsync(await File.ReadAllTextAsync(file), trusted);
            if (fault is not null)
                return ExitCodes.Fail($"{file} does not hold: {fault}.");
            foreach (var line in proven)
                Terminal.WriteLine(line);
            return ExitCodes.Done;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return ExitCodes.Fail(failure.Message);
        }
    }
}
