using McpRollout.Approvals.Passkeys;
using McpRollout.Approvals.Policies;

namespace McpRollout.Approvals.Broker;

/// <summary>Says at the start that a rule wants passkeys where no browser would use one.</summary>
internal sealed class PasskeyRulesValidation(IOptions<ApprovalOptions> approvals) : IValidateOptions<PolicyOptions>
{
    public ValidateOptionsResult Validate(string? name, PolicyOptions options)
    {
        if (!options.Rules.Append(options.Default ?? new TermsOptions()).Any(terms => terms.PasskeyRequired))
            return ValidateOptionsResult.Success;
        try
        {
            var place = new PasskeyPlace(approvals.Value.BaseUrl);
            return place.Site is null
                ? ValidateOptionsResult.Fail($"Policies has a rule with PasskeyRequired. {place.Remedy}")
                : ValidateOptionsResult.Success;
        }
        catch (OptionsValidationException)
        {
            // What is wrong with the address is said for the section that has it.
            return ValidateOptionsResult.Success;
        }
    }
}
