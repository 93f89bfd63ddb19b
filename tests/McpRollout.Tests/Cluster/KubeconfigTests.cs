using McpRollout.Kubernetes.Connections;
using McpRollout.Kubernetes.Kubeconfigs;
using McpRollout.Rollouts.Cluster;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpRollout.Tests.Cluster;

public sealed class KubeconfigTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kubeconfig").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task FirstFileOfTheListWins()
    {
        var first = Write("a", Config("one", "https://first:1"));
        var second = Write("b", Config("one", "https://second:2") + Environment.NewLine);
        var third = Write("c", Config("other", "https://third:3"));

        var identity = await IdentifyAsync(kubeconfig: string.Join(Path.PathSeparator, first, second, third));
        var other = await IdentifyAsync(kubeconfig: string.Join(Path.PathSeparator, first, second, third), context: "other");

        Assert.Equal(new ClusterIdentity("one", "https://first:1"), identity.Value);
        Assert.Equal(new ClusterIdentity("other", "https://third:3"), other.Value);
    }

    [Fact]
    public async Task AMissingFileOfTheListIsSkipped()
    {
        var there = Write("there", Config("here", "https://here:1"));
        var identity = await IdentifyAsync(variable: Path.Combine(_folder, "missing") + Path.PathSeparator + there);
        Assert.Equal("here", identity.Value?.Name);
    }

    [Fact]
    public async Task WithoutAnySettingTheFileInTheHomeFolderIsRead()
    {
        Directory.CreateDirectory(Path.Combine(_folder, ".kube"));
        Write(".kube/config", Config("home", "https://home:1"));
        Assert.Equal("home", (await IdentifyAsync()).Value?.Name);
    }

    [Fact]
    public async Task TheOptionGoesBeforeTheVariable()
    {
        var option = Write("option", Config("option", "https://o:1"));
        var variable = Write("variable", Config("variable", "https://v:1"));
        Assert.Equal("option", (await IdentifyAsync(option, variable: variable)).Value?.Name);
    }

    [Fact]
    public async Task InsideAPodItsServiceAccountIsTaken()
    {
        using var authority = new TestAuthority();
        Write("token", "abc");
        Write("ca.crt", authority.Pem);
        var identity = await IdentifyAsync(pod: ("10.0.0.1", "443"));
        Assert.Equal(new ClusterIdentity("in-cluster", "https://10.0.0.1"), identity.Value);
    }

    [Fact]
    public async Task WithoutAnyClusterTheFailureNamesThePlacesAndTheRemedy()
    {
        var failure = (await IdentifyAsync()).Failure!;
        Assert.Equal(ClusterFailureKind.NotConfigured, failure.Kind);
        Assert.Contains(Path.Combine(_folder, ".kube", "config"), failure.Message, StringComparison.Ordinal);
        Assert.Contains("Cluster:Kubeconfig", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFailureIsNotKept()
    {
        var source = Source(new ClusterOptions { Kubeconfig = Path.Combine(_folder, "later") });
        Assert.False((await source.ConnectAsync(TestContext.Current.CancellationToken)).Succeeded);
        Write("later", Config("later", "https://later:1"));
        Assert.True((await source.ConnectAsync(TestContext.Current.CancellationToken)).Succeeded);
    }

    [Fact]
    public async Task TheClusterStaysTheSameWhenTheFileChanges()
    {
        var file = Write("config", Config("one", "https://one:1"));
        var source = Source(new ClusterOptions { Kubeconfig = file });
        var before = await source.ConnectAsync(TestContext.Current.CancellationToken);
        Write("config", Config("two", "https://two:2"));
        var after = await source.ConnectAsync(TestContext.Current.CancellationToken);
        Assert.Same(before.Value, after.Value);
    }

    [Fact]
    public void JsonIsAKubeconfigToo()
    {
        var config = KubeconfigReader.Read("""{"current-context":"c","clusters":[{"name":"x","cluster":{"server":"https://x"}}]}""", "f",
            _folder);
        Assert.Equal("c", config.CurrentContext);
        Assert.Equal("https://x", config.Clusters["x"].Server);
    }

    [Fact]
    public void PathsAreRelativeToTheFileThatNamesThem()
    {
        var config = KubeconfigReader.Read(
            "users: [{name: u, user: {tokenFile: secrets/token, exec: {command: ./bin/plugin}}}, {name: v, user: {exec: {command: "
                + "plugin}}}]", "f", _folder);
        Assert.Equal(Path.Combine(_folder, "secrets", "token"), config.Users["u"].TokenFile);
        Assert.Equal(Path.Combine(_folder, "bin", "plugin"), config.Users["u"].Exec!.Command);
        Assert.Equal("plugin", config.Users["v"].Exec!.Command);
    }

    [Fact]
    public async Task AddressesAreShownWithoutCredentialsAndWithTheirPath()
    {
        var identity = await FromTextAsync("{server: 'https://me:secret@rancher/k8s/clusters/c-1/'}");
        Assert.Equal("https://rancher/k8s/clusters/c-1", identity.Value?.Server);
    }

    [Theory]
    [InlineData("a: [1", "is not valid YAML near line 2")]
    [InlineData("- a", "is not a kubeconfig")]
    [InlineData("clusters: {}", "clusters on line 1 must be a list")]
    [InlineData("clusters: [{name: c, cluster: {insecure-skip-tls-verify: maybe}}]", "must be true or false")]
    public void WhatIsWrongIsToldInWords(string text, string expected)
    {
        var error = Assert.Throws<KubeconfigException>(() => KubeconfigReader.Read(text, "/the/file", _folder));
        Assert.StartsWith("/the/file", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnErrorNeverQuotesTheFile()
    {
        var error = Assert.Throws<KubeconfigException>(
            () => KubeconfigReader.Read("users: [{name: u, user: {token: \"hunter2\" *hunter2}}]", "f", _folder));
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "{}", "no usable server address")]
    [InlineData(
        "{server: 'https://x', insecure-skip-tls-verify: true, certificate-authority-data: QQ==}",
        "{}",
        "insecure-skip-tls-verify")]
    [InlineData("{server: 'https://x', certificate-authority-data: '?'}", "{}", "certificate-authority-data is not base64")]
    [InlineData("{server: 'https://x', certificate-authority-data: QQ==}", "{}", "holds no certificate")]
    [InlineData("{server: 'https://x', certificate-authority: /does/not/exist}", "{}", "/does/not/exist, which cannot be read: it does not "
        + "exist")]
    [InlineData("{server: 'https://x', proxy-url: 'ftp://p'}", "{}", "unusable proxy-url")]
    [InlineData("{server: 'https://x'}", "{auth-provider: {name: gcp}}", "gke-gcloud-auth-plugin")]
    [InlineData("{server: 'https://x'}", "{client-certificate-data: QQ==}", "without client-key")]
    [InlineData("{server: 'https://x'}", "{client-certificate-data: QQ==, client-key-data: QQ==}", "are not an RSA or EC certificate")]
    [InlineData("{server: 'https://x'}", "{as-groups: [a]}", "need `as`")]
    [InlineData("{server: 'https://x'}", "{as: me, as-groups: [a, \"b\\n\"]}", "as-groups has characters other than printable ASCII")]
    public async Task AnUnusableEntryIsNotConfigured(string cluster, string user, string expected)
    {
        var failure = (await FromTextAsync(cluster, user)).Failure!;
        Assert.Equal(ClusterFailureKind.NotConfigured, failure.Kind);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>kubectl comes through with such a certificate; .NET cannot use one for TLS.</summary>
    [Fact]
    public async Task AnEd25519CertificateIsRefusedWithTheKeyToAskFor()
    {
        const string Certificate = """
            -----BEGIN CERTIFICATE-----
            MIIBLjCB4aADAgECAhQaRDSIVyFJupg0i+Om9FInrT2OmTAFBgMrZXAwDDEKMAgG
            A1UEAwwBZTAgFw0yNjExMjkxMTA4NDBaGA8yMTI2MTEwNTExMDg0MFowDDEKMAgG
            A1UEAwwBZTAqMAUGAytlcAMhAHykOwyDFNwffVCjKvVLx6yM4JzbUeGoga5dyPoJ
            hnsxo1MwUTAdBgNVHQ4EFgQUxjyYRGwXEvi3Ymdi75Gt6TFSGHcwHwYDVR0jBBgw
            FoAUxjyYRGwXEvi3Ymdi75Gt6TFSGHcwDwYDVR0TAQH/BAUwAwEB/zAFBgMrZXAD
            QQAydKyYlsjK1KKeEQCtMRH0mrBPEPdxl4nXqlxSBgnm36NWqTYKyFFvS9Z082JK
            xr85L0d8ryJgUeJWcTKxCdYI
            -----END CERTIFICATE-----
            """;
        const string Key = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIHczTu10AnqloM9A/hRiXMbIPLMCK2zNFWcdBClU50vi
            -----END PRIVATE KEY-----
            """;
        var failure = (await FromTextAsync("{server: 'https://x'}", $"{{client-certificate-data: {TestAuthority.Base64(Certificate)}, "
            + $"client-key-data: {TestAuthority.Base64(Key)}}}")).Failure!;
        Assert.EndsWith("is for an Ed25519 key, which .NET cannot use for TLS. Have one issued for an EC (P-256) or RSA key.",
            failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{server: 'x:6443'}", "http://x:6443")]
    [InlineData("{server: 'x:6443', insecure-skip-tls-verify: true}", "https://x:6443")]
    public async Task AnAddressWithoutASchemeIsSecureIfTlsIsSpokenOf(string cluster, string expected) =>
        Assert.Equal(expected, (await FromTextAsync(cluster)).Value?.Server);

    private static string Config(string context, string server) => $$"""
        current-context: {{context}}
        contexts: [{name: {{context}}, context: {cluster: {{context}} } }]
        clusters: [{name: {{context}}, cluster: {server: "{{server}}" } }]
        """;

    private static ValueTask<ClusterAnswer<ClusterIdentity>> FromTextAsync(string cluster, string user = "{}") =>
        ScriptedServer.Client(ScriptedServer.Kubeconfig(cluster, user)).IdentifyAsync(TestContext.Current.CancellationToken);

    private ValueTask<ClusterAnswer<ClusterIdentity>> IdentifyAsync(
        string? kubeconfig = null, string? context = null, string? variable = null, (string Host, string Port)? pod = null) =>
        ScriptedServer.Client(Source(new ClusterOptions { Kubeconfig = kubeconfig, Context = context }, variable, pod))
            .IdentifyAsync(TestContext.Current.CancellationToken);

    private KubeconfigSource Source(ClusterOptions options, string? variable = null, (string Host, string Port)? pod = null) => new(
        new ClusterChoice(Options.Create(options), Options.Create(new ClustersOptions())),
        new KubeconfigEnvironment(
            name => name switch
            {
                "KUBECONFIG" => variable,
                "KUBERNETES_SERVICE_HOST" => pod?.Host,
                "KUBERNETES_SERVICE_PORT" => pod?.Port,
                _ => null,
            },
            _folder,
            _folder),
        TimeProvider.System,
        NullLogger<KubeconfigSource>.Instance);

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }
}
