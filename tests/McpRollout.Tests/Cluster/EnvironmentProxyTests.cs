using McpRollout.Kubernetes.Connections;
using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Tests.Cluster;

/// <summary>The rules of Go, as http.ProxyFromEnvironment was seen to answer each of these rows.</summary>
public sealed class EnvironmentProxyTests
{
    [Theory]
    [InlineData("https://api.example.org", "HTTPS_PROXY=http://p:3128", "http://p:3128")]
    [InlineData("https://api.example.org", "https_proxy=http://p:3128", "http://p:3128")]
    [InlineData("https://api.example.org", "HTTPS_PROXY=http://upper:1 https_proxy=http://lower:1", "http://upper:1")]
    [InlineData("https://api.example.org", "HTTPS_PROXY= https_proxy=http://lower:1", "http://lower:1")]
    [InlineData("https://api.example.org", "HTTP_PROXY=http://p:3128", null)]
    [InlineData("http://api.example.org", "HTTP_PROXY=http://p:3128", "http://p:3128")]
    [InlineData("http://api.example.org", "http_proxy=http://p:3128", "http://p:3128")]
    [InlineData("http://api.example.org", "HTTPS_PROXY=http://p:3128", null)]
    [InlineData("https://api.example.org", "ALL_PROXY=http://p:3128 all_proxy=http://p:3128", null)]
    [InlineData("https://api.example.org", "HTTPS_PROXY=http://p:3128 REQUEST_METHOD=GET", "http://p:3128")]
    [InlineData("https://api.example.org", "", null)]
    [InlineData("https://api.example.org", "HTTPS_PROXY=p:3128", "http://p:3128")]
    [InlineData("https://api.example.org", "HTTPS_PROXY=10.0.0.9:3128", "http://10.0.0.9:3128")]
    [InlineData("https://api.example.org", "HTTPS_PROXY=p", "http://p")]
    [InlineData("https://api.example.org", "HTTPS_PROXY=https://p:8443", "https://p:8443")]
    [InlineData("https://api.example.org", "HTTPS_PROXY=socks5://p:1080", "socks5://p:1080")]
    [InlineData("https://api.example.org", "HTTPS_PROXY=http://me:secret@p:3128", "http://me:secret@p:3128")]
    [InlineData("https://localhost:6443", "HTTPS_PROXY=http://p:3128", null)]
    [InlineData("https://127.0.0.1:6443", "HTTPS_PROXY=http://p:3128", null)]
    [InlineData("https://127.8.9.10", "HTTPS_PROXY=http://p:3128", null)]
    [InlineData("https://[::1]:6443", "HTTPS_PROXY=http://p:3128", null)]
    [InlineData("https://my.localhost", "HTTPS_PROXY=http://p:3128", "http://p:3128")]
    [InlineData("https://example.org", "HTTPS_PROXY=p NO_PROXY=example.org", null)]
    [InlineData("https://api.example.org", "HTTPS_PROXY=p NO_PROXY=example.org", null)]
    [InlineData("https://API.Example.ORG", "HTTPS_PROXY=p NO_PROXY=eXAMPLE.org", null)]
    [InlineData("https://notexample.org", "HTTPS_PROXY=p NO_PROXY=example.org", "http://p")]
    [InlineData("https://example.org", "HTTPS_PROXY=p NO_PROXY=.example.org", "http://p")]
    [InlineData("https://api.example.org", "HTTPS_PROXY=p NO_PROXY=.example.org", null)]
    [InlineData("https://example.org", "HTTPS_PROXY=p NO_PROXY=*.example.org", "http://p")]
    [InlineData("https://api.example.org", "HTTPS_PROXY=p NO_PROXY=*.example.org", null)]
    [InlineData("https://api.example.org", "HTTPS_PROXY=p NO_PROXY=api.*", "http://p")]
    [InlineData("https://api.example.org", "HTTPS_PROXY=p no_proxy=example.org", null)]
    [InlineData("https://api.example.org", "HTTPS_PROXY=p NO_PROXY=other no_proxy=example.org", "http://p")]
    [InlineData("https://api.example.org", "HTTPS_PROXY=p NO_PROXY=a,,\t.example.org\t,b", null)]
    [InlineData("https://api.example.org", "HTTPS_PROXY=p NO_PROXY=a;example.org", "http://p")]
    [InlineData("https://api.example.org", "HTTPS_PROXY=p NO_PROXY=*", null)]
    [InlineData("https://10.1.2.3", "HTTPS_PROXY=p NO_PROXY=x,*", null)]
    [InlineData("https://api.example.org:6443", "HTTPS_PROXY=p NO_PROXY=example.org:6443", null)]
    [InlineData("https://api.example.org", "HTTPS_PROXY=p NO_PROXY=example.org:6443", "http://p")]
    [InlineData("https://api.example.org", "HTTPS_PROXY=p NO_PROXY=example.org:443", null)]
    [InlineData("http://api.example.org", "HTTP_PROXY=p NO_PROXY=example.org:80", null)]
    [InlineData("https://api.example.org", "HTTPS_PROXY=p NO_PROXY=example.org:", null)]
    [InlineData("https://api.example.org", "HTTPS_PROXY=p NO_PROXY=:443", "http://p")]
    [InlineData("https://10.1.2.3", "HTTPS_PROXY=p NO_PROXY=10.1.2.3", null)]
    [InlineData("https://10.1.2.3", "HTTPS_PROXY=p NO_PROXY=10.1.2.3:443", null)]
    [InlineData("https://10.1.2.3", "HTTPS_PROXY=p NO_PROXY=10.1.2.3:6443", "http://p")]
    [InlineData("https://10.1.2.3", "HTTPS_PROXY=p NO_PROXY=10.0.0.0/8", null)]
    [InlineData("https://10.1.2.3", "HTTPS_PROXY=p NO_PROXY=10.9.9.9/8", null)]
    [InlineData("https://11.1.2.3", "HTTPS_PROXY=p NO_PROXY=10.0.0.0/8", "http://p")]
    [InlineData("https://10.1.2.3", "HTTPS_PROXY=p NO_PROXY=10.1.2.0/23", null)]
    [InlineData("https://10.1.4.3", "HTTPS_PROXY=p NO_PROXY=10.1.2.0/23", "http://p")]
    [InlineData("https://10.1.2.3", "HTTPS_PROXY=p NO_PROXY=0.0.0.0/0", null)]
    [InlineData("https://10.1.2.3", "HTTPS_PROXY=p NO_PROXY=10.0.0.0/33", "http://p")]
    [InlineData("https://10.1.2.3", "HTTPS_PROXY=p NO_PROXY=::/0", "http://p")]
    [InlineData("https://10.1.2.3", "HTTPS_PROXY=p NO_PROXY=10", "http://p")]
    [InlineData("https://0.0.0.10", "HTTPS_PROXY=p NO_PROXY=012", "http://p")]
    [InlineData("https://10.1.2.3", "HTTPS_PROXY=p NO_PROXY=2.3", null)]
    [InlineData("https://10.1.2.3", "HTTPS_PROXY=p NO_PROXY=::ffff:10.1.2.3", null)]
    [InlineData("https://[2001:db8::7]", "HTTPS_PROXY=p NO_PROXY=2001:DB8::7", null)]
    [InlineData("https://[2001:db8::7]", "HTTPS_PROXY=p NO_PROXY=2001:db8:0::7", null)]
    [InlineData("https://[2001:db8::7]:6443", "HTTPS_PROXY=p NO_PROXY=[2001:db8::7]:6443", null)]
    [InlineData("https://[2001:db8::7]", "HTTPS_PROXY=p NO_PROXY=[2001:db8::7]:6443", "http://p")]
    [InlineData("https://[2001:db8::7]", "HTTPS_PROXY=p NO_PROXY=[2001:db8::7]", "http://p")]
    [InlineData("https://[2001:db8::7]", "HTTPS_PROXY=p NO_PROXY=2001:db8::/32", null)]
    [InlineData("https://[2001:db9::7]", "HTTPS_PROXY=p NO_PROXY=2001:db8::/32", "http://p")]
    [InlineData("https://api.bücher.example", "HTTPS_PROXY=p NO_PROXY=bücher.example", null)]
    [InlineData("https://api.bücher.example", "HTTPS_PROXY=p NO_PROXY=xn--bcher-kva.example", null)]
    [InlineData("https://example.org", "HTTPS_PROXY=p NO_PROXY=.", "http://p")]
    [InlineData("https://example.org", "HTTPS_PROXY=p NO_PROXY=*.", "http://p")]
    public void The_environment_means_what_it_means_to_kubectl(string server, string environment, string? expected) =>
        Assert.Equal(expected is null ? null : new Uri(expected), EnvironmentProxy.For(new Uri(server), Variables(environment)));

