using McpRollout.Approvals.Storage;
using Npgsql;

namespace McpRollout.Tests.Broker;

/// <summary>Which backend a test's store has.</summary>
internal enum StoreKind
{
    Sqlite,
    Postgres,
}

/// <summary>The PostgreSQL that <c>.ci/postgres</c> starts. Without it its cases are skipped; in CI they fail.</summary>
internal static class PostgresServer
{
    private const string Variable = "ROLLOUT_TEST_POSTGRES";

    public static string ConnectionString
    {
        get
        {
            var text = Environment.GetEnvironmentVariable(Variable);
            Assert.SkipWhen(text is null
                && Environment.GetEnvironmentVariable("CI") is null, $"{Variable} names no PostgreSQL: eval \"$(.ci/postgres)\"");
            return text ?? throw new InvalidOperationException($"{Variable} is not set.");
        }
    }

    public static async Task DropAsync(StorageOptions storage)
    {
        if (storage.Postgres is not { } text)
            return;
        var settings = new NpgsqlConnectionStringBuilder(text);
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var drop = connection.CreateCommand();
#pragma warning disable CA2100 // The name was made by TempStore.
        drop.CommandText = $"DROP SCHEMA IF EXISTS {settings.SearchPath} CASCADE";
#pragma warning restore CA2100
        await drop.ExecuteNonQueryAsync();
    }
}
