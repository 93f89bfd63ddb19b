using McpRollout.Kubernetes.Connections;
using McpRollout.Kubernetes.Kubeconfigs;
using McpRollout.Rollouts.Cluster;
using McpRollout.Tests.EndToEnd;
using McpRollout.Tests.PracticeCluster;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static McpRollout.Tests.Cluster.ScriptedServer;

namespace McpRollout.Tests.Cluster;

/// <summary>A real API server behind a proxy, under a name that only the proxy knows: who is asked decides who comes there.</summary>
public sealed class ProxyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("proxy").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Http", "HTTPS_PROXY=http://PROXY", "", true)]
    [InlineData("Http", "https_proxy=PROXY", "", true)]
    [InlineData("Https", "HTTPS_PROXY=https://PROXY", "", true)]
    [InlineData("Socks5", "HTTPS_PROXY=socks5://PROXY", "", true)]
    [InlineData("Http", "HTTPS_PROXY=http://PROXY NO_PROXY=10.0.0.0/8,cluster.invalid:443", "", true)]
    [InlineData("Http", "HTTPS_PROXY=http://PROXY NO_PROXY=.invalid", "", false)]
    [InlineData("Http", "ALL_PROXY=http://PROXY HTTP_PROXY=http://PROXY", "", false)]
    [InlineData("Http", "", "http://PROXY", true)]
    [InlineData("Socks5", "HTTPS_PROXY=http://127.0.0.1:1 NO_PROXY=*", "socks5://PROXY", true)]
    public async Task Kubectl_and_the_program_ask_the_same_proxy(string kind, string environment, string proxyUrl, bool reaches)
    {
        await using var cluster = await ClusterUnderTest.RealAsync();
        using var authority = new TestAuthority();
        var config = KubeconfigReader.Read(
            await cluster.KubectlAsync("config view --raw --flatten --minify --context=undoer"), "real", _folder);
        var real = config.Clusters.Values.Single();
        using var certificate = authority.ServerCertificate("localhost");
        using var proxy = new TunnelProxy(Enum.Parse<TunnelProxy.ProxyKind>(kind), certificate, new Uri(real.Server!).Port);
        var authorities = TestAuthority.Base64(real.CertificateAuthority!.Read() + "\n" + authority.Pem);
        var named = proxyUrl.Length == 0 ? "" : $", proxy-url: '{proxyUrl.Replace("PROXY", proxy.Authority, StringComparison.Ordinal)}'";
        var variables = environment.Replace("PROXY", "\0", StringComparison.Ordinal).Replace("_\0", "_PROXY", StringComparison.Ordinal)
            .Replace("\0", proxy.Authority, StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var file = Path.Combine(_folder, "config");
        await File.WriteAllTextAsync(file, Kubeconfig(
            "{server: 'https://cluster.invalid:6443', tls-server-name: localhost, "
                + $"certificate-authority-data: {authorities}{named}}}",
            $"{{token: {config.Users.Values.Single().Token}}}"), Cancel);

        using var kubectl = Kubectl.With(file, variables);
        var said = await kubectl.RunAsync("get --raw /api --request-timeout=10s");
        var tunnels = proxy.Asked;
        using var source = new KubeconfigSource(
            new ClusterChoice(Options.Create(new ClusterOptions { Kubeconfig = file }), Options.Create(new ClustersOptions())),
            new KubeconfigEnvironment(variables.GetValueOrDefault, _folder, _folder),
            TimeProvider.System,
            NullLogger<KubeconfigSource>.Instance);
        var answer = await Client(source, new ManualClock { Hurry = TimeSpan.FromSeconds(3) })
            .GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);

        Assert.Equal(reaches, said.Contains("APIVersions", StringComparison.Ordinal));
        Assert.Equal(reaches ? ClusterFailureKind.Forbidden : ClusterFailureKind.Unreachable, answer.Failure?.Kind);
        Assert.Equal((reaches, reaches), (tunnels > 0, proxy.Asked > tunnels));
    }
}
