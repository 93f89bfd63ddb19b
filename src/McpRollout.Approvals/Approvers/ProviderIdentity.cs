namespace McpRollout.Approvals.Approvers;

/// <summary>Who a person is at an OpenID Connect provider: no other pair of claims names a person for good (OpenID Connect Core, section
/// 5.7).</summary>
/// <param name="Issuer">The provider's <c>iss</c>.</param>
/// <param name="Subject">The person's <c>sub</c> there.</param>
internal sealed record ProviderIdentity(string Issuer, string Subject);

/// <summary>A person as the provider tells of them when they sign in.</summary>
/// <param name="Identity">Who it is.</param>
/// <param name="Name">The claim that records call the person by; null where the provider sent none.</param>
/// <param name="Groups">The groups that the provider says the person is in; null where it says nothing of groups.</param>
/// <param name="AuthenticatedAt">When the person last proved themself to the provider (<c>auth_time</c>); null where it does not
/// say.</param>
internal sealed record ProviderPerson(
    ProviderIdentity Identity, string? Name, IReadOnlyList<string>? Groups, DateTimeOffset? AuthenticatedAt);
