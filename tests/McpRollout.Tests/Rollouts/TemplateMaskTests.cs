using McpRollout.Rollouts.Text;

namespace McpRollout.Tests.Rollouts;

public sealed class TemplateMaskTests
{
    [Fact]
    public void Secrets_are_masked_and_references_stay()
    {
        const string Template = """
            {"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"a\":1}","note":"x --token=y","prometheus.io/port":"9090"}},
             "spec":{"containers":[{"name":"app","image":"shop/checkout@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
              "args":["--password","hunter2","--level=info"],"command":["sh","-c","curl -u https://a:b@c"],
              "env":[{"name":"LOG_LEVEL","value":"info"},{"name":"DB","valueFrom":{"secretKeyRef":{"name":"db","key":"password"}}}],
              "livenessProbe":{"httpGet":{"httpHeaders":[{"name":"Authorization","value":"Basic x"},{"name":"Host","value":"h"}]}},
              "lifecycle":{"preStop":{"exec":{"command":["stop","--api-key=z"]}}}}],
              "volumes":[{"name":"v","secret":{"secretName":"s"}},{"name":"w","csi":{"volumeAttributes":{"password":"p"}}}],"replicas":1,"on":true,"none":null}}
            """;
        const string Expected = """
            {"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"***","note":"x --token=***","prometheus.io/port":"9090"}},
             "spec":{"containers":[{"name":"app","image":"shop/checkout@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
              "args":["--password","***","--level=info"],"command":["sh","-c","curl -u https://a:***@c"],
              "env":[{"name":"LOG_LEVEL","value":"***"},{"name":"DB","valueFrom":{"secretKeyRef":{"name":"db","key":"password"}}}],
              "livenessProbe":{"httpGet":{"httpHeaders":[{"name":"Authorization","value":"***"},{"name":"Host","value":"h"}]}},
              "lifecycle":{"preStop":{"exec":{"command":["stop","--api-key=***"]}}}}],
              "volumes":[{"name":"v","secret":{"secretName":"s"}},{"name":"w","csi":{"volumeAttributes":{"password":"***"}}}],"replicas":1,"on":true,"none":null}}
            """;
        Assert.Equal(Samples.Json(Expected).GetRawText().Replace("\n", "", StringComparison.Ordinal)
            .Replace(" ", "", StringComparison.Ordinal), TemplateMask.Mask(Samples.Json(Template)).ToJsonString()
            .Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Annotations_with_manifests_or_secrets_are_masked() => Assert.Equal(
        new SortedDictionary<string, string>
        {
            ["api-token"] = "***",
            ["deployment.kubernetes.io/revision"] = "2",
            ["kubernetes.io/change-cause"] = "set env --password=***",
            ["manifest"] = "***",
            ["values"] = "***",
        },
        TemplateMask.MaskAnnotations(new Dictionary<string, string>
        {
            ["values"] = "image: x\nreplicas: 1",
            ["manifest"] = " {\"kind\":\"Secret\"}",
            ["api-token"] = "abc",
            ["kubernetes.io/change-cause"] = "set env --password=x",
            ["deployment.kubernetes.io/revision"] = "2",
        }));
}
