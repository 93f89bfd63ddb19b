using McpRollout.Broker;
using Microsoft.Extensions.Options;

namespace McpRollout.Audit;

/// <summary>Refuses an audit file that cannot be one.</summary>
internal sealed class AuditOptionsValidation(IOptions<StorageOptions> storage) : IValidateOptions<AuditOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, AuditOptions options)
    {
        if (options.File is not { } file)
            return ValidateOptionsResult.Success;
        if (StorageOptionsValidation.FileError(file) is { } error)
            return ValidateOptionsResult.Fail($"Audit:File is '{file}', {error}, or remove the setting for the default.");
        return IsTheStore(file)
            ? ValidateOptionsResult.Fail($"Audit:File is '{file}', which is the store: write the path of another file, or remove the setting for the default.")
            : ValidateOptionsResult.Success;
    }

    private bool IsTheStore(string file)
    {
        try
        {
            return Path.GetFullPath(file) == storage.Value.FullPath;
        }
        catch (OptionsValidationException)
        {
            return false;
        }
    }
}
