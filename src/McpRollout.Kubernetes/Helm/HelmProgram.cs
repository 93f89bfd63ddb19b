using System.ComponentModel;
using System.Diagnostics;
using McpRollout.Kubernetes.Connections;
using McpRollout.Kubernetes.Credentials;

namespace McpRollout.Kubernetes.Helm;

/// <summary>Runs the helm of this machine, as the same user of the same cluster.</summary>
internal sealed class HelmProgram(IConnectionSource source, IOptions<HelmOptions> options) : IReleaseWriter
{
    // How long Helm waits for one hook, and for the workloads: as long as a rollout is followed. It keeps all revisions: to go back is no
    // time to forget any.
    private static readonly string[] Always = ["--wait", "--timeout", "10m", "--history-max", "0"];

    // Where helm keeps what it downloads. All else would change what it does.
    private static readonly HashSet<string> Kept = ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"];

    /// <summary>Where helm is; null if it is not installed, and on Windows, where there is no shell to lead its words into a
    /// file.</summary>
    public static string? PathOf(HelmOptions options) => OperatingSystem.IsWindows()
        ? null
        : ExecutableSearch.Find(options.Program, Environment.GetEnvironmentVariable("PATH"));

    /// <inheritdoc/>
    public async Task<HelmRun> BeginRollbackAsync(
        string @namespace, string release, long revision, ReleaseDriver driver, CancellationToken cancellationToken)
    {
        var connection = await source.ConnectAsync(cancellationToken);
        if (!connection.Succeeded)
            return HelmRun.NotBegun(connection.Failure.Message);
        if (PathOf(options.Value) is not { } program)
            return HelmRun.NotBegun($"{options.Value.Program} is not installed, or not on the PATH of this server.");

        var kubeconfig = await source.KubeconfigAsync(cancellationToken);
        if (kubeconfig?.Split(Path.PathSeparator).Any(File.Exists) is false)
            return HelmRun.NotBegun($"The kubeconfig {kubeconfig} is gone, so that helm would speak to another cluster, or to none.");
        var endpoint = connection.Value.Endpoint;
        string[] command =
        [
            program, "rollback", release, revision.ToString(CultureInfo.InvariantCulture), "--namespace", @namespace, .. Always,
            .. kubeconfig is null
                ? Array.Empty<string>()
                : ["--kube-context", connection.Value.Context!, "--kube-apiserver", connection.Value.Identity.Server],
            .. kubeconfig is null || endpoint.TlsServerName is not { } host ? Array.Empty<string>() : ["--kube-tls-server-name", host],
        ];
        DirectoryInfo folder;
        try
        {
            folder = Directory.CreateTempSubdirectory("mcp-rollout-helm-");
        }
        catch (IOException failure)
        {
            return HelmRun.NotBegun($"Nothing can be written where helm's words were to go: {failure.Message}");
        }

        var said = Path.Combine(folder.FullName, "said");
        try
        {
            var helm = Process.Start(Start(command, said, driver, kubeconfig))!;
            return new HelmRun(EndAsync(helm, folder, said));
        }
        catch (Win32Exception failure)
        {
            folder.Delete(recursive: true);
            return HelmRun.NotBegun($"{program} cannot be started: {failure.Message}");
        }
    }

    private static async Task<HelmEnd> EndAsync(Process helm, DirectoryInfo folder, string said)
    {
        using (helm)
        {
            helm.StandardInput.Close();
            await helm.WaitForExitAsync();
            var words = "";
            try
            {
                words = await File.ReadAllTextAsync(said);
                folder.Delete(recursive: true);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // Somebody cleans up here: how helm ended is known without its words.
            }

            return new HelmEnd(helm.ExitCode, words.Trim());
        }
    }

    // What helm says goes to a file: with a pipe it would be ended by what it says after this process has ended. No text of anybody's is
    // read by the shell: it only joins its own arguments and its output.
    private static ProcessStartInfo Start(string[] command, string said, ReleaseDriver driver, string? kubeconfig)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "umask 077; exec \"$@\" >\"$0\" 2>&1", said, .. command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        };

        // Settings of the person who started this server must not lead helm to another cluster than was approved.
        foreach (var name in start.Environment.Keys.Where(IsOfHelmsOwn).ToList())
            start.Environment.Remove(name);
        start.Environment["HELM_DRIVER"] = driver.ToPlural().TrimEnd('s');

        // In a pod helm takes the pod's account, and none of a kubeconfig that came later.
        start.Environment["KUBECONFIG"] = kubeconfig ?? "/dev/null";
        return start;
    }

    private static bool IsOfHelmsOwn(string variable) =>
        variable.StartsWith("HELM_", StringComparison.Ordinal) && !Kept.Contains(variable);
}
