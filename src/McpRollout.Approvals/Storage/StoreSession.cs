using System.Data.Common;

namespace McpRollout.Approvals.Storage;

/// <summary>Runs SQL with named parameters (<c>@name</c>) in the connection's open transaction, if it has one. The SQL is such that both
/// backends take it.</summary>
internal sealed class StoreSession(DbConnection connection, CancellationToken cancellationToken)
{
    private readonly List<string> _changed = [];

    /// <summary>The requests that the transaction changed.</summary>
    public IReadOnlyList<string> Changed => _changed;

    /// <summary>Whether a statement changed anything.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Says that the transaction changes a request: whoever waits for others is not woken.</summary>
    public void Change(string requestId) => _changed.Add(requestId);

    /// <summary>Runs a statement; the number of rows that it changed.</summary>
    public async Task<int> ExecuteAsync(string sql, params (string Name, object? Value)[] parameters)
    {
        await using var command = Prepare(sql, parameters);
        var changed = await command.ExecuteNonQueryAsync(cancellationToken);
        HasWritten |= changed > 0;
        return changed;
    }

    /// <summary>The first row's first column; the default if there is no row.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, params (string Name, object? Value)[] parameters)
    {
        await using var command = Prepare(sql, parameters);
        return await command.ExecuteScalarAsync(cancellationToken) is T value ? value : default;
    }

    /// <summary>All rows.</summary>
    public async Task<List<T>> RowsAsync<T>(string sql, Func<DbDataReader, T> read, params (string Name, object? Value)[] parameters)
    {
        await using var command = Prepare(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }

    private DbCommand Prepare(string sql, (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is always a constant of this project; values travel as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
