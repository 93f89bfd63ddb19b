using McpRollout.Approvals.Passkeys;
using McpRollout.Approvals.Policies;

namespace McpRollout.Approvals.Broker;

/// <summary>Says at the start that a rule wants passkeys where no browser would use one, or does without one where a sign-in proves too
/// little.</summary>
internal sealed class PasskeyRulesValidation(IOptions<ApprovalOptions> approvals) : IValidateOptions<PolicyOptions>
{
    public ValidateOptionsResult Validate(string? name, PolicyOptions options)
    {
        var terms = options.Rules.Append(options.Default ?? new TermsOptions()).ToList();
        try
        {
            var place = new PasskeyPlace(approvals.Value.BaseUrl);
            if (terms.Exists(each => each.PasskeyRequired) && place.Site is null)
                return ValidateOptionsResult.Fail($"Policies has a rule with PasskeyRequired. {place.Remedy}");

            // A browser sends a cookie of localhost to each of its ports, whoever listens there.
            return approvals.Value is { SignIn.Issuer: not null, IsHttps: false } && terms.Exists(each => !each.PasskeyRequired)
                ? ValidateOptionsResult.Fail("Approvals:SignIn lets who is signed in decide, and over http other programs of this machine "
                    + "are sent the browser's session, too: set Approvals:PublicUrl to an https address, or PasskeyRequired=true in "
                    + "Policies:Default and in every rule.")
                : ValidateOptionsResult.Success;
        }
        catch (OptionsValidationException)
        {
            // What is wrong with the address is said for the section that has it.
            return ValidateOptionsResult.Success;
        }
    }
}
