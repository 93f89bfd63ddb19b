namespace McpRollout.Approvals.Approvers;

/// <summary>The <c>Approvals:SignIn</c> section: the OpenID Connect provider through which people sign in.</summary>
internal sealed class SignInOptions
{
    /// <summary>Everybody whom the provider lets in.</summary>
    public const string Everybody = "*";

    /// <summary>The longest that a sign-in may be good for.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(12);

    /// <summary>Its issuer identifier, below which <c>/.well-known/openid-configuration</c> is: https, or http to this machine. Default:
    /// none; people are enrolled at a terminal.</summary>
    public string? Issuer { get; set; }

    /// <summary>What this server is called there.</summary>
    public string? ClientId { get; set; }

    /// <summary>The file with the secret that proves so. Default: none, for a provider that takes PKCE alone.</summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>What the page calls the provider. Default: its host.</summary>
    public string? Name { get; set; }

    /// <summary>The scopes that are asked for beside <c>openid</c>. Default: <c>profile</c>.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>The claim of the ID token that records call the person by, spelled as an approver is. What it says at the first sign-in
    /// stays. Default: <c>preferred_username</c>.</summary>
    public string NameClaim { get; set; } = "preferred_username";

    /// <summary>The claim of the ID token that lists the person's groups. Default: <c>groups</c>.</summary>
    public string GroupsClaim { get; set; } = "groups";

    /// <summary>The groups whose members may read and decide; <c>*</c>: everybody whom the provider lets in.</summary>
    public IList<string> Groups { get; } = [];

    /// <summary>How long a sign-in is good for. Default: 1 hour.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What the page calls the provider.</summary>
    public string DisplayName => Name ?? new Uri(Issuer!).Host;

    /// <summary>Whether a person of this provider, in these groups, may be signed in.</summary>
    public bool Admits(ProviderIdentity identity, IReadOnlyList<string> groups) =>
        identity.Issuer.TrimEnd('/') == Issuer?.TrimEnd('/') && Admits(groups);

    /// <summary>Whether people of these groups may sign in.</summary>
    public bool Admits(IReadOnlyList<string> groups) =>
        Groups.Contains(Everybody) || groups.Any(group => Groups.Contains(group, StringComparer.OrdinalIgnoreCase));
}
