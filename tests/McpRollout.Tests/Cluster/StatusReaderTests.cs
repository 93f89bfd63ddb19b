using System.Text.Json;
using McpRollout.Kubernetes.Api;
using McpRollout.Rollouts.Cluster;

namespace McpRollout.Tests.Cluster;

public sealed class StatusReaderTests
{
    [Theory]
    [InlineData(401, "Unauthorized", "Unauthorized")]
    [InlineData(403, "Forbidden", "Forbidden")]
    [InlineData(404, "NotFound", "NotFound")]
    [InlineData(409, "Conflict", "Conflict")]
    [InlineData(409, "AlreadyExists", "Conflict")]
    [InlineData(400, "BadRequest", "Invalid")]
    [InlineData(422, "Invalid", "Invalid")]
    [InlineData(410, "Expired", "Gone")]
    [InlineData(410, "Gone", "Gone")]
    [InlineData(429, "TooManyRequests", "TooManyRequests")]
    [InlineData(500, "InternalError", "ServerError")]
    [InlineData(504, "Timeout", "ServerError")]
    [InlineData(418, "TheWebhookSaysTeapot", "Invalid")]
    [InlineData(302, "", "Unexpected")]
    public void TheReasonDecides(int code, string reason, string kind)
    {
        var failure = StatusReader.Read(code, Parse($$"""{"kind":"Status","message":"in words","reason":"{{reason}}","code":{{code}}}"""),
            "https://c");
        Assert.Equal(kind, failure.Kind.ToString());
        Assert.Equal("in words", failure.Message);
        Assert.Equal(code, failure.StatusCode);
    }

    [Fact]
    public void TheReasonGoesBeforeTheCode() =>
        Assert.Equal(ClusterFailureKind.Gone, StatusReader.Read(500, Parse("""{"kind":"Status","reason":"Expired"}"""), "https://c").Kind);

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"name":"web"}""", true)]
    [InlineData("""{"causes":[]}""", false)]
    [InlineData("""{"causes":[{"field":"spec"}]}""", true)]
    public void AFailedTestOfAPatchHasNoDetails(string details, bool has) =>
        Assert.Equal(has,
            StatusReader.Read(422, Parse($$"""{"kind":"Status","reason":"Invalid","details":{{details}}}"""), "https://c").HasDetails);

    [Theory]
    [InlineData(404, "Unexpected")]
    [InlineData(200, "Unexpected")]
    [InlineData(409, "Unexpected")]
    [InlineData(401, "Unauthorized")]
    [InlineData(503, "ServerError")]
    public void AnAnswerThatIsNotKubernetesSaysNothingOfObjects(int code, string kind)
    {
        Assert.Equal(kind, StatusReader.Read(code, null, "https://c").Kind.ToString());
        Assert.Equal(kind, StatusReader.Read(code, Parse("""{"error":"proxy"}"""), "https://c").Kind.ToString());
    }

    [Fact]
    public void TheServersPauseIsKept() => Assert.Equal(
        TimeSpan.FromSeconds(5),
        StatusReader.Read(429, Parse("""{"kind":"Status","details":{"retryAfterSeconds":5}}"""), "https://c").RetryAfter);

    private static JsonElement Parse(string json) => JsonElement.Parse(json);
}
