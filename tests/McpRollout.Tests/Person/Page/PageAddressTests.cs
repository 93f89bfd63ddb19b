using McpRollout.Approvals.Broker;
using McpRollout.Web;

namespace McpRollout.Tests.Person.Page;

public sealed class PageAddressTests
{
    [Theory]
    [InlineData("http://localhost:7391", null, "localhost:7391", true)]
    [InlineData("http://localhost:7391", null, "LOCALHOST:7391", true)]
    [InlineData("http://localhost:7391", null, "localhost", false)]
    [InlineData("http://localhost:7391", null, "127.0.0.1:7391", false)]
    [InlineData("http://localhost", null, "localhost", true)]
    [InlineData("http://localhost", null, "localhost:80", true)]
    [InlineData("http://[::1]:7391", null, "[::1]:7391", true)]
    [InlineData("http://0.0.0.0:7391", "https://approvals.example.com", "approvals.example.com", true)]
    [InlineData("http://0.0.0.0:7391", "https://approvals.example.com", "approvals.example.com:443", true)]
    [InlineData("http://0.0.0.0:7391", "https://approvals.example.com", "10.1.2.3:7391", false)]
    [InlineData("http://localhost:7391", null, "", false)]
    public void OnlyConfiguredHostsAreThePage(string listen, string? publicUrl, string host, bool allowed) =>
        Assert.Equal(allowed, Read(listen, publicUrl).AllowsHost(host));

    [Theory]
    [InlineData("http://localhost:7391", "http://localhost:7391", true)]
    [InlineData("http://localhost:7391", "https://localhost:7391", false)]
    [InlineData("http://localhost:7391", "http://localhost:7392", false)]
    [InlineData("http://localhost:7391", "null", false)]
    [InlineData("http://localhost:7391", "http://localhost:7391/", false)]
    public void OnlyThePageItselfIsItsOrigin(string listen, string origin, bool allowed) =>
        Assert.Equal(allowed, Read(listen, null).AllowsOrigin("localhost:7391", origin));

    [Theory]
    [InlineData("https://localhost:7391", null, "Approvals:Listen")]
    [InlineData("localhost:7391", null, "Approvals:Listen")]
    [InlineData("http://localhost:7391/page", null, "Approvals:Listen")]
    [InlineData("http://approvals.example.com", null, "Approvals:Listen")]
    [InlineData("http://localhost:7391", "https://example.com/approvals", "Approvals:PublicUrl")]
    [InlineData("http://localhost:7391", "ftp://example.com", "Approvals:PublicUrl")]
    public void WhatCannotBeServedIsSaid(string listen, string? publicUrl, string key)
    {
        Assert.False(PageAddress.TryRead(new ApprovalOptions { Listen = listen, PublicUrl = publicUrl }, out _, out var errors));
        Assert.Contains(errors, error => error.StartsWith(key, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://0.0.0.0:7391", "http://127.0.0.1:7391/")]
    [InlineData("http://[::]:7391", "http://[::1]:7391/")]
    [InlineData("http://10.1.2.3:7391", "http://10.1.2.3:7391/")]
    [InlineData("http://localhost:7391", "http://localhost:7391/")]
    public void NeighboursAreAskedWhereTheyCanBeReached(string listen, string url) =>
        Assert.Equal(url, Read(listen, null).Loopback.ToString());

    private static PageAddress Read(string listen, string? publicUrl)
    {
        Assert.True(PageAddress.TryRead(new ApprovalOptions { Listen = listen, PublicUrl = publicUrl }, out var address, out var errors),
            string.Join(' ', errors));
        return address!;
    }
}
