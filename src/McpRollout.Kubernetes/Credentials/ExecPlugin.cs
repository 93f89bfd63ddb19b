using System.ComponentModel;
using System.Diagnostics;
using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Credentials;

/// <summary>
/// Runs a credential plugin. Its three streams are pipes of our own making: our stdin and stdout carry MCP messages, which a plugin
/// must neither read nor disturb.
/// </summary>
internal sealed class ExecPlugin(ExecEntry entry, string kubeconfig, JsonObject? cluster)
{
    /// <summary>How long a plugin may take: some wait for a person in a browser.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int MostOutput = 1 << 20;

    /// <summary>What the kubeconfig gave the plugin in confidence: the environment, and the values of options such as
    /// --client-secret=VALUE.</summary>
    private IEnumerable<string> Confidential => entry.Env.Select(variable => variable.Value)
        .Concat(entry.Args.Where(arg => arg.Contains('=', StringComparison.Ordinal))
            .Select(arg => arg[(arg.IndexOf('=', StringComparison.Ordinal) + 1)..]));

    private string Name => Path.GetFileName(entry.Command);

    /// <summary>Runs the plugin, and reads what it prints.</summary>
    public async Task<ClusterAnswer<ExecStatus>> RunAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        if (entry.ApiVersion is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
            return Failed($"the kubeconfig asks for apiVersion '{entry.ApiVersion}'", "Set it to client.authentication.k8s.io/v1");

        if (entry.InteractiveMode is not (null or "Never" or "IfAvailable" or "Always")
            || (entry.InteractiveMode is null && entry.ApiVersion.EndsWith("/v1", StringComparison.Ordinal)))
            return Failed("its interactiveMode is missing or unknown", "Set it to IfAvailable in the exec section");

        if (entry.Env.Any(variable => variable.Key.Length == 0))
            return Failed("a variable of its env has no name", "Correct the exec section");

        if (entry.InteractiveMode == "Always")
            return Failed("it needs a terminal (interactiveMode: Always), and there is none here",
                "Sign in beforehand, and set interactiveMode to IfAvailable");

        if (ExecutableSearch.Find(entry.Command, Environment.GetEnvironmentVariable("PATH")) is not { } executable)
            return Failed($"{entry.Command} is not installed or not on PATH", entry.InstallHint
                ?? "Install it, or put its folder on the PATH of the MCP server");

        using var deadline = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var process = new Process { StartInfo = Start(executable) };
        try
        {
            process.Start();
            process.StandardInput.Close();
            // Reading from an anonymous pipe cannot be cancelled on Unix: the pipes are read on the side, until the plugin is gone.
            var errors = Task.Run(() => Read(process.StandardError.BaseStream), CancellationToken.None);
            var output = Task.Run(() => Read(process.StandardOutput.BaseStream), CancellationToken.None);
            await Task.WhenAll(errors, output).WaitAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            return Judge(process.ExitCode, await output, Encoding.UTF8.GetString((await errors).Span));
        }
        catch (Win32Exception)
        {
            return Failed($"{executable} cannot be started", "Check that it is a program for this machine");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return Failed($"it did not finish within {Patience.TotalSeconds:0} seconds",
                $"Run {Name} in a terminal to see what it waits for");
        }
    }

    private ProcessStartInfo Start(string executable)
    {
        var start = new ProcessStartInfo(executable, entry.Args)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in entry.Env)
            start.Environment[name] = value;

        start.Environment["KUBERNETES_EXEC_INFO"] = ExecInfo.Input(entry.ApiVersion, cluster);
        return start;
    }

    private ClusterAnswer<ExecStatus> Judge(int exitCode, ReadOnlyMemory<byte> output, string complaint)
    {
        if (exitCode != 0)
        {
            var said = PluginErrorText.Tidy(complaint, Confidential);
            return Failed(
                $"it ended with exit code {exitCode}" + (said.Length == 0 ? "" : $" and said: {said}"),
                $"Run {Name} in a terminal, where it can ask you to sign in");
        }

        var (status, problem) = ExecInfo.Output(output, entry.ApiVersion);
        return status is null ? Failed(problem!, $"Check the version of {Name} and the exec section") : status;
    }

    private ClusterFailure Failed(string why, string remedy) =>
        new(ClusterFailureKind.Unauthorized,
            $"The credential plugin {Name} of {kubeconfig} gave no credentials: {why}. {remedy.TrimEnd('.', '\n', ' ')}.");

    /// <summary>Reads to the end, and keeps the first mebibyte: a plugin that floods us must not hang in a full pipe either.</summary>
    private static ReadOnlyMemory<byte> Read(Stream stream)
    {
        var kept = new MemoryStream();
        var buffer = new byte[4096];
        while (stream.Read(buffer) is > 0 and var count)
            kept.Write(buffer, 0, Math.Min(count, MostOutput - (int)kept.Length));

        return kept.GetBuffer().AsMemory(0, (int)kept.Length);
    }
}
