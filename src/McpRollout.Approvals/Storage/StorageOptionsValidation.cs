using McpRollout.Approvals.Files;
using Npgsql;

namespace McpRollout.Approvals.Storage;

/// <summary>Refuses a store that cannot be a file.</summary>
internal sealed class StorageOptionsValidation : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        if (options.Path is { } path && FileError(path) is { } error)
            return ValidateOptionsResult.Fail($"Storage:Path is '{path}', {error}, or remove the setting for the default.");
        if (options is { Path: not null, Postgres: not null })
            return ValidateOptionsResult.Fail("Storage:Path and Storage:Postgres are both set: keep the one that is to be the store.");
        return options.Postgres is { } postgres && ConnectionStringError(postgres) is { } wrong
            ? ValidateOptionsResult.Fail($"Storage:Postgres {wrong}: write e.g. Host=db.example;Database=mcp_rollout;Username=mcp_rollout, "
                + "and keep the password in PGPASSFILE.")
            : ValidateOptionsResult.Success;
    }

    // The text itself may hold a password, so it is not repeated.
    private static string? ConnectionStringError(string text)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(text);
            return string.IsNullOrWhiteSpace(settings.Host) ? "names no Host"
                : settings.SearchPath?.Contains(',', StringComparison.Ordinal) == true ? "has a Search Path of more than one schema"
                : null;
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or KeyNotFoundException)
        {
            return "is no connection string";
        }
    }

    /// <summary>What is wrong with a path of a file to write, with its remedy; null if nothing is.</summary>
    public static string? FileError(string path) =>
        string.IsNullOrWhiteSpace(path) ? "which is empty: write the path of a file"
        : path.Contains('\0', StringComparison.Ordinal) ? "which is no path: write the path of a file"
        : Directory.Exists(path) ? "which is a folder: write the path of a file in it"
        : FileFacts.Of(path) is { IsRegular: false } ? "which is a device, a pipe or a socket and keeps nothing: write the path of a file"
        : null;
}
