using McpRollout.Rollouts.Text;

namespace McpRollout.Tests.Rollouts;

public sealed class SecretTextTests
{
    [Theory]
    [InlineData("kubectl set env deploy/a --token=abc123 --record", "kubectl set env deploy/a --token=*** --record")]
    [InlineData("helm upgrade --password hunter2 --wait", "helm upgrade --password *** --wait")]
    [InlineData("--from-literal=api_key='x y' z", "--from-literal=api_key=*** z")]
    [InlineData("rotated, password: hunter2", "rotated, password: ***")]
    [InlineData("{\"token\":\"a b\",\"x\":1}", "{\"token\":***,\"x\":1}")]
    [InlineData("push https://bob:s3cr3t@git.example/x.git", "push https://bob:***@git.example/x.git")]
    [InlineData("clone https://ghp0123456789012345678901@git.example/x", "clone https://***@git.example/x")]
    [InlineData("Authorization: Bearer abcdefghijklmnop0123", "Authorization: Bearer ***")]
    [InlineData("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_1 end", "jwt *** end")]
    [InlineData("key AKIAIOSFODNN7EXAMPLE here", "key *** here")]
    [InlineData("wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY12", "***")]
    [InlineData("d41d8cd98f00b204e9800998ecf8427e", "***")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- after", "*** after")]
    public void Credentials_are_masked(string text, string expected) => Assert.Equal(expected, SecretText.Mask(text));

    [Theory]
    [InlineData("update image to shop/checkout:1.4.2")]
    [InlineData("kubectl set image deployment/checkout "
        + "app=shop/checkout@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    [InlineData("deploy of commit 3f786850e387550fdab836ed7e6dc881de23001b")]
    [InlineData("rotate the token of the billing service")]
    [InlineData("https://example.org:8443/path?x=1")]
    [InlineData("couldn't find key password in Secret shop/db")]
    [InlineData("pull access denied, repository does not exist or may require authorization: server message: insufficient_scope")]
    [InlineData("--token-file=/var/run/secrets/token --tls-cert-name=web")]
    [InlineData("")]
    public void Ordinary_text_stays(string text) => Assert.Equal(text, SecretText.Mask(text));

    [Fact]
    public void An_argument_after_its_name_is_masked() => Assert.Equal(
        ["serve", "--password", "***", "--verbose", "x", "--token=***", "--secret", "--next"],
        SecretText.MaskArguments(["serve", "--password", "hunter2", "--verbose", "x", "--token=abc", "--secret", "--next"]));

    // Where a pattern is tried from every character on, some of these took more than two seconds; now none takes a tenth of one.
    [Theory]
    [InlineData("token.")]
    [InlineData("token")]
    [InlineData("eyJ-")]
    [InlineData("://a:")]
    [InlineData("--key ")]
    [InlineData("0123456789abcdef")]
    [InlineData("-----BEGIN A-----")]
    [InlineData("password=\"")]
    public async Task Hostile_text_takes_no_time(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 100_000));
        var masking = Task.Run(() => SecretText.Mask(text).Length, TestContext.Current.CancellationToken);
        Assert.InRange(await masking.WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken), 1, 8200);
    }
}
