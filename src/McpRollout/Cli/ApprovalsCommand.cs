using System.CommandLine;
using System.Security.Cryptography;
using McpRollout.Hosting;

namespace McpRollout.Cli;

/// <summary><c>approvals</c>: the decisions of the page, from a terminal.</summary>
internal static class ApprovalsCommand
{
    // Long enough for a server to carry it out, short enough that nobody sits before a silent terminal.
    private static readonly TimeSpan FollowLimit = TimeSpan.FromSeconds(10);

    public static Command Create(string[] settings)
    {
        var list = new Command("list", "Lists open and recent requests.");
        list.SetAction((_, cancellationToken) =>
            ProductScope.RunAsync<IServiceProvider>(settings, services => ListAsync(services, cancellationToken)));

        var id = CommandOptions.RequestId();
        var markdown = CommandOptions.Named<bool>(
            "--markdown", "As a Markdown document for the post-mortem, with what was known before and the audit records.");
        var show = new Command("show", "Shows a request as the page does.") { id, markdown };
        show.SetAction((parsed, cancellationToken) => ProductScope.RunAsync<IServiceProvider>(
            settings, services => ShowAsync(services, parsed.GetRequiredValue(id), parsed.GetValue(markdown), cancellationToken)));

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
        return new Command("approvals", "Shows requests, and decides them; hosts approvals.") { serve, token, list, show, approve, deny };
    }

    private static Command Decide(string word, string description, Verdict verdict, string[] settings)
    {
        var id = CommandOptions.RequestId();
        var approver = CommandOptions.Named<string?>("--approver", "Your name as an approver. Default: asked for.");
        var comment = CommandOptions.Named<string?>("--comment", "Your words, for the record.");
        var fromStandardInput = CommandOptions.PassphraseFromStandardInput();
        var breakGlass = CommandOptions.Named<bool>("--break-glass",
            "Approve alone where more approvals are required; for members of the rule's group, and with --comment.");
        var command = new Command(word, description) { id, approver, comment, fromStandardInput };
        if (verdict == Verdict.Approve)
            command.Add(breakGlass);
        command.SetAction((parsed, cancellationToken) => ProductScope.RunAsync<ApprovalBroker>(settings, broker => DecideAsync(
            broker,
            parsed.GetRequiredValue(id),
            verdict,
            parsed.GetValue(approver),
            parsed.GetValue(comment),
            parsed.GetValue(fromStandardInput),
            verdict == Verdict.Approve && parsed.GetValue(breakGlass),
            cancellationToken)));
        return command;
    }

    private static async Task<int> ListAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var requests = await services.GetRequiredService<ApprovalBroker>().ListRecentAsync(cancellationToken);
        if (requests.Count == 0)
            Terminal.WriteLine("No requests yet.");
        foreach (var request in requests)
            Terminal.WriteLine(RequestLines.Line(request));
        var lately = services.GetRequiredService<TimeProvider>().GetUtcNow() - TimeSpan.FromDays(1);
        foreach (var failing in await services.GetRequiredService<NotificationStore>().FailingAsync(lately, cancellationToken))
            Terminal.WriteLine(RequestLines.Line(failing));
        return ExitCodes.Done;
    }

    private static async Task<int> ShowAsync(IServiceProvider services, string id, bool asMarkdown, CancellationToken cancellationToken)
    {
        var broker = services.GetRequiredService<ApprovalBroker>();
        if (await broker.FindAsync(id, cancellationToken) is not { } request)
            return Unknown(id);
        if (asMarkdown)
        {
            var records = await services.GetRequiredService<AuditLog>().AboutAsync(request.Id, cancellationToken);
            var before = await broker.SnapshotOfAsync(request, cancellationToken);
            Terminal.Write(RequestMarkdown.Of(request, before, records.Select(record => AuditTail.Readable(record.Line))));
        }
        else
            await PrintAsync(broker, request, cancellationToken);

        return ExitCodes.Done;
    }

    private static async Task<int> DecideAsync(
        ApprovalBroker broker,
        string id,
        Verdict verdict,
        string? approver,
        string? comment,
        bool fromStandardInput,
        bool breakGlass,
        CancellationToken cancellationToken)
    {
        if (await broker.FindAsync(id, cancellationToken) is not { } request)
            return Unknown(id);
        await PrintAsync(broker, request, cancellationToken);
        if (!request.State.IsUndecided())
            return ExitCodes.Fail($"{id} is {request.State.ToName()} already; nothing was changed.");
        if (comment?.Length > DecisionAttempt.LongestComment)
            return ExitCodes.Misuse($"--comment has more than {DecisionAttempt.LongestComment} characters.");
        if (approver is null && (fromStandardInput || !Terminal.IsInteractive))
            return ExitCodes.Fail("Who decides? Give your name with --approver.");
        approver ??= Terminal.Ask("Your name as an approver: ");
        var question = $"Passphrase of {approver} to {(verdict == Verdict.Approve ? "approve" : "deny")}: ";
        if (Terminal.ReadPassphrase(question, fromStandardInput) is not { } passphrase)
            return ExitCodes.Fail(Terminal.NoPassphrase);

        var words = string.IsNullOrWhiteSpace(comment) ? null : comment.Trim();

        // The plan is the one that was just printed: should the request be another by now, the broker refuses.
        var result = await broker.DecideAsync(
            new(id, verdict, request.Plan.Digest, approver, passphrase, words, DecisionAttempt.Terminal)
            {
                BreakGlass = breakGlass,
                Findings = FindingNews.Digest(request.Findings),
            },
            cancellationToken);
        if (result.Outcome != DecisionOutcome.Recorded)
            return ExitCodes.Fail(result.Outcome == DecisionOutcome.CommentRequired
                ? $"{result.Message} Give it with --comment." : result.Message);
        Terminal.WriteLine(result.Message);
        return result.Request!.State == RequestState.Approved ? await FollowAsync(broker, id, cancellationToken) : ExitCodes.Done;
    }

    private static async Task PrintAsync(ApprovalBroker broker, UndoRequest request, CancellationToken cancellationToken) =>
        Terminal.WriteLine(RequestLines.Whole(request, await broker.EvaluateAsync(request, cancellationToken)));

    private static async Task<int> FollowAsync(ApprovalBroker broker, string id, CancellationToken cancellationToken)
    {
        var request = await broker.WaitAsync(
            id, found => found.State is not (RequestState.Approved or RequestState.Executing), FollowLimit, cancellationToken);
        Terminal.WriteLine(request!.State switch
        {
            RequestState.Applied => $"Applied. Follow the rollout with 'mcp-rollout approvals show {id}'.",
            RequestState.Approved => $"No running server has carried it out yet; the next one that runs does, until {request.ExpiresAt:u}.",
            _ => $"{request.State.ToName()}: {request.Outcome?.Message}",
        });
        return request.State is RequestState.Applied or RequestState.Approved or RequestState.Executing ? ExitCodes.Done : ExitCodes.Failed;
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

    private static int Unknown(string id) => ExitCodes.Fail($"There is no request {id}: see 'mcp-rollout approvals list'.");
}
