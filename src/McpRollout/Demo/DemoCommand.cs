using System.CommandLine;
using McpRollout.Hosting;

namespace McpRollout.Demo;

/// <summary><c>demo</c>: the whole job on the practice cluster.</summary>
internal static class DemoCommand
{
    public static Command Create(string[] settings)
    {
        var decide = new Option<string?>("--decide")
        {
            Description = "Decide without anyone: approve or deny. For scripts; a real undo always waits for a person.",
            HelpName = "approve|deny",
        };
        decide.AcceptOnlyFromAmong("approve", "deny");
        var command = new Command("demo", "Shows the whole job on the embedded practice cluster; you are the approver.") { decide };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            Verdicts.Read(parsed.GetValue(decide)), settings, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Verdict? decided, string[] settings, CancellationToken cancellationToken)
    {
        if (settings.FirstOrDefault(setting => !setting.StartsWith("--Approvals:", StringComparison.OrdinalIgnoreCase)) is { } other)
            return ExitCodes.Misuse(
                $"{other}: the demo has a cluster, a store and an audit of its own; only Approvals settings go with it.");
        try
        {
            await using var stage = await DemoStage.SetAsync(settings, cancellationToken);
            return await new DemoStory(stage, decided).PlayAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Fail("The demo was interrupted.");
        }
        catch (DemoException failure)
        {
            return ExitCodes.Fail(failure.Message);
        }
    }
}

internal sealed class DemoException(string message) : Exception(message);
