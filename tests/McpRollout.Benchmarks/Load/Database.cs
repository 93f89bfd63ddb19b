using System.Diagnostics;
using System.Globalization;
using McpRollout.Processes;
using Npgsql;

namespace McpRollout.Benchmarks.Load;

/// <summary>A PostgreSQL server of this run's own, which keeps what it acknowledged (<c>fsync</c>) when it is killed.</summary>
internal sealed class Database : IAsyncDisposable
{
    private static readonly string Programs = Directory.EnumerateDirectories("/usr/lib/postgresql")
        .Select(each => Path.Combine(each, "bin")).Where(Directory.Exists).OrderBy(each => each, StringComparer.Ordinal).Last();

    private readonly string _folder;
    private readonly int _port;

    private Database(string folder, int port) => (_folder, _port) = (folder, port);

    public string Settings => $"Host=127.0.0.1;Port={_port};Username=rollout;Database=postgres;Maximum Pool Size=60";

    /// <summary>How long the server was away by its restarts, all together.</summary>
    public TimeSpan Away { get; private set; }

    /// <summary>The process whose children are the server's; null while it is down.</summary>
    public int? ProcessId =>
        int.TryParse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).FirstOrDefault(), CultureInfo.InvariantCulture, out var id)
            ? id
            : null;

    public static async Task<Database> StartAsync()
    {
        var database = new Database(Directory.CreateTempSubdirectory("mcp-rollout-load-postgres-").FullName, FreePort.Next());
        if (Environment.UserName == "root")
            await RunAsync("chown", ["postgres", database._folder]);
        await RunAsPostgresAsync("initdb", "-D", database.Data, "-U", "rollout", "-A", "trust", "-E", "UTF8");
        await database.StartServerAsync();
        return database;
    }

    /// <summary>Kills all of the server's processes at once, as a crash does, and starts it again, which recovers from its log.</summary>
    public async Task CrashAsync()
    {
        var began = Stopwatch.GetTimestamp();
        await RunAsPostgresAsync("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        await StartServerAsync();
        Away += Stopwatch.GetElapsedTime(began);
    }

    public async Task<List<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var connection = new NpgsqlConnection($"{Settings};Search Path=mcp_rollout;Pooling=false;Application Name=load");
        await connection.OpenAsync();
#pragma warning disable CA2100 // The text is always a constant of this project.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsPostgresAsync("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "db");

    private Task StartServerAsync() => RunAsPostgresAsync("pg_ctl", "-D", Data, "-l", Path.Combine(_folder, "log"), "-w", "start", "-o",
        $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder} -c fsync=on -c max_connections=400");

    // PostgreSQL does not run as root.
    private static Task RunAsPostgresAsync(string program, params string[] arguments) => Environment.UserName == "root"
        ? RunAsync("runuser", ["-u", "postgres", "--", Path.Combine(Programs, program), .. arguments])
        : RunAsync(Path.Combine(Programs, program), arguments);

    private static async Task RunAsync(string program, IEnumerable<string> arguments)
    {
        // The server goes on in the background, and would keep a pipe open.
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "exec \"$0\" \"$@\" > /dev/null 2>&1", program, .. arguments])
        {
            WorkingDirectory = "/",
        })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
