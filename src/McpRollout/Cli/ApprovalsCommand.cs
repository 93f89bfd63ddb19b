using System.CommandLine;
using System.Security.Cryptography;
using McpRollout.Hosting;

namespace McpRollout.Cli;

/// <summary><c>approvals</c>: the decisions of the page, from a terminal.</summary>
internal static class ApprovalsCommand
{
    public static Command Create(string[] settings)
    {
        var serve = new Command(
            "serve", "Hosts approvals alone, for agents' sides in other processes (Approvals:Host=false): page, executor, store and audit. "
                + "Runs until it is stopped.");
        serve.SetAction((_, _) => Server.RunAsync(settings, servesAgent: false));

        var file = new Argument<string>("FILE")
        {
            Description = "The token's file, for the agent's side (Approvals:TokenFile). It must not exist yet.",
        };
        var token = new Command("agent-token",
            "Makes a token for an agent's side in another process, and prints what the approving side has to know of it.") { file };
        token.SetAction(parsed => MakeToken(parsed.GetRequiredValue(file)));

        var approve = Decide("approve", "Approves a request.", Verdict.Approve, settings);
        var deny = Decide("deny", "Denies a request, for good.", Verdict.Deny, settings);
        return new Command("approvals", "Shows requests, and decides them; hosts approvals.")
        {
            serve, token, List(settings), Paused(settings), Show(settings), approve, deny, ReceiptCommand.Make(settings),
        };
    }

    private static Command List(string[] settings)
    {
        var output = CommandOptions.Output();
        var list = new Command("list", "Lists open and recent requests.") { output };
        list.SetAction((parsed, cancellationToken) => ProductScope.RunAsync<IServiceProvider>(
            settings, services => ListAsync(services, parsed.GetValue(output) is not null, cancellationToken)));
        return list;
    }

    private static Command Paused(string[] settings)
    {
        var output = CommandOptions.Output();
        var paused = new Command("paused", "Lists the owners that undos paused, and nobody has resumed.") { output };
        paused.SetAction((parsed, cancellationToken) => ProductScope.RunAsync<RequestReading>(settings, async reading =>
        {
            foreach (var line in await reading.PausedAsync(parsed.GetValue(output) is not null, cancellationToken))
                Terminal.WriteLine(line);
            return ExitCodes.Done;
        }));
        return paused;
    }

    private static Command Show(string[] settings)
    {
        var (id, output) = (CommandOptions.RequestId(), CommandOptions.Output());
        var markdown = CommandOptions.Named<bool>(
            "--markdown", "As a Markdown document for the post-mortem, with what was known before and the audit records.");
        var watch = CommandOptions.Named<bool>("--watch", "Follow it to its end, a line for each thing that happens.");
        watch.Aliases.Add("-w");
        var show = new Command("show", "Shows a request as the page does.") { id, output, markdown, watch };
        show.Validators.Add(result =>
        {
            if (result.GetValue(markdown) && (result.GetValue(watch) || result.GetValue(output) is not null))
                result.AddError("--markdown goes without --output and --watch.");
        });
        show.SetAction((parsed, cancellationToken) => ProductScope.RunAsync<IServiceProvider>(settings, services => ShowAsync(
            services,
            parsed.GetRequiredValue(id),
            parsed.GetValue(markdown) ? MarkdownAsync : parsed.GetValue(output) is null ? TextAsync : JsonAsync,
            parsed.GetValue(watch),
            cancellationToken)));
        return show;
    }

