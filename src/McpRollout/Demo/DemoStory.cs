using McpRollout.Cli;
using McpRollout.Hosting;

namespace McpRollout.Demo;

/// <summary>The main job, step by step: an agent finds out which revision was good and asks for it, a person decides, the rollout is
/// followed to its end.</summary>
internal sealed class DemoStory(DemoStage stage, Verdict? decided)
{
    private readonly DemoAgent _agent = new(stage.Agent);

    public async Task<int> PlayAsync(CancellationToken cancellationToken)
    {
        DemoText.Title("It is 4:52 on a Friday. Customers cannot check out, and an AI assistant is offering to help.");
        DemoText.Say("The cluster is a practice one inside this program; the server, its tools and the approval are the real thing.");

        await _agent.CallAsync("How is the rollout?", "k8s_rollout_status", Workload(), cancellationToken);
        var history = await _agent.CallAsync("Which revision was good?", "k8s_rollout_history", Workload(), cancellationToken);

        var current = history.GetProperty("current_revision").GetInt64();
        var target = history.GetProperty("revisions").EnumerateArray().Select(revision => revision.GetProperty("revision").GetInt64())
            .First(number => number < current);
        var ask = new Dictionary<string, object?>(Workload())
        {
            ["to_revision"] = target,
            ["current_revision"] = current,
            ["reason"] = $"Pods of revision {current} crash since its release; revision {target} was serving before.",
            ["wait_seconds"] = 0,
        };
        var request = await _agent.CallAsync("Ask for the revision before it.", "k8s_rollout_undo", ask, cancellationToken);
        var id = request.GetProperty("request_id").GetString()!;

        var url = request.GetProperty("approval_url").ToString();
        var keyboard = Terminal.IsInteractive && decided is null ? new DemoKeyboard() : null;
        var end = await DecideAsync(id, url, request.GetProperty("match_code"), keyboard, cancellationToken);
        var code = await CloseAsync(end, cancellationToken);
        if (keyboard is not null)
            await StayAsync(url, keyboard, cancellationToken);
        return code;
    }

    // The page is the server's, which this program ends with itself.
    private async Task StayAsync(string url, DemoKeyboard keyboard, CancellationToken cancellationToken)
    {
        DemoText.Title("The page stays until you end this.");
        TellHow(url);
        DemoText.Say($"Store, audit and server log: {stage.Folder} (removed at the end)");
        DemoText.Say("Press Enter to end.");
        keyboard.Clear();
        try
        {
            await keyboard.NextAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static Dictionary<string, object?> Workload() => new()
    {
        ["resource_type"] = "deployment",
        ["namespace"] = "shop",
        ["name"] = "checkout",
    };

    private async Task<JsonElement> DecideAsync(
        string id, string url, JsonElement matchCode, DemoKeyboard? keyboard, CancellationToken cancellationToken)
    {
        DemoText.Title("Now it waits for a person. The agent cannot decide.");
        if (decided is { } verdict)
        {
            var word = verdict.ToString().ToLowerInvariant();
            DemoText.Say($"--decide {word}: this script decides in the person's place, as {DemoStage.Approver}.");
            await SubmitAsync(id, verdict, cancellationToken);
            return await FollowAsync(id, cancellationToken);
        }

        TellHow(url);
        DemoText.Say($"Match code  {matchCode}");
        if (keyboard is null)
            return await FollowAsync(id, cancellationToken);
        DemoText.Say("Or type approve or deny here, and Enter.");
        using var open = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var prompting = PromptAsync(id, keyboard, open.Token);
        var end = await FollowAsync(id, cancellationToken);
        await open.CancelAsync();
        await prompting;
        return end;
    }

    private void TellHow(string url)
    {
        DemoText.Say($"Open        {url}");
        DemoText.Say($"Name        {DemoStage.Approver}");
        DemoText.Say($"Passphrase  {stage.Passphrase}   (for this run only)");
    }

    // Runs beside the wait: the person may as well decide in the browser.
    private async Task PromptAsync(string id, DemoKeyboard keyboard, CancellationToken cancellationToken)
    {
        try
        {
            while (await keyboard.NextAsync(cancellationToken) is { } line)
            {
                if (Verdicts.Read(line.Trim().ToLowerInvariant()) is not { } verdict)
                {
                    DemoText.Say("Type approve or deny.");
                    continue;
                }

                await SubmitAsync(id, verdict, cancellationToken);
                return;
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task SubmitAsync(string id, Verdict verdict, CancellationToken cancellationToken)
    {
        var request = await stage.Broker.FindAsync(id, cancellationToken);
        var result = await stage.Broker.DecideAsync(
            new(id, verdict, request!.Plan.Digest, DemoStage.Approver, stage.Passphrase, "Decided in the demo.", DecisionAttempt.Terminal),
            cancellationToken);
        DemoText.Say(result.Message);
    }

    private Task<JsonElement> FollowAsync(string id, CancellationToken cancellationToken) => _agent.WaitAsync(
        "I wait.",
        "k8s_rollout_undo_status",
        new Dictionary<string, object?> { ["request_id"] = id, ["wait_seconds"] = 50 },
        IsAtItsEnd,
        cancellationToken);

    private static bool IsAtItsEnd(JsonElement request) => request.GetProperty("state").GetString() switch
    {
        "pending" or "approved" or "executing" or "unknown" => false,
        "applied" => Rollout(request) is not (null or "progressing"),
        _ => true,
    };

    private async Task<int> CloseAsync(JsonElement end, CancellationToken cancellationToken)
    {
        DemoText.Title("What is on record");
        await stage.AuditFile.CatchUpAsync(cancellationToken);
        foreach (var line in stage.AuditFile.Paths.Lines())
            DemoText.Say(AuditTail.Readable(line));
        var verdict = await stage.AuditFile.VerifyAsync(
            length => CheckpointSet.Read(stage.AuditFile.Paths, length: length), cancellationToken);
        DemoText.Say(verdict.Holds ? verdict.Summary : $"The audit does not hold: {verdict.Fault}");
        var isAsDecided = end.GetProperty("state").GetString() switch
        {
            "applied" => decided is not Verdict.Deny && Rollout(end) == "healthy",
            "denied" => decided is not Verdict.Approve,
            _ => false,
        };
        if (verdict.Holds && isAsDecided)
            return ExitCodes.Done;
        stage.KeepFolder();
        return ExitCodes.Fail($"The demo did not end as it should. Its store, audit and server log stay in {stage.Folder}.");
    }

    private static string? Rollout(JsonElement request) =>
        request.TryGetProperty("outcome", out var outcome) && outcome.ValueKind == JsonValueKind.Object
            && outcome.TryGetProperty("rollout", out var rollout)
            ? rollout.GetString()
            : null;
}
