using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Rollouts;

public sealed class TemplateDigestTests
{
    private const string Plain = """{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"a","image":"i:1"}]}}""";

    [Theory]
    [InlineData("""{"spec":{"containers":[{"image":"i:1","name":"a"}]},"metadata":{"labels":{"app":"a"}}}""")]
    [InlineData("""{"metadata":{"creationTimestamp":null,"labels":{"app":"a"}},"spec":{"containers":[{"name":"a","image":"i:1"}]}}""")]
    [InlineData("""{"metadata":{"labels":{"app":"a","pod-template-hash":"5d994bf79"}}"""
        + ""","spec":{"containers":[{"name":"a","image":"i:1"}]}}""")]
    [InlineData("""{"$patch":"replace","metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"a","image":"i:1"}]}}""")]
    public void A_template_has_one_digest_wherever_it_is_kept(string kept) =>
        Assert.Equal(TemplateDigest.Of(Samples.Json(Plain)), TemplateDigest.Of(Samples.Json(kept)));

    [Fact]
    public void Another_template_has_another_digest()
    {
        var digest = TemplateDigest.Of(Samples.Json(Plain));
        Assert.Matches("^[0-9a-f]{64}$", digest);
        Assert.NotEqual(digest, TemplateDigest.Of(Samples.Json(Plain.Replace("i:1", "i:2", StringComparison.Ordinal))));
        Assert.NotEqual(digest, TemplateDigest.Of(Samples.Json(Plain.Replace("\"a\"}}", "\"a\",\"b\":\"\"}}", StringComparison.Ordinal))));
    }
}
