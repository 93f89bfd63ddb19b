using System.Net.Http.Headers;
using McpRollout.Kubernetes.Credentials;
using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Connections;

/// <summary>Whose credentials they are, as far as that is to be seen without asking the server.</summary>
/// <param name="User">The user's name in the kubeconfig.</param>
/// <param name="Username">The name that goes with a password.</param>
/// <param name="Subject">Whom the client certificate is made out to.</param>
/// <param name="Impersonated">Whom to act as, in which groups.</param>
internal sealed record CredentialHolder(string? User, string? Username, string? Subject, string Impersonated);

/// <summary>What a context's user shows to the server, and who that is.</summary>
internal sealed record UserCredentials(ICredentialSource Source, CredentialHolder Holder)
{
    /// <summary>Reads them; no plugin is run yet.</summary>
    /// <exception cref="KubeconfigException">They cannot be used.</exception>
    public static UserCredentials Of(ChosenContext chosen, Endpoint endpoint, TimeProvider time)
    {
        if (chosen.User is not { } user)
            return new(new FixedCredentialSource(Credential.None), new(null, null, null, ""));

        if (user.AuthProvider is { } provider)
        {
            throw new KubeconfigException(
                $"{user.File}: user '{chosen.UserName}' signs in with the auth-provider '{provider}': Kubernetes itself removed those of "
                + "clouds in 1.26, and here are none. Change to an exec plugin: gke-gcloud-auth-plugin, kubelogin, or `kubectl "
                + "oidc-login` for OIDC.");
        }

        if (user.Token is not null && (user.Username ?? user.Password) is not null)
            throw new KubeconfigException($"{user.File}: user '{chosen.UserName}' has a token and a password. Remove one, as kubectl asks "
                + "too.");

        var certificate = CertificateOf(user, chosen.UserName!);
        var impersonated = Impersonation.Headers(user).SelectMany(header => header.Value.Select(value => $"{header.Key}: {value}"));
        return new(
            SourceOf(user, certificate, chosen.Cluster, endpoint, time),
            new(chosen.UserName, user.Username, certificate?.Subject, string.Join('\n', impersonated)));
    }

    private static ICredentialSource SourceOf(
        UserEntry user, ClientCertificate? certificate, ClusterEntry cluster, Endpoint endpoint, TimeProvider time)
    {
        if (user.TokenFile is { } file)
            return new TokenFileSource(file, certificate, time, user.Token);

        if (user.Token is { } token)
            return new FixedCredentialSource(new Credential(TokenFileSource.Bearer(token), certificate));

        if (user.Username is { } username)
        {
            var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{user.Password}"));
            return new FixedCredentialSource(new Credential(new AuthenticationHeaderValue("Basic", pair), certificate));
        }

        if (user.Exec is not { } exec)
            return new FixedCredentialSource(new Credential(null, certificate));

        var info = exec.ProvideClusterInfo ? ExecInfo.Cluster(cluster, endpoint.Address, endpoint.Trust.Pem) : null;
        return new ExecCredentialSource(new ExecPlugin(exec, user.File, info), certificate, time);
    }

    private static ClientCertificate? CertificateOf(UserEntry user, string name) => (user.ClientCertificate, user.ClientKey) switch
    {
        (null, null) => null,
        (null, _) when (user.Token ?? user.TokenFile ?? user.Username) is not null || user.Exec is not null => null,
        ({ } certificate, { } key) => ClientCertificate.Load(certificate, key),
        var (certificate, _) => throw new KubeconfigException($"{user.File}: user '{name}' has a "
            + (certificate is null ? "client-key without client-certificate" : "client-certificate without client-key")
            + ". Add it, or fetch the kubeconfig anew."),
    };
}
