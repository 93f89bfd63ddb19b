namespace McpRollout.Approvals.Policies;

/// <summary>Finds all that is wrong with the <c>Policies</c> section at once.</summary>
internal sealed class PolicyOptionsValidation : IValidateOptions<PolicyOptions>
{
    public ValidateOptionsResult Validate(string? name, PolicyOptions options) =>
        PolicyReading.Read(options, default(Lifetimes)).Errors is { Count: > 0 } errors
            ? ValidateOptionsResult.Fail(errors)
            : ValidateOptionsResult.Success;
}