    [Theory]
    [InlineData("socks5h://p", "socks5://p:1080")]
    [InlineData("socks5://me:secret@p", "socks5://me:secret@p:1080")]
    [InlineData("SOCKS5://p:9", "socks5://p:9")]
    public void What_DotNet_calls_otherwise_is_translated(string proxy, string expected) => Assert.Equal(
        new Uri(expected), EnvironmentProxy.For(new Uri("https://api.example.org"), Variables($"HTTPS_PROXY={proxy}")));

    [Theory]
    [InlineData("https://x", "HTTPS_PROXY=ftp://me:hunter2@p", "HTTPS_PROXY in the environment is no address of a proxy")]
    [InlineData("http://x", "http_proxy=http://me:hunter2@:80:80", "HTTP_PROXY in the environment is no address of a proxy")]
    [InlineData("https://x", "HTTPS_PROXY=socks4://p", "Set it to http://, https:// or socks5://HOST:PORT, or list")]
    [InlineData("http://x", "HTTP_PROXY=http://me:hunter2@p REQUEST_METHOD=GET", "Unset one of them, or set proxy-url")]
    public void A_proxy_that_cannot_be_used_is_refused_with_a_remedy(string server, string environment, string expected)
    {
        var refused = Assert.Throws<KubeconfigException>(() => EnvironmentProxy.For(new Uri(server), Variables(environment)));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
    }

    private static Func<string, string?> Variables(string environment) => environment.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]).GetValueOrDefault;
}
