using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Helm;

namespace McpRollout.Tests.Rollouts.Helm;

/// <summary>Records of Helm: recorded ones, and such as are made from them.</summary>
internal static class Releases
{
    /// <summary>The recorded Secrets, oldest first.</summary>
    public static IReadOnlyList<JsonElement> Secrets { get; } = [.. Items(Recorded.HelmSecrets)];

    public static JsonElement ConfigMap { get; } = Items(Recorded.HelmConfigMaps).Single();

    public static ReleaseRecord Record(int revision) => ReleaseRecord.Read(Secrets[revision - 1]);

    public static ReleaseHistory History(params IEnumerable<JsonElement> stored) => ReleaseHistory.Of(
        new("front", "front"),
        stored.Select(each => ReleaseRevision.Of(ReleaseEntry.Of(ReleaseDriver.Secret, each)!, each)));

    /// <summary>What Helm keeps of a recorded revision.</summary>
    public static JsonObject Content(int revision)
    {
        var bytes = RecordText.Unpacked(Secrets[revision - 1]);
        return JsonNode.Parse(bytes.Span)!.AsObject();
    }

    /// <summary>A Secret as the API gives it, with this content.</summary>
    public static JsonElement Stored(JsonObject content, bool packed = true, bool doubly = true)
    {
        var inner = Encoding.UTF8.GetBytes(content.ToJsonString());
        if (packed)
            inner = Packed(inner);
        var text = Convert.ToBase64String(inner);
        return Stored(
            doubly ? Convert.ToBase64String(Encoding.ASCII.GetBytes(text)) : text,
            content["version"]!.GetValue<int>(), content["info"]!["status"]!.GetValue<string>());
    }

    public static JsonElement Stored(string data, int revision = 1, string status = "deployed") => JsonElement.Parse(new JsonObject
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = $"sh.helm.release.v1.front.v{revision}",
            ["creationTimestamp"] = "2026-11-30T00:07:14Z",
            ["labels"] = new JsonObject
            {
                ["name"] = "front",
                ["owner"] = "helm",
                ["status"] = status,
                ["version"] = $"{revision}",
            },
        },
        ["type"] = "helm.sh/release.v1",
        ["data"] = new JsonObject { ["release"] = data },
    }.ToJsonString());

    public static byte[] Packed(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var packing = new GZipStream(target, CompressionLevel.Optimal))
            packing.Write(bytes);
        return target.ToArray();
    }

    private static JsonElement.ArrayEnumerator Items(string list) =>
        JsonElement.Parse(list).GetProperty("items").EnumerateArray();
}
