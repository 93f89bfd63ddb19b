using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Credentials;

/// <summary>The two JSON texts of a credential plugin. See
/// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins.</summary>
internal static class ExecInfo
{
    /// <summary>What KUBERNETES_EXEC_INFO tells the plugin.</summary>
    public static string Input(string apiVersion, JsonObject? cluster)
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (cluster is not null)
            spec["cluster"] = cluster.DeepClone();

        return new JsonObject { ["kind"] = "ExecCredential", ["apiVersion"] = apiVersion, ["spec"] = spec }.ToJsonString();
    }

    /// <summary>What a plugin with <c>provideClusterInfo</c> learns of the cluster.</summary>
    /// <param name="cluster">The kubeconfig's entry.</param>
    /// <param name="address">The API server's address.</param>
    /// <param name="authorities">The certificates, in PEM, that the API server is known by; null for the machine's own.</param>
    public static JsonObject Cluster(ClusterEntry cluster, string address, string? authorities)
    {
        var info = new JsonObject { ["server"] = address };
        if (cluster.TlsServerName is { } name)
            info["tls-server-name"] = name;

        if (cluster.InsecureSkipTlsVerify)
            info["insecure-skip-tls-verify"] = true;

        if (authorities is not null)
            info["certificate-authority-data"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(authorities));

        if (cluster.ProxyUrl is { } proxy)
            info["proxy-url"] = proxy;

        return info;
    }

    /// <summary>Reads a plugin's answer; null with what is wrong with it, which never quotes it.</summary>
    public static (ExecStatus? Status, string? Problem) Output(ReadOnlyMemory<byte> json, string apiVersion)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (Text(root, "kind") != "ExecCredential")
                return (null, "it did not print an ExecCredential");

            if (Text(root, "apiVersion") != apiVersion)
                return (null, $"it did not answer in the version {apiVersion} that the kubeconfig asks for");

            return root.At("status") is { ValueKind: JsonValueKind.Object } status ? Status(status) : (null, "its answer has no status");
        }
        catch (JsonException)
        {
            return (null, "it did not print valid JSON");
        }
    }

    private static (ExecStatus? Status, string? Problem) Status(JsonElement status)
    {
        var token = Text(status, "token");
        ClientCertificate? certificate = null;
        if (Text(status, "clientCertificateData") is { } pem)
        {
            certificate = Text(status, "clientKeyData") is { } key ? ClientCertificate.FromPem(pem, key) : null;
            if (certificate is null)
                return (null, "its client certificate and key cannot be used");
        }

        if (token is null && certificate is null)
            return (null, "its answer has neither a token nor a client certificate");

        if (status.At("expirationTimestamp") is not { } stamp)
            return (new ExecStatus(token, certificate, null), null);
        return stamp.ValueKind == JsonValueKind.String && stamp.TryGetDateTimeOffset(out var expires)
            ? (new ExecStatus(token, certificate, expires), null)
            : (null, "its expirationTimestamp is not a time");
    }

    private static string? Text(JsonElement element, string name) => element.TextAt(name) is { Length: > 0 } text ? text : null;
}

/// <summary>What a credential plugin gave. Not a record: its text must not show the token.</summary>
internal sealed class ExecStatus(string? token, ClientCertificate? certificate, DateTimeOffset? expires)
{
    public string? Token => token;

    public ClientCertificate? Certificate => certificate;

    /// <summary>When the credential expires; null if it holds until the server refuses it.</summary>
    public DateTimeOffset? Expires => expires;
}
