using System.Diagnostics;

namespace McpRollout.Tests.EndToEnd;

/// <summary>An approving side and an agent's side, each a process with credentials of its own.</summary>
internal sealed class Sides : IAsyncDisposable
{
    public const string AgentName = "alices-ide";
    public const string AgentContext = "viewer";
    public const string ApprovingContext = "undoer";

    private readonly StateFolder _folder;
    private readonly string[] _approvingSettings;
    private Process? _approving;

    private Sides(StateFolder folder, string[] approvingSettings, string tokenFile) =>
        (_folder, _approvingSettings, TokenFile) = (folder, approvingSettings, tokenFile);

    public ServerProcess Agent { get; private set; } = null!;

    public string TokenFile { get; }

    public static Task<Sides> StartAsync(StateFolder folder, (string Kubeconfig, string Context) approving,
        (string Kubeconfig, string Context) agent) => StartAsync(
            folder,
            [$"--Cluster:Kubeconfig={approving.Kubeconfig}", $"--Cluster:Context={approving.Context}"],
            [$"--Cluster:Kubeconfig={agent.Kubeconfig}", $"--Cluster:Context={agent.Context}"]);

    /// <summary>Sides whose clusters are among their settings.</summary>
    public static async Task<Sides> StartAsync(StateFolder folder, string[] approving, string[] agent)
    {
        var tokenFile = Path.Combine(folder.Path, "agent.token");
        var made = await BuiltProgram.RunAsync(["approvals", "agent-token", tokenFile]);
        Assert.Equal((0, ""), (made.ExitCode, made.Errors));
        string[] settings =
        [
            .. folder.Settings, .. approving,
            $"--Approvals:Agents:0:Name={AgentName}", $"--{made.Output.Trim().Replace(":N:", ":0:", StringComparison.Ordinal)}",
        ];
        var sides = new Sides(folder, settings, tokenFile);
        await sides.StartApprovingAsync();
        sides.Agent = await ServerProcess.StartAsync(
            folder,
            [
                .. agent, "--Approvals:Host=false", $"--Approvals:Server={folder.Page}", $"--Approvals:TokenFile={tokenFile}",
                $"--Storage:Path={Path.Combine(folder.Path, "not-there", "state.db")}",
            ]);
        return sides;
    }

    /// <summary>Starts the approving side and waits until its page is served.</summary>
    public async Task StartApprovingAsync()
    {
        _approving = Process.Start(new ProcessStartInfo(BuiltProgram.Path, ["approvals", "serve", .. _approvingSettings])
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;
        _approving.ErrorDataReceived += (_, line) => TestContext.Current.TestOutputHelper?.WriteLine(line.Data ?? "");
        _approving.BeginErrorReadLine();
        await ServerProcess.PageIsUpAsync(_folder);
    }

    public async Task EndApprovingAsync()
    {
        _approving!.Kill();
        await _approving.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Agent.DisposeAsync();
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "not-there")), "The agent's side must have no store.");
        _approving!.Kill();
        await _approving.WaitForExitAsync(CancellationToken.None);
        _approving.Dispose();
    }
}
