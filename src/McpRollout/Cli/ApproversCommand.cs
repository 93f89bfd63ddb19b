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

        var add = new Command("add",
            "Enrols a person. Done by the person, at a terminal that the agent does not have.") { name, groups, fromStandardInput };
        add.SetAction((parsed, cancellationToken) => ProductScope.RunAsync<ApproverDirectory>(settings, approvers => AddAsync(
            approvers,
            parsed.GetRequiredValue(name),
            parsed.GetRequiredValue(groups),
            parsed.GetValue(fromStandardInput),
            cancellationToken)));

        var list = new Command("list", "Lists the approvers and their groups.");
        list.SetAction((_, cancellationToken) =>
            ProductScope.RunAsync<ApproverDirectory>(settings, approvers => ListAsync(approvers, cancellationToken)));

        var remove = new Command("remove", "Takes the right to approve away.") { name };
        remove.SetAction((parsed, cancellationToken) => ProductScope.RunAsync<ApproverDirectory>(
            settings, approvers => RemoveAsync(approvers, parsed.GetRequiredValue(name), cancellationToken)));

        return new Command("approvers", "Who may approve an undo.") { add, list, remove };
    }

    private static async Task<int> AddAsync(
        ApproverDirectory approvers, string name, string[] groups, bool fromStandardInput, CancellationToken cancellationToken)
    {
        if (Enrolment.NameError(name) is { } nameError)
            return ExitCodes.Misuse(nameError);
        if (groups.Select(Enrolment.NameError).OfType<string>().FirstOrDefault() is { } groupError)
            return ExitCodes.Misuse(groupError);
        if (Terminal.ReadPassphrase($"Passphrase for {name}: ", fromStandardInput) is not { } passphrase)
            return ExitCodes.Fail(Terminal.NoPassphrase);
        if (Enrolment.PassphraseError(passphrase) is { } passphraseError)
            return ExitCodes.Fail(passphraseError);
        if (!fromStandardInput && Terminal.ReadPassphrase("Once more: ", false) != passphrase)
            return ExitCodes.Fail("The two passphrases differ; nothing was changed.");
        switch (await approvers.AddAsync(name, groups, passphrase, Administrator, cancellationToken))
        {
            case EnrolmentResult.Malformed malformed:
                return ExitCodes.Misuse(malformed.Error);
            case EnrolmentResult.Taken:
                return ExitCodes.Fail($"{name} is enrolled already; to change the passphrase or the groups, remove and add again.");
            case EnrolmentResult.LooksLike other:
                return ExitCodes.Fail($"{name} could be taken for {other.Name}, who is enrolled: choose a name that looks different.");
            default:
                Terminal.WriteLine($"{name} may approve now.");
                return ExitCodes.Done;
        }
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
