using System.CommandLine;
using McpRollout.Hosting;

namespace McpRollout.Cli;

/// <summary><c>approvers</c>: who may approve.</summary>
internal static class ApproversCommand
{
    private static readonly AuditActor Administrator = AuditActor.Human(Environment.UserName, "terminal");

    public static Command Create(string[] settings)
    {
        var name = new Argument<string>("NAME") { Description = "The person's name: up to 64 letters, digits, and . _ - @." };
        var groups = new Option<string[]>("--group")
        {
            Description = "A group that the person is in; can be given several times.",
            DefaultValueFactory = _ => [],
        };
        var fromStandardInput = CommandOptions.PassphraseFromStandardInput();

        var onlyPasskey = CommandOptions.Named<bool>("--passkey-only", "Ask for no passphrase: the person decides by passkey alone.");

        var add = new Command("add",
            "Enrols a person, and makes a link under which their device makes a passkey. Done at a terminal that the agent does not have.")
        {
            name, groups, fromStandardInput, onlyPasskey,
        };
        add.SetAction((parsed, cancellationToken) => ProductScope.RunAsync<IServiceProvider>(settings, services => AddAsync(
            services,
            parsed.GetRequiredValue(name),
            parsed.GetRequiredValue(groups),
            new Proofs(parsed.GetValue(fromStandardInput), parsed.GetValue(onlyPasskey)),
            cancellationToken)));

        var list = new Command("list", "Lists the approvers and their groups.");
        list.SetAction((_, cancellationToken) =>
            ProductScope.RunAsync<ApproverDirectory>(settings, approvers => ListAsync(approvers, cancellationToken)));

        var remove = new Command("remove", "Takes the right to approve away.") { name };
        remove.SetAction((parsed, cancellationToken) => ProductScope.RunAsync<ApproverDirectory>(
            settings, approvers => RemoveAsync(approvers, parsed.GetRequiredValue(name), cancellationToken)));

        return new Command("approvers", "Who may approve an undo.")
        {
            add, list, remove, PasskeyCommands.Devices(settings, Administrator), PasskeyCommands.Revoke(settings, Administrator),
        };
    }

    /// <summary>How the person is to prove themself.</summary>
    private sealed record Proofs(bool PassphraseFromStandardInput, bool OnlyPasskey);

    private static async Task<int> AddAsync(
        IServiceProvider services, string name, string[] groups, Proofs proofs, CancellationToken cancellationToken)
    {
        if (groups.Prepend(name).Select(Enrolment.NameError).OfType<string>().FirstOrDefault() is { } nameError)
            return ExitCodes.Misuse(nameError);
        if (proofs is { OnlyPasskey: true, PassphraseFromStandardInput: true })
            return ExitCodes.Misuse("--passkey-only asks for no passphrase: leave --passphrase-stdin out.");
        var place = services.GetRequiredService<PasskeyPlace>();
        if (proofs.OnlyPasskey && place.Site is null)
            return ExitCodes.Fail($"{name} was not enrolled. {place.Remedy}");
        string? passphrase = null;
        if (!proofs.OnlyPasskey && Passphrase(name, proofs, out passphrase) is { } failure)
            return failure;
        switch (await services.GetRequiredService<ApproverDirectory>()
            .AddAsync(name, groups, passphrase, Administrator, cancellationToken))
        {
            case EnrolmentResult.Malformed malformed:
                return ExitCodes.Misuse(malformed.Error);
            case EnrolmentResult.Taken:
                return ExitCodes.Fail($"{name} is enrolled already; to change the passphrase or the groups, remove and add again.");
            case EnrolmentResult.LooksLike other:
                return ExitCodes.Fail($"{name} could be taken for {other.Name}, who is enrolled: choose a name that looks different.");
            default:
                Terminal.WriteLine(
                    passphrase is null ? $"{name} is enrolled, and may approve with a passkey." : $"{name} may approve now.");
                return proofs.PassphraseFromStandardInput || place.Site is null
                    ? ExitCodes.Done
                    : await PasskeyCommands.InviteAsync(services, name, Administrator, cancellationToken);
        }
    }

    // The exit code, if there is none that could be taken.
    private static int? Passphrase(string name, Proofs proofs, out string? passphrase)
    {
        passphrase = Terminal.ReadPassphrase($"Passphrase for {name}: ", proofs.PassphraseFromStandardInput);
        if (passphrase is null)
            return ExitCodes.Fail(Terminal.NoPassphrase);
        if (Enrolment.PassphraseError(passphrase) is { } error)
            return ExitCodes.Fail(error);
        return proofs.PassphraseFromStandardInput || Terminal.ReadPassphrase("Once more: ", false) == passphrase
            ? null
            : ExitCodes.Fail("The two passphrases differ; nothing was changed.");
    }

    private static async Task<int> ListAsync(ApproverDirectory approvers, CancellationToken cancellationToken)
    {
        var all = await approvers.ListAsync(cancellationToken);
        if (all.Count == 0)
            Terminal.WriteLine("Nobody may approve yet: mcp-rollout approvers add NAME");
        foreach (var approver in all)
            Terminal.WriteLine(approver.Groups.Count == 0 ? approver.Name : $"{approver.Name}  ({string.Join(", ", approver.Groups)})");
        return ExitCodes.Done;
    }

    private static async Task<int> RemoveAsync(ApproverDirectory approvers, string name, CancellationToken cancellationToken)
    {
        if (!await approvers.RemoveAsync(name, Administrator, cancellationToken))
            return ExitCodes.Fail($"There is no approver {name}: see 'mcp-rollout approvers list'.");
        Terminal.WriteLine($"{name} may no longer approve.");
        return ExitCodes.Done;
    }
}
