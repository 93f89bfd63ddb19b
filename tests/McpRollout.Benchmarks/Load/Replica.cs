using System.Diagnostics;
using McpRollout.Processes;

namespace McpRollout.Benchmarks.Load;

/// <summary>One replica of <c>mcp-rollout serve</c> on a port of its own. It has a state folder of its own, as a host has, so that another
/// replica takes it for gone only once its lease is over.</summary>
internal sealed class Replica(string program, int number, string folder, IReadOnlyList<string> settings) : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(folder, $"replica-{number}")).FullName;
    private Process? _process;
    private StreamWriter? _log;

    public Uri Address { get; } = new($"http://localhost:{FreePort.Next()}");

    public string AuditFile => Path.Combine(_folder, "mcp-rollout", "audit.jsonl");

    public string Log => Path.Combine(_folder, "log");

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>How often it ended without having been killed.</summary>
    public int EndedByItself { get; private set; }

    public int? ProcessId => IsRunning ? _process!.Id : null;

    private IEnumerable<string> Settings => [.. settings, $"--Approvals:Listen={Address.GetLeftPart(UriPartial.Authority)}"];

    public void Start()
    {
        _log ??= new StreamWriter(Log) { AutoFlush = true };
        var process = Process.Start(new ProcessStartInfo(program, ["serve", .. Settings])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            Environment = { ["XDG_STATE_HOME"] = _folder },
        })!;
        var log = _log;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (log)
                log.WriteLine(line.Data);
        };
        process.BeginErrorReadLine();
        _process = process;
    }

    /// <summary>Completes once it serves.</summary>
    public async Task ServesAsync()
    {
        using var http = new HttpClient();
        while (true)
        {
            if (!IsRunning)
                throw new InvalidOperationException($"The replica does not start: see {Log}.");
            try
            {
                using var answer = await http.GetAsync(new Uri(Address, "healthz"));
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        Heed();
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Starts it again where it ended by itself, as an orchestrator does.</summary>
    public void Heed()
    {
        if (IsRunning)
            return;
        EndedByItself++;
        Start();
    }

    /// <summary>What a command of the program says on this replica's state.</summary>
    public async Task<(int ExitCode, string Said)> RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(program, [.. command, .. Settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["XDG_STATE_HOME"] = _folder },
        })!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(said).Trim());
    }

    /// <summary>Tells it to end (SIGTERM), and how it did.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            _process!.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        if (_log is not null)
            await _log.DisposeAsync();
    }
}
