using Microsoft.Extensions.Options;

namespace McpRollout.Broker;

/// <summary>Refuses a store that cannot be a file.</summary>
internal sealed class StorageOptionsValidation : IValidateOptions<StorageOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, StorageOptions options) =>
        options.Path is { } path && FileError(path) is { } error
            ? ValidateOptionsResult.Fail($"Storage:Path is '{path}', {error}, or remove the setting for the default.")
            : ValidateOptionsResult.Success;

    /// <summary>What is wrong with a path of a file to write, with its remedy; null if nothing is.</summary>
    public static string? FileError(string path) =>
        string.IsNullOrWhiteSpace(path) ? "which is empty: write the path of a file"
        : path.Contains('\0', StringComparison.Ordinal) ? "which is no path: write the path of a file"
        : Directory.Exists(path) ? "which is a folder: write the path of a file in it"
        : null;
}
