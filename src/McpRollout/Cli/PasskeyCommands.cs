using System.CommandLine;
using McpRollout.Hosting;
using QRCoder;

namespace McpRollout.Cli;

/// <summary><c>approvers devices</c> and <c>approvers revoke</c>: the passkeys of people's devices.</summary>
internal static class PasskeyCommands
{
    /// <summary>Lists a person's devices, and with <c>--add</c> makes a link for another one.</summary>
    public static Command Devices(string[] settings, AuditActor actor)
    {
        var name = Name();
        var add = CommandOptions.Named<bool>("--add", "Make a link under which another device of theirs makes a passkey. It is good once, "
            + "for an hour.");
        var command = new Command("devices", "Lists the devices whose passkeys decide for a person.") { name, add };
        command.SetAction((parsed, cancellationToken) => ProductScope.RunAsync<IServiceProvider>(settings, services => parsed.GetValue(add)
            ? InviteAsync(services, parsed.GetRequiredValue(name), actor, cancellationToken)
            : ListAsync(services.GetRequiredService<PasskeyStore>(), parsed.GetRequiredValue(name), cancellationToken)));
        return command;
    }

    /// <summary>Takes a device's right to decide away.</summary>
    public static Command Revoke(string[] settings, AuditActor actor)
    {
        var (name, device) = (Name(), new Argument<string>("DEVICE") { Description = "The device's id or name, as devices shows it." });
        var command = new Command("revoke", "Takes a device's right to decide away, also for what it approved and is not carried out yet.")
        {
            name, device,
        };
        command.SetAction((parsed, cancellationToken) => ProductScope.RunAsync<PasskeyStore>(settings, passkeys => RevokeAsync(
            passkeys, parsed.GetRequiredValue(name), parsed.GetRequiredValue(device), actor, cancellationToken)));
        return command;
    }

    /// <summary>Prints a link for a person's device, as text and as a QR code.</summary>
    public static async Task<int> InviteAsync(
        IServiceProvider services, string name, AuditActor actor, CancellationToken cancellationToken)
    {
        var place = services.GetRequiredService<PasskeyPlace>();
        if (place.Site is null)
            return ExitCodes.Fail($"No link was made. {place.Remedy}");
        if (await services.GetRequiredService<PasskeyInvitations>().InviteAsync(name, actor, cancellationToken) is not { } invitation)
            return ExitCodes.Fail($"There is no approver {name}: see 'mcp-rollout approvers list'.");
        var link = $"{place.BaseUrl}/enrol/{invitation.Token}";
        Terminal.WriteLine();
        Terminal.WriteLine($"{name} opens this on the device that is to decide, once, until {invitation.ExpiresAt:u}:");
        Terminal.WriteLine();
        Terminal.WriteLine($"  {link}");
        Terminal.WriteLine();
        if (Terminal.IsShown)
            Terminal.WriteLine(QrOf(link));
        Terminal.WriteLine("Whoever has the link can make their own device decide as this person: give it to nobody else, and open it only "
            + $"while a server of yours serves the page. Afterwards compare the device's id: mcp-rollout approvers devices {name}");
        return ExitCodes.Done;
    }

    private static Argument<string> Name() => new("NAME") { Description = "The approver's name." };

    private static string QrOf(string link)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(link, QRCodeGenerator.ECCLevel.L);
        using var code = new AsciiQRCode(data);
        return code.GetGraphicSmall();
    }

    private static async Task<int> ListAsync(PasskeyStore passkeys, string name, CancellationToken cancellationToken)
    {
        if (await passkeys.ListAsync(name, cancellationToken) is not { } all)
            return ExitCodes.Fail($"There is no approver {name}: see 'mcp-rollout approvers list'.");
        if (all.Count == 0)
            Terminal.WriteLine($"{name} has no passkey yet: mcp-rollout approvers devices {name} --add");
        foreach (var each in all)
            Terminal.WriteLine($"{each.ShortId}  {each.Label}  added {each.AddedAt:u}, "
                + (each.UsedAt is { } used ? $"last used {used:u}" : "never used"));
        return ExitCodes.Done;
    }

    private static async Task<int> RevokeAsync(
        PasskeyStore passkeys, string name, string device, AuditActor actor, CancellationToken cancellationToken)
    {
        if (await passkeys.RevokeAsync(name, device, actor, cancellationToken) is not { } revoked)
            return ExitCodes.Fail(
                $"{name} has no device {device}, or more than one of that name: see 'mcp-rollout approvers devices {name}'.");
        Terminal.WriteLine($"{revoked.Label} ({revoked.ShortId}) no longer decides for {name}.");
        return ExitCodes.Done;
    }
}
