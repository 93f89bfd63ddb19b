using System.Text.Json;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Rollouts;

/// <summary>Deployments whose pods say what they run.</summary>
internal static class Ran
{
    public static readonly DateTimeOffset Start = new(2026, 3, 10, 10, 0, 0, TimeSpan.Zero);

    public static string Digest(char letter) => $"sha256:{new string(letter, 64)}";

    public static RanImage Seen(string revision, string container, string image, char digest, int first, int? last = null) =>
        new(new(revision, container, image, Digest(digest)), Start.AddMinutes(first), Start.AddMinutes(last ?? first));

    public static SeenDigest Anywhere(string image, char digest, int arrived) => new(image, Digest(digest), Start.AddMinutes(arrived));

    /// <summary>Two revisions: <c>web-1</c> runs app:1 and a sidecar app:log, <c>web-2</c> app:2.</summary>
    public static RevisionHistory History(string uid = "u-1", params JsonElement[] pods) => RevisionHistory.From(
        Workload.From(ResourceType.Deployment, Samples.Json($$$"""
            {"metadata":{"name":"web","namespace":"shop","uid":"{{{uid}}}","generation":2,
              "annotations":{"deployment.kubernetes.io/revision":"2"} },
             "spec":{"selector":{"matchLabels":{"app":"web"} },"template":{{{Template("app:2")}}} },"status":{"observedGeneration":2} }
            """)),
        [Set(uid, 1, "app:1"), Set(uid, 2, "app:2")],
        pods);

    public static string Template(string image) => $$$"""
        {"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{"name":"web","image":"{{{image}}}"}],
          "initContainers":[{"name":"log","image":"app:log","restartPolicy":"Always"}]} }
        """;

    /// <summary>A pod of a revision.</summary>
    public static JsonElement Pod(int revision, string imageId, string? image = null, string logId = "", string uid = "u-1") =>
        Samples.Json($$$"""
            {"metadata":{"name":"web-{{{revision}}}-{{{Guid.NewGuid()}}}","labels":{"pod-template-hash":"h{{{revision}}}"},
              "ownerReferences":[{"uid":"{{{uid}}}-rs-{{{revision}}}","controller":true}]},
             "spec":{"containers":[{"name":"web","image":"{{{image ?? $"app:{revision}"}}}"}],
               "initContainers":[{"name":"log","image":"app:log"}]},
             "status":{"containerStatuses":[{"name":"web","imageID":"{{{imageId}}}"}],
               "initContainerStatuses":[{"name":"log","imageID":"{{{logId}}}"}]} }
            """);

    private static JsonElement Set(string uid, int number, string image) => Samples.Json($$$"""
        {"metadata":{"name":"web-{{{number}}}","namespace":"shop","uid":"{{{uid}}}-rs-{{{number}}}","creationTimestamp":"2026-03-0{{{number}}}T10:00:00Z",
          "labels":{"pod-template-hash":"h{{{number}}}"},"annotations":{"deployment.kubernetes.io/revision":"{{{number}}}"},
          "ownerReferences":[{"uid":"{{{uid}}}","controller":true}]},
         "spec":{"template":{{{Template(image)}}} } }
        """);
}
