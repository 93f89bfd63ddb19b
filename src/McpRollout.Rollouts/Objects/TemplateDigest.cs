using System.Security.Cryptography;
using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Objects;

/// <summary>Names a pod template by its content, wherever it is kept: in a workload, a ReplicaSet or a ControllerRevision.</summary>
internal static class TemplateDigest
{
    /// <summary>Lower-case hexadecimal SHA-256 of the canonical JSON of <see cref="PodTemplate.Normalised"/>.</summary>
    public static string Of(JsonElement template) => OfNormalised(PodTemplate.Normalised(template));

    /// <summary>The same of a template that is normalised already.</summary>
    public static string OfNormalised(JsonElement template) =>
        Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Bytes(template)));
}