    private static Command Decide(string word, string description, Verdict verdict, string[] settings)
    {
        var id = CommandOptions.RequestId();
        var approver = CommandOptions.Named<string?>("--approver", "Your name as an approver. Default: asked for.");
        var comment = CommandOptions.Named<string?>("--comment", "Your words, for the record.");
        var fromStandardInput = CommandOptions.PassphraseFromStandardInput();
        var breakGlass = CommandOptions.Named<bool>("--break-glass",
            "Approve alone where more approvals are required; for members of the rule's group, and with --comment.");
        var wayHome = CommandOptions.Named<bool>("--way-home",
            "Approve going back to what runs now too, for as long as the rules offer, if the undo ends degraded or worse.");
        var wait = CommandOptions.Named<bool>("--wait", "Follow the undo to its end. Exit code 1 unless the rollout became healthy.");
        var command = new Command(word, description) { id, approver, comment, fromStandardInput };
        if (verdict == Verdict.Approve)
        {
            command.Add(breakGlass);
            command.Add(wayHome);
            command.Add(wait);
        }

        command.SetAction((parsed, cancellationToken) => ProductScope.RunAsync<RequestDecision>(settings, decision => decision.TakeAsync(
            new GivenDecision(
                parsed.GetRequiredValue(id),
                verdict,
                parsed.GetValue(approver),
                parsed.GetValue(comment),
                parsed.GetValue(fromStandardInput),
                verdict == Verdict.Approve && parsed.GetValue(breakGlass),
                verdict == Verdict.Approve && parsed.GetValue(wayHome),
                verdict == Verdict.Approve && parsed.GetValue(wait)),
            cancellationToken)));
        return command;
    }

    private static async Task<int> ListAsync(IServiceProvider services, bool asJson, CancellationToken cancellationToken)
    {
        var requests = await services.GetRequiredService<ApprovalBroker>().ListRecentAsync(cancellationToken);
        var lines = asJson ? [await services.GetRequiredService<RequestReading>().JsonAsync(requests, cancellationToken)]
            : requests.Count == 0 ? ["No requests yet."]
            : RequestTable.Lines(requests, services.GetRequiredService<TimeProvider>().GetUtcNow());
        foreach (var line in lines)
            Terminal.WriteLine(line);
        var lately = services.GetRequiredService<TimeProvider>().GetUtcNow() - TimeSpan.FromDays(1);
        var notifications = services.GetRequiredService<NotificationStore>();
        foreach (var failing in asJson ? [] : await notifications.FailingAsync(lately, cancellationToken))
            Terminal.WriteLine(RequestLines.Line(failing));
        return ExitCodes.Done;
    }

    private static async Task<int> ShowAsync(
        IServiceProvider services,
        string id,
        Func<IServiceProvider, UndoRequest, CancellationToken, Task<string>> read,
        bool watches,
        CancellationToken cancellationToken)
    {
        var (broker, following) = (services.GetRequiredService<ApprovalBroker>(), services.GetRequiredService<RequestFollowing>());
        if (await broker.FindAsync(id, cancellationToken) is not { } request)
            return ExitCodes.Fail(await services.GetRequiredService<RequestReading>().UnknownAsync(id, cancellationToken));
        Terminal.WriteLine(await read(services, request, cancellationToken));
        try
        {
            if (watches)
                await following.ToTheEndAsync(request, TellAsync, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }

        return ExitCodes.Done;

        async Task TellAsync(UndoRequest changed) => Terminal.WriteLine(
            read == JsonAsync ? await JsonAsync(services, changed, cancellationToken) : following.News(changed));
    }

    private static async Task<string> TextAsync(IServiceProvider services, UndoRequest request, CancellationToken cancellationToken)
    {
        var reading = services.GetRequiredService<RequestReading>();
        return RequestLines.Whole(await reading.FactsAsync(request, cancellationToken), await reading.HomeAsync(cancellationToken));
    }

    private static Task<string> JsonAsync(IServiceProvider services, UndoRequest request, CancellationToken cancellationToken) =>
        services.GetRequiredService<RequestReading>().JsonAsync(request, cancellationToken);

    private static async Task<string> MarkdownAsync(IServiceProvider services, UndoRequest request, CancellationToken cancellationToken)
    {
        var records = await services.GetRequiredService<AuditLog>().AboutAsync(request.Id, cancellationToken);
        var before = await services.GetRequiredService<ApprovalBroker>().SnapshotOfAsync(request, cancellationToken);
        return RequestMarkdown.Of(request, before, records.Select(record => AuditTail.Readable(record.Line))).TrimEnd();
    }

    private static int MakeToken(string file)
    {
        var token = RandomNumberGenerator.GetHexString(64, lowercase: true);
        try
        {
            using var writer = new StreamWriter(PrivateFiles.CreateNew(file), Encoding.ASCII);
            writer.WriteLine(token);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return ExitCodes.Fail($"The token could not be written: {failure.Message}");
        }

        Terminal.WriteLine($"Approvals:Agents:N:TokenSha256={Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)))}");
        return ExitCodes.Done;
    }
}
