using System.ComponentModel;
using System.Diagnostics;

namespace McpRollout.Tests.PracticeCluster;

/// <summary>The real kubectl against one cluster.</summary>
internal sealed class Kubectl : IDisposable
{
    private static readonly bool MustRun = Environment.GetEnvironmentVariable("CI") == "true";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kubectl-");
    private readonly string _flags;
    private readonly IReadOnlyDictionary<string, string> _variables;

    private Kubectl(string? kubeconfigText, string flags, IReadOnlyDictionary<string, string>? variables = null)
    {
        _variables = variables ?? new Dictionary<string, string>();
        if (kubeconfigText is not null) File.WriteAllText(Path.Combine(_folder.FullName, "config"), kubeconfigText);
        _flags = $"{flags.Replace("FOLDER", _folder.FullName, StringComparison.Ordinal)} --cache-dir={_folder.FullName}/cache";
    }

    /// <summary>Against a practice cluster.</summary>
    public static Kubectl For(string kubeconfigText) => new(kubeconfigText, "--kubeconfig=FOLDER/config");

    /// <summary>With a kubeconfig, or with those that it finds by itself, and variables of the environment that are set besides.</summary>
    public static Kubectl With(string? file, IReadOnlyDictionary<string, string> variables) =>
        new(null, file is null ? "" : $"--kubeconfig={file}", variables);

    /// <summary>Against the real control plane that the environment names; skips the test, or in CI fails it, when there is none.</summary>
    public static Kubectl ForRealCluster()
    {
        var (kubeconfig, context) = (Environment.GetEnvironmentVariable("KUBECONFIG"),
            Environment.GetEnvironmentVariable("ROLLOUT_TEST_CONTEXT"));
        if (!string.IsNullOrEmpty(kubeconfig) && !string.IsNullOrEmpty(context))
            return new(null, $"--kubeconfig={kubeconfig} --context={context}");
        const string Reason = "KUBECONFIG and ROLLOUT_TEST_CONTEXT name no real control plane to compare with";
        if (MustRun) Assert.Fail(Reason);
        Assert.Skip(Reason);
        throw new UnreachableException();
    }

    /// <summary>Runs one command and answers all it printed, but for kubectl's remarks about versions.</summary>
    public async Task<string> RunAsync(string command, string? input = null)
    {
        var start = new ProcessStartInfo("kubectl", $"{_flags} {command}")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _variables) start.Environment[name] = value;
        using var process = Start(start);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancelled), process.StandardError.ReadToEndAsync(Cancelled));
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Cancelled);
        var lines = (await output + await errors).Split('\n').Where(line => !line.StartsWith("WARNING: version", StringComparison.Ordinal));
        return string.Join('\n', lines).TrimEnd();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception) when (!MustRun)
        {
            Assert.Skip("kubectl is not installed");
            throw new UnreachableException();
        }
    }
}
