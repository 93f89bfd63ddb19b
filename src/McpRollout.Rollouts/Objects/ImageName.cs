using System.Buffers;
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
    private const int DigestLength = 71;
    private const int ShortLength = 19;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

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

    /// <summary>The digest that it names; null of an image by tag.</summary>
    public static string? DigestOf(string image) =>
        image.IndexOf('@', StringComparison.Ordinal) is var at and >= 0 && IsDigest(image.AsSpan(at + 1)) ? image[(at + 1)..] : null;

    /// <summary>The image of this name by a digest. Without its tag: CRI-O refuses a name with both before 1.17 and, where signatures are
    /// checked, in 1.31.0 (cri-o/cri-o#2351 and #8603); by digest alone every runtime pulls.</summary>
    public static string Pinned(string image, string digest) => $"{RepositoryOf(image)}@{digest}";

    /// <summary>
    /// The digest that a container's <c>imageID</c> says it runs, if it can be pulled by the image's own name. Docker and containerd give
    /// an id of their own (bare, or <c>docker://sha256:…</c>) for what came from no registry: that is no manifest's digest. Docker may also
    /// name another repository that it pulled the same image from, where the manifest is another.
    /// </summary>
    public static string? DigestRun(string? imageId, string image)
    {
        const string Pullable = "docker-pullable://";
        var reference = imageId?.StartsWith(Pullable, StringComparison.Ordinal) is true ? imageId[Pullable.Length..] : imageId ?? "";
        return DigestOf(reference) is { } digest && IsOf(RepositoryOf(reference), RepositoryOf(image)) ? digest : null;
    }

    /// <summary>Whether a pod's own image is the template's: the same, or what admission made of it, by digest or from a mirror.</summary>
    public static bool IsSame(string ofPod, string ofTemplate) => ofPod == ofTemplate
        || (IsOf(RepositoryOf(ofPod), RepositoryOf(ofTemplate)) && TagIn(ofPod) is var tag && (tag is null || tag == TagIn(ofTemplate)));

    /// <summary><c>sha256:0123456789ab…</c></summary>
    public static string Short(string digest) => digest.Length > ShortLength ? $"{digest[..ShortLength]}…" : digest;

    // A mirror has the whole name after its own; docker.io goes without saying, and so does its folder of official images.
    private static bool IsOf(string ran, string named)
    {
        const string Hub = "docker.io/";
        var name = named.StartsWith(Hub, StringComparison.Ordinal) ? named[Hub.Length..] : named;
        return ran == name || ran.EndsWith($"/{name}", StringComparison.Ordinal);
    }

    /// <summary>The name without tag and digest.</summary>
    public static string RepositoryOf(string image)
    {
        var name = image.IndexOf('@', StringComparison.Ordinal) is var at and >= 0 ? image[..at] : image;
        return name.LastIndexOf(':') is var colon && colon > name.LastIndexOf('/') ? name[..colon] : name;
    }

    private static string? TagIn(string image)
    {
        var (name, repository) = (image.Split('@')[0], RepositoryOf(image));
        return name.Length > repository.Length ? name[(repository.Length + 1)..]
            : image.Contains('@', StringComparison.Ordinal) ? null
            : "latest";
    }

    private static bool IsDigest(ReadOnlySpan<char> text) => text.StartsWith("sha256:", StringComparison.Ordinal)
        && text.Length == DigestLength && !text[7..].ContainsAnyExcept(Hex);
}
