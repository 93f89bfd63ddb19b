using System.CommandLine;
using System.CommandLine.Parsing;
using McpRollout.Hosting;
using McpRollout.PracticeCluster;

namespace McpRollout.Cli;

/// <summary><c>sandbox</c>: the practice cluster alone.</summary>
internal static class SandboxCommand
{
    public static Command Create()
    {
        var port = new Option<ushort>("--port")
        {
            Description = "The port on 127.0.0.1; 0 takes any that is free.",
            DefaultValueFactory = _ => 0,
            CustomParser = ReadPort,
        };
        var kubeconfig = CommandOptions.Named<string?>(
            "--kubeconfig", "Write the kubeconfig to this file. Default: practice.kubeconfig in the temporary folder.");
        var command = new Command("sandbox",
            "Runs the practice cluster, for kubectl and any other client, until it is interrupted.") { port, kubeconfig };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(port), parsed.GetValue(kubeconfig), cancellationToken));
        return command;
    }

    private static ushort ReadPort(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: var word }] && ushort.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return port;
        result.AddError("--port is a number from 0 to 65535.");
        return 0;
    }

    private static async Task<int> RunAsync(int port, string? kubeconfig, CancellationToken cancellationToken)
    {
        var file = Path.GetFullPath(kubeconfig ?? Path.Combine(Path.GetTempPath(), "practice.kubeconfig"));
        try
        {
            await using var cluster = await EmbeddedCluster.StartAsync(new() { Port = port, Drills = true }, cancellationToken);
            PrivateFiles.CreateFile(file);
            await File.WriteAllTextAsync(file, cluster.Kubeconfig, cancellationToken);
            Terminal.WriteLine($"The practice cluster listens at {cluster.Address}");
            Terminal.WriteLine($"Try: kubectl --kubeconfig {file} get deployments,statefulsets,daemonsets --all-namespaces");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return ExitCodes.Fail(failure.Message);
        }

        return ExitCodes.Done;
    }
}
