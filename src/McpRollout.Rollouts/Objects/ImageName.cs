using System.Text.Json.Serialization;

namespace McpRollout.Rollouts.Objects;

/// <summary>How surely an image's name means what it meant before.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImageNaming>))]
internal enum ImageNaming
{
    /// <summary>By digest: it is the same for good.</summary>
    [JsonStringEnumMemberName("digest")] Digest,

    /// <summary>By a tag that is usually pushed once.</summary>
    [JsonStringEnumMemberName("tag")] Tag,

    /// <summary>By a tag that usually moves, or by none.</summary>
    [JsonStringEnumMemberName("moving_tag")] MovingTag,
}

/// <summary>Names of images, as templates have them.</summary>
internal static class ImageName
{
    private static readonly HashSet<string> MovingTags = new(StringComparer.OrdinalIgnoreCase)
    {
        "latest", "main", "master", "trunk", "head", "dev", "develop", "development", "edge", "nightly", "snapshot", "canary", "next",
        "rolling", "stable", "release", "current", "lts", "prod", "production", "staging", "test", "qa",
    };

    /// <summary>How the image is named.</summary>
    public static ImageNaming NamingOf(string image) =>
        TagOf(image) is not { } tag ? ImageNaming.Digest : MovingTags.Contains(tag) ? ImageNaming.MovingTag : ImageNaming.Tag;

    /// <summary>The tag, <c>latest</c> where none is given; null of an image by digest, or of none.</summary>
    public static string? TagOf(string image)
    {
        if (image.Length == 0 || image.Contains('@', StringComparison.Ordinal))
            return null;

        var name = image[(image.LastIndexOf('/') + 1)..];
        return name.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? name[(colon + 1)..] : "latest";
    }
}
