using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Files;

namespace McpRollout.Approvals.Broker;

/// <summary>Finds all that is wrong with the <c>Approvals:SignIn</c> section.</summary>
internal static class SignInOptionsValidation
{
    /// <summary>The errors, each with its remedy.</summary>
    public static IEnumerable<string> Errors(ApprovalOptions approvals)
    {
        var options = approvals.SignIn;
        if (options.Issuer is null)
        {
            if (options is not { ClientId: null, ClientSecretFile: null, Name: null, Groups.Count: 0, Scopes.Count: 0 })
                yield return "Approvals:SignIn has no Issuer, and nothing else of it is read: write the provider's address, e.g. "
                    + "https://login.example.com/realms/ops, or leave the section out.";
            yield break;
        }

        if (!ProviderAddress.IsOne(options.Issuer))
            yield return $"Approvals:SignIn:Issuer is '{options.Issuer}': {ProviderAddress.Remedy}";
        if (string.IsNullOrWhiteSpace(options.ClientId))
            yield return "Approvals:SignIn:ClientId is not set: write what the provider calls this server.";
        if (options.ClientSecretFile is { } file && SecretFile.Error(file, shortest: 8) is { } error)
            yield return $"Approvals:SignIn:ClientSecretFile is '{file}', {error}.";
        if (string.IsNullOrWhiteSpace(options.NameClaim) || string.IsNullOrWhiteSpace(options.GroupsClaim))
            yield return "Approvals:SignIn has an empty NameClaim or GroupsClaim: write it, or leave it out.";
        if (options.Groups.Count == 0)
            yield return "Approvals:SignIn:Groups names nobody: write the groups whose members may read and decide, or * for everybody "
                + "whom the provider lets in.";
        foreach (var group in options.Groups.Where(group => group != SignInOptions.Everybody && Enrolment.NameError(group) is not null))
            yield return $"Approvals:SignIn:Groups has '{group}': {Enrolment.NameError(group)}";
        if (options.Lifetime < TimeSpan.FromMinutes(1) || options.Lifetime > SignInOptions.LongestLifetime)
            yield return $"Approvals:SignIn:Lifetime is {options.Lifetime:c}: write 00:01:00 to {SignInOptions.LongestLifetime:c}.";
        if (approvals.Read == ReadAccess.Anyone)
            yield return "Approvals:Read is anyone, and with Approvals:SignIn only who is signed in reads: leave Read out.";
    }
}

/// <summary>Where an OpenID Connect provider may be.</summary>
internal static class ProviderAddress
{
    public const string Remedy = "write its https address as its tokens have it in iss, e.g. https://login.example.com/realms/ops (http "
        + "only to this machine).";

    /// <summary>Whether it is an issuer identifier (OpenID Connect Discovery, section 3).</summary>
    public static bool IsOne(string? issuer) => Uri.TryCreate(issuer, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        && address is { Query: "", Fragment: "", UserInfo: "" } && issuer.Trim() == issuer;
}
