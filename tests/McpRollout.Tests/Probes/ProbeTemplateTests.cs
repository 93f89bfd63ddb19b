using McpRollout.Approvals.Probes;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Probes;

public sealed class ProbeTemplateTests
{
    [Theory]
    [InlineData("http://{name}.{namespace}.svc:8080/healthz", "checkout", "http://checkout.shop.svc:8080/healthz")]
    [InlineData("https://probes.example/{resource_type}/{name}?in={namespace}", "checkout",
        "https://probes.example/statefulset/checkout?in=shop")]
    [InlineData("https://probes.example/{name}", "a/../b?c#d%", "https://probes.example/a%2F..%2Fb%3Fc%23d%25")]
    [InlineData("https://probes.example/{name}", "evil.example", "https://probes.example/evil.example")]
    [InlineData("http://{name}/healthz", "evil.example", null)]
    [InlineData("http://{name}.svc/healthz", "evil.example/x", null)]
    [InlineData("http://{name}:80/", "user@evil", null)]
    [InlineData("http://user:{name}@probes.example/", "checkout", null)]
    [InlineData("ftp://probes.example/", "checkout", null)]
    [InlineData("nowhere", "checkout", null)]
    public void NamesStayNamesInAnAddress(string template, string name, string? address) => Assert.Equal(
        address, ProbeTemplate.Address(template, new WorkloadRef(ResourceType.StatefulSet, "shop", name))?.OriginalString);

    [Theory]
    [InlineData("checkout-1.2", "up{app=\"checkout-1.2\",ns='shop'}")]
    [InlineData("\"} or vector(0)",
        "up{app=\"\\U00000022\\U0000007d\\U00000020or\\U00000020vector\\U000000280\\U00000029\",ns='shop'}")]
    [InlineData("'\\\n", "up{app=\"\\U00000027\\U0000005c\\U0000000a\",ns='shop'}")]
    [InlineData("ä😀", "up{app=\"\\U000000e4\\U0001f600\",ns='shop'}")]
    public void NamesStayWithinTheQuotesOfAQuestion(string name, string question) => Assert.Equal(
        question,
        ProbeTemplate.Question("up{app=\"{name}\",ns='{namespace}'}", new WorkloadRef(ResourceType.Deployment, "shop", name)));

    [Theory]
    [InlineData("vector(1)", true)]
    [InlineData("up{app=\"{name}\"}", true)]
    [InlineData("up{app='{name}-x'}", true)]
    [InlineData("up{app=~\"it's {name}\"}", true)]
    [InlineData("up{app=\"\\\"{name}\"}", true)]
    [InlineData("{name}", false)]
    [InlineData("up{app={name}}", false)]
    [InlineData("up{app=`{name}`}", false)]
    [InlineData("up{app=\"a\"} + {namespace}", false)]
    [InlineData("up{app=\"\\\\\"{name}\"}", false)]
    public void APlaceholderOutsideOfQuotesIsFound(string question, bool isQuoted) =>
        Assert.Equal(isQuoted, ProbeTemplate.IsQuoted(question));

    [Theory]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1435781451.781,"0.31"]}}""", 0.31, null)]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1435781451.781,"1e3"]}]}}""", 1000d,
        null)]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[]}}""", null, "no sample")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"1"]},{"value":[1,"2"]}]}}""", null,
        "2 samples, not one")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,"NaN"]}}""", null, "its answer is no figure")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,"+Inf"]}}""", null, "its answer is no figure")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1,2]}}""", null, "its answer is no figure")]
    [InlineData("""{"status":"success","data":{"resultType":"string","result":[1,"2"]}}""", null, "its answer is no figure")]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1,"2"]]}]}}""", null, "its answer is no figure")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"histogram":[1,{"sum":"2"}]}]}}""", null,
        "its answer is no figure")]
    [InlineData("""{"status":"success"}""", null, "its answer is no figure")]
    [InlineData("""{"status":"error","errorType":"bad_data","error":"parse error"}""", null, "Prometheus refused the question")]
    [InlineData("[]", null, "Prometheus refused the question")]
    [InlineData("<html>", null, "its answer cannot be read")]
    public void OneFigureIsReadAndNothingElse(string json, double? figure, string? why) =>
        Assert.Equal((figure, why), PrometheusAnswer.Read(System.Text.Encoding.UTF8.GetBytes(json)));
}
