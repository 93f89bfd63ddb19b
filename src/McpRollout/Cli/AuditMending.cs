using McpRollout.Hosting;

namespace McpRollout.Cli;

/// <summary><c>audit repair</c> and <c>audit rekey</c>: what a person does about an audit that the servers refuse to go on with.</summary>
internal sealed class AuditMending(AuditFile file, AuditRepair repair, AuditRekey rekey, IAuditSink sink)
{
    private const string Yes = "rekey";

    private static readonly AuditActor Administrator = AuditActor.Human(Environment.UserName, "terminal");

    /// <summary>Puts aside what is no record at the end of the files, and has them completed.</summary>
    public async Task<int> RepairAsync(CancellationToken cancellationToken)
    {
        var result = await repair.RunAsync(Administrator, cancellationToken);
        if (result.Fault is { } fault)
            return ExitCodes.Fail(fault);
        foreach (var (path, taken) in result.TakenOff)
            Terminal.WriteLine($"{path}: the last {taken.Bytes} bytes were put aside, to {taken.Aside}");
        if (result.TakenOff.Count == 0)
            Terminal.WriteLine($"{file.Path}: nothing to put aside.");
        await sink.CatchUpAsync(cancellationToken);
        return ExitCodes.Done;
    }

    /// <summary>Says what is missing and, if the person wants it, has another key sign from here on.</summary>
    public async Task<int> RekeyAsync(CancellationToken cancellationToken)
    {
        if (!Terminal.IsInteractive)
            return ExitCodes.Fail("Nothing was changed: run this at a terminal, where a person can be asked.");
        var plan = await rekey.PlanAsync(cancellationToken);
        foreach (var line in Told(plan))
            Terminal.WriteLine(line);
        if (Terminal.Ask($"Write '{Yes}' to go on: ") != Yes)
            return ExitCodes.Fail("Nothing was changed.");
        var key = await rekey.CarryOutAsync(plan, Administrator, cancellationToken);
        await sink.CatchUpAsync(cancellationToken);
        Terminal.WriteLine($"The audit is signed with {key} now. Keep the new public key elsewhere: mcp-rollout audit key");
        return ExitCodes.Done;
    }

    private IEnumerable<string> Told(RekeyPlan plan)
    {
        yield return $"The audit {file.Path} was signed with the key {plan.Before.KeyId}, up to record {plan.Before.Seq} at least.";
        yield return plan.Loss switch
        {
            AuditLoss.Key => "That key is gone.",
            AuditLoss.OtherKey => $"Another key is in its place: {plan.TakesKey}",
            _ => "That key is there.",
        };
        yield return plan.LacksCheckpoints
            ? "Checkpoints are missing: what they covered can be compared with the store and with what was kept elsewhere, nothing else."
            : "No checkpoint is missing.";
        yield return plan.TakesKey is null
            ? "A new key is made and signs from here on; that is put on record under your name."
            : "The key that is there signs from here on; that is put on record under your name.";
    }
}
