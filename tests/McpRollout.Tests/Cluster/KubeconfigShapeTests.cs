using System.Security.Cryptography;
using System.Text.RegularExpressions;
using McpRollout.Kubernetes.Connections;
using McpRollout.Kubernetes.Kubeconfigs;
using McpRollout.Rollouts.Cluster;
using McpRollout.Tests.EndToEnd;
using McpRollout.Tests.PracticeCluster;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static McpRollout.Tests.Cluster.ScriptedServer;

namespace McpRollout.Tests.Cluster;

/// <summary>
/// Kubeconfigs of every shape, given to kubectl and to the program, against a real API server: both come there as the same user, or
/// neither. In the rows, %N, %X, %C and %U are a current context, its context, cluster and user; capitals are values of the real cluster.
/// </summary>
public sealed partial class KubeconfigShapeTests : IDisposable
{
    private const string Exec = "{apiVersion: client.authentication.k8s.io/v1, command: ./plugin, interactiveMode: Never";

    private readonly string _folder = Directory.CreateTempSubdirectory("shape").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("undoer", "%N\n%X\n%C\n%U")]
    [InlineData("undoer", "apiVersion: v1\nkind: Config\npreferences: {colors: true}\n%N\n%X\n%C\n%U")]
    [InlineData("undoer", "\ufeff%N\n%X\n%C\n%U")]
    [InlineData("undoer", "%N\r\n%X\r\n%C\r\n%U\r\n")]
    [InlineData("undoer", "---\n%N\n%X\n%C\n%U")]
    [InlineData("undoer", "---\n%N\n%X\n%C\n%U\n---\ncurrent-context: y\n")]
    [InlineData("undoer", "# a\n%N # b\n%X\n%C\n%U\n# c")]
    [InlineData("undoer", "%N\n%X\n%C\nanchor: &a {token: TOKEN}\nusers: [{name: u, user: *a}]")]
    [InlineData("undoer", "%N\n%X\n%C\nanchor: &a {token: TOKEN}\nusers: [{name: u, user: {<<: *a}}]")]
    [InlineData("undoer", "{\"current-context\":\"x\",\"contexts\":[{\"name\":\"x\",\"context\":{\"cluster\":\"c\",\"user\":\"u\"}}],"
        + "\"clusters\":[{\"name\":\"c\",\"cluster\":{\"server\":\"URL\",\"certificate-authority-data\":\"CA\"}}],"
        + "\"users\":[{\"name\":\"u\",\"user\":{\"token\":\"TOKEN\"}}]}")]
    [InlineData("refused", "%N\n%X\n%C\nusers:\n\t- name: u\n\t  user: {token: TOKEN}")]
    [InlineData("undoer", "current-context: '1'\ncontexts: [{name: '1', context: {cluster: c, user: u}}]\n%C\n%U")]
    [InlineData("undoer", "%N\n%X\n%C\n%U\nextensions: [{name: e, extension: {a: 1}}]\nunknown: [1]")]
    [InlineData("undoer", "%N\ncontexts: [{name: x, more: 1, context: {cluster: c, user: u, namespace: shop, more: {}}}]\n%C\n%U")]
    [InlineData("refused", "apiVersion: v2\nkind: Config\n%N\n%X\n%C\n%U")]
    [InlineData("refused", "apiVersion: v1\nkind: Pod\n%N\n%X\n%C\n%U")]
    [InlineData("undoer", "kind: Config\n%N\n%X\n%C\n%U")]
    [InlineData("undoer", "apiVersion: v1\n%N\n%X\n%C\n%U")]
    [InlineData("refused", "[]")]
    [InlineData("refused", "text")]
    public Task Texts(string verdict, string text) => AlikeAsync(verdict, text);

    [Theory]
    [InlineData("refused", "%X\n%C\n%U")]
    [InlineData("refused", "current-context: ''\n%X\n%C\n%U")]
    [InlineData("refused", "current-context: null\n%X\n%C\n%U")]
    [InlineData("refused", "current-context: y\n%X\n%C\n%U")]
    [InlineData("refused", "%N\ncontexts: [{name: x, context: {cluster: y, user: u}}]\n%C\n%U")]
    [InlineData("refused", "%N\ncontexts: [{name: x, context: {cluster: c, user: y}}]\n%C\n%U")]
    [InlineData("refused", "%N\ncontexts: [{name: x, context: {user: u}}]\n%C\n%U")]
    [InlineData("refused", "%N\ncontexts: [{name: x}]\n%C\n%U")]
    [InlineData("refused", "%N\n%X\nclusters: [{name: c}]\n%U")]
    [InlineData("refused", "%N\n%X\nclusters:\n%U")]
    [InlineData("refused", "%N\n%X\n%C\n%U\ncontexts: null")]
    [InlineData("refused", "%N\ncontexts: [{name: x, context: {cluster: c, user: u}}, {name: x, context: {cluster: c, user: y}}]\n%C\n%U")]
    [InlineData("refused", "%N\n%X\n%C\nusers: [{name: u, user: {token: TOKEN}}, {name: u, user: {token: other}}]")]
    [InlineData("undoer", "%N\n%X\n%C\nusers: [{user: {token: other}}, {name: u, user: {token: TOKEN}}]")]
    public Task Contexts(string verdict, string text) => AlikeAsync(verdict, text);

    [Theory]
    [InlineData("undoer", "{server: 'URL/', certificate-authority-data: CA}")]
    [InlineData("undoer", "{server: 'https://LOCALHOST:PORT', certificate-authority-data: CA}")]
    [InlineData("undoer", "{server: 'HTTPS://localhost:PORT', certificate-authority-data: CA}")]
    [InlineData("refused", "{server: '127.0.0.1:PORT'}")]
    [InlineData("refused", "{server: 'http://127.0.0.1:PORT', certificate-authority-data: CA}")]
    [InlineData("refused", "{certificate-authority-data: CA}")]
    [InlineData("refused", "{server: '', certificate-authority-data: CA}")]
    [InlineData("refused", "{server: 'ftp://127.0.0.1:PORT', certificate-authority-data: CA}")]
    [InlineData("refused", "{server: 'https://', certificate-authority-data: CA}")]
    [InlineData("refused", "{server: URL}")]
    [InlineData("undoer", "{server: URL, insecure-skip-tls-verify: true}")]
    [InlineData("undoer", "{server: URL, insecure-skip-tls-verify: yes}")]
    [InlineData("undoer", "{server: URL, insecure-skip-tls-verify: On}")]
    [InlineData("refused", "{server: URL, insecure-skip-tls-verify: 'true'}")]
    [InlineData("refused", "{server: URL, insecure-skip-tls-verify: 1}")]
    [InlineData("undoer", "{server: URL, insecure-skip-tls-verify: no, certificate-authority-data: CA}")]
    [InlineData("refused", "{server: URL, insecure-skip-tls-verify: true, certificate-authority-data: CA}")]
    [InlineData("refused", "{server: URL, insecure-skip-tls-verify: true, certificate-authority: ca.crt}")]
    [InlineData("undoer", "{server: URL, certificate-authority: ca.crt}")]
    [InlineData("undoer", "{server: URL, certificate-authority: ./bundle.crt}")]
    [InlineData("refused", "{server: URL, certificate-authority: bundle.crt, certificate-authority-data: CA}")]
    [InlineData("refused", "{server: URL, certificate-authority: other.crt, certificate-authority-data: CA}")]
    [InlineData("refused", "{server: URL, certificate-authority: missing.crt, certificate-authority-data: CA}")]
    [InlineData("refused", "{server: URL, certificate-authority: missing.crt}")]
    [InlineData("refused", "{server: URL, certificate-authority: other.crt}")]
    [InlineData("refused", "{server: URL, certificate-authority-data: '?'}")]
    [InlineData("refused", "{server: URL, certificate-authority-data: QQ==}")]
    [InlineData("undoer", "{server: URL, certificate-authority-data: CA, tls-server-name: localhost}")]
    [InlineData("refused", "{server: URL, certificate-authority-data: CA, tls-server-name: elsewhere}")]
    [InlineData("undoer", "{server: URL, certificate-authority-data: CA, disable-compression: true, extensions: []}")]
    [InlineData("refused", "{server: URL, certificate-authority-data: CA, proxy-url: 'ftp://127.0.0.1:1'}")]
    [InlineData("refused", "{server: URL, certificate-authority-data: CA, proxy-url: '127.0.0.1:1'}")]
    public Task Clusters(string verdict, string cluster) => AlikeAsync(verdict, $"%N\n%X\nclusters: [{{name: c, cluster: {cluster}}}]\n%U");

    [Theory]
    [InlineData("undoer", "{tokenFile: token}")]
    [InlineData("undoer", "{tokenFile: ./token, token: other}")]
    [InlineData("undoer", "{tokenFile: missing, token: TOKEN}")]
    [InlineData("undoer", "{tokenFile: empty, token: TOKEN}")]
    [InlineData("refused", "{tokenFile: missing}")]
    [InlineData("401", "{token: wrong}")]
    [InlineData("anonymous", "{username: a, password: b}")]
    [InlineData("refused", "{username: a, password: b, token: TOKEN}")]
    [InlineData("refused", "{auth-provider: {name: gcp}}")]
    [InlineData("refused", "{auth-provider: {name: none}}")]
    [InlineData("admin", "{client-certificate-data: CERT, client-key-data: KEY}")]
    [InlineData("admin", "{client-certificate: admin.crt, client-key: admin.key}")]
    [InlineData("admin", "{client-certificate-data: CERT, client-key: admin.key}")]
    [InlineData("admin", "{client-certificate: chain.crt, client-key: rsa.key}")]
    [InlineData("refused", "{client-certificate: admin.crt, client-key: encrypted.key}")]
    [InlineData("refused", "{client-certificate: admin.crt, client-key: other.key}")]
    [InlineData("refused", "{client-certificate: admin.crt}")]
    [InlineData("refused", "{client-certificate: missing.crt, client-key: admin.key}")]
    [InlineData("refused", "{client-certificate: admin.crt, client-certificate-data: CERT, client-key-data: KEY}")]
    [InlineData("refused", "{client-certificate-data: CERT, client-key: admin.key, client-key-data: KEY}")]
    [InlineData("undoer", "{client-key-data: KEY, token: TOKEN}")]
    [InlineData("undoer", "{token: TOKEN, extensions: [{name: e}], more: 1}")]
    public Task Users(string verdict, string user) => AlikeAsync(verdict, $"%N\n%X\n%C\nusers: [{{name: u, user: {user}}}]");

    [Theory]
    [InlineData("undoer", Exec + "}")]
    [InlineData("undoer", "{apiVersion: client.authentication.k8s.io/v1beta1, command: ./plugin}")]
    [InlineData("undoer", "{apiVersion: client.authentication.k8s.io/v1, command: ./plugin, interactiveMode: IfAvailable}")]
    [InlineData("refused", "{apiVersion: client.authentication.k8s.io/v1, command: ./plugin, interactiveMode: Always}")]
    [InlineData("refused", "{apiVersion: client.authentication.k8s.io/v1, command: ./plugin, interactiveMode: Sometimes}")]
    [InlineData("refused", "{apiVersion: client.authentication.k8s.io/v1, command: ./plugin}")]
    [InlineData("refused", "{apiVersion: client.authentication.k8s.io/v1alpha1, command: ./plugin}")]
    [InlineData("refused", "{command: ./plugin}")]
    [InlineData("refused", "{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}")]
    [InlineData("refused", "{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: no-such-plugin}")]
    [InlineData("undoer", Exec + ", provideClusterInfo: true, args: [a], env: [{name: MODE, value: cluster}]}")]
    [InlineData("refused", Exec + ", args: [a], env: [{name: MODE, value: cluster}]}")]
    [InlineData("refused", Exec + ", env: [{value: b}]}")]
    [InlineData("undoer", Exec + ", env: null, args: null}")]
    public Task Plugins(string verdict, string exec) => AlikeAsync(verdict, $"%N\n%X\n%C\nusers: [{{name: u, user: {{exec: {exec}}}}}]");

    [Theory]
    [InlineData("undoer", "missing:a:empty", "%N\n%X\n%C\n%U", "")]
    [InlineData("undoer", "a:b", "%X\n%U", "%N\n%C\nusers: [{name: u, user: {token: other}}]")]
    [InlineData("401", "b:a", "%X\n%U", "%N\n%C\nusers: [{name: u, user: {token: other}}]")]
    [InlineData("undoer", "::a:", "%N\n%X\n%C\n%U", "")]
    [InlineData("refused", "a:b", "%N\n%X\n%U\n%C", "[")]
    [InlineData("refused", "a:b", "%N\n%X\n%C\nusers: [{name: u, user: {client-certificate: admin.crt}}]",
        "users: [{name: u, user: {client-key: admin.key}}]")]
    [InlineData("refused", "missing", "", "")]
    [InlineData("refused", "empty", "", "")]
    public async Task Lists(string verdict, string list, string a, string b)
    {
        await using var cluster = await ClusterUnderTest.RealAsync();
        var fill = await FillAsync(cluster);
        await File.WriteAllTextAsync(Path.Combine(_folder, "a"), fill(a), Cancel);
        await File.WriteAllTextAsync(Path.Combine(_folder, "b"), fill(b), Cancel);
        await AlikeAsync(verdict, list.Split(':').Select(name => name.Length == 0 ? "" : Path.Combine(_folder, name)));
    }

    private async Task AlikeAsync(string verdict, string text)
    {
        await using var cluster = await ClusterUnderTest.RealAsync();
        var file = Path.Combine(_folder, "config");
        await File.WriteAllTextAsync(file, (await FillAsync(cluster))(text), Cancel);
        await AlikeAsync(verdict, [file]);
    }

    private async Task AlikeAsync(string verdict, IEnumerable<string> files)
    {
        var list = string.Join(Path.PathSeparator, files);
        var environment = new Dictionary<string, string> { ["KUBECONFIG"] = list, ["HOME"] = _folder };
        using var kubectl = Kubectl.With(null, environment);
        var said = await kubectl.RunAsync("get --raw /apis/apps/v1/namespaces/shop/deployments/checkout --request-timeout=10s");

        using var source = new KubeconfigSource(
            new ClusterChoice(Options.Create(new ClusterOptions()), Options.Create(new ClustersOptions())),
            new KubeconfigEnvironment(environment.GetValueOrDefault, _folder, _folder),
            TimeProvider.System,
            NullLogger<KubeconfigSource>.Instance);
        var failure = (await Client(source, new ManualClock { Hurry = TimeSpan.FromSeconds(3) })
            .GetWorkloadAsync(Checkout, Freshness.Latest, Cancel)).Failure!;

        Assert.Equal((verdict, verdict), (
            said.Contains("User \"undoer\"", StringComparison.Ordinal) ? "undoer"
                : said.Contains("\"checkout\" not found", StringComparison.Ordinal) ? "admin"
                : said.Contains("Unauthorized", StringComparison.Ordinal) ? "401"
                : said.Contains("system:anonymous", StringComparison.Ordinal) ? "anonymous"
                : $"refused{(verdict == "refused" ? "" : said)}",
            failure.Kind == ClusterFailureKind.Forbidden && failure.Message.Contains("User \"undoer\"", StringComparison.Ordinal) ? "undoer"
                : failure.Message.Contains("\"checkout\" not found", StringComparison.Ordinal) ? "admin"
                : failure.StatusCode == 401 ? "401"
                : failure.Message.Contains("system:anonymous", StringComparison.Ordinal) ? "anonymous"
                : $"refused{(verdict == "refused" ? "" : failure)}"));
    }

    /// <summary>Writes the files that rows name, and gives what fills in the values.</summary>
    private async Task<Func<string, string>> FillAsync(ClusterUnderTest cluster)
    {
        var real = KubeconfigReader.Read(await cluster.KubectlAsync("config view --raw --flatten"), "real", _folder);
        var (server, admin, token) = (real.Clusters.Values.Single(), real.Users["admin"], real.Users["undoer"].Token!);
        var (ca, certificate, key) = (server.CertificateAuthority!.Read(), admin.ClientCertificate!.Read(), admin.ClientKey!.Read());
        using var other = new TestAuthority();
        using var rsa = RSA.Create();
        rsa.ImportFromPem(key);
        foreach (var (name, text) in new Dictionary<string, string>
        {
            ["ca.crt"] = ca,
            ["other.crt"] = other.Pem,
            ["bundle.crt"] = $"# one\n{other.Pem}\n\nSubject: CN=two\n{ca}",
            ["admin.crt"] = certificate,
            ["chain.crt"] = certificate + ca,
            ["admin.key"] = key,
            ["rsa.key"] = rsa.ExportRSAPrivateKeyPem(),
            ["other.key"] = other.ClientCertificate(TestAuthority.KeyForm.RsaPkcs8).Key,
            ["encrypted.key"] = rsa.ExportEncryptedPkcs8PrivateKeyPem(
                "hunter2", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)),
            ["token"] = token + "\n",
            ["empty"] = "",
            ["plugin"] = $$$"""
                #!/bin/sh
                version=$(echo "$KUBERNETES_EXEC_INFO" | sed 's/.*"apiVersion":"\([^"]*\)".*/\1/')
                case "$MODE-$KUBERNETES_EXEC_INFO" in
                cluster-*'"certificate-authority-data"'* | -*) token={{{token}}} ;;
                *) exit 1 ;;
                esac
                echo '{"kind":"ExecCredential","apiVersion":"'$version'","status":{"token":"'$token'"}}'

                """,
        })
            await File.WriteAllTextAsync(Path.Combine(_folder, name), text, Cancel);

        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(
                Path.Combine(_folder, "plugin"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var values = new Dictionary<string, string>
        {
            ["CERT"] = TestAuthority.Base64(certificate),
            ["CA"] = TestAuthority.Base64(ca),
            ["KEY"] = TestAuthority.Base64(key),
            ["TOKEN"] = token,
            ["URL"] = server.Server!,
            ["PORT"] = new Uri(server.Server!).Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["%N"] = "current-context: x",
            ["%X"] = "contexts: [{name: x, context: {cluster: c, user: u}}]",
            ["%C"] = $"clusters: [{{name: c, cluster: {{server: '{server.Server}', "
                + $"certificate-authority-data: {TestAuthority.Base64(ca)}}}}}]",
            ["%U"] = $"users: [{{name: u, user: {{token: {token}}}}}]",
        };
        return text => Placeholder().Replace(text, match => values[match.Value]);
    }

    [GeneratedRegex(@"\b(CERT|CA|KEY|TOKEN|URL|PORT)\b|%[NXCU]")]
    private static partial Regex Placeholder();
}
