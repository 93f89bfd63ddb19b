namespace McpRollout.Approvals.Registries;

/// <summary>Where the manifest of an image is, by the rules of <c>docker pull</c> (distribution/reference, normalize.go).</summary>
/// <param name="Registry">The registry's host, as credentials are kept by: <c>docker.io</c> where none is named.</param>
/// <param name="Repository">The path in it.</param>
/// <param name="Manifest">The digest; the tag where there is none.</param>
internal sealed record RegistryReference(string Registry, string Repository, string Manifest)
{
    private const string Hub = "docker.io";

    /// <summary>The registry's address: over plain HTTP only on this machine, as for Docker.</summary>
    public Uri Address
    {
        get
        {
            var host = Registry == Hub ? "registry-1.docker.io" : Registry;
            return Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var plain) && plain.IsLoopback ? plain : new($"https://{host}/");
        }
    }

    /// <summary>The manifest's address.</summary>
    public Uri ManifestAddress => new(Address, $"v2/{Repository}/manifests/{Uri.EscapeDataString(Manifest)}");

    /// <summary>Reads an image's name; null if it is none.</summary>
    public static RegistryReference? Of(string image)
    {
        if ((ImageName.DigestOf(image) ?? ImageName.TagOf(image)) is not { Length: > 0 } manifest)
            return null;
        var path = ImageName.RepositoryOf(image);
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : path[..slash];
        var isHost = first == "localhost" || first.AsSpan().ContainsAny('.', ':');
        var (registry, repository) = isHost ? (first, path[(slash + 1)..]) : (Hub, path);
        if (registry == Hub && !repository.Contains('/', StringComparison.Ordinal))
            repository = $"library/{repository}";
        var reference = new RegistryReference(registry == "index.docker.io" ? Hub : registry, repository, manifest);
        return IsWritable(repository) && Uri.TryCreate($"https://{registry}/", UriKind.Absolute, out var address)
            && address.Authority.Equals(registry, StringComparison.OrdinalIgnoreCase)
                ? reference
                : null;
    }

    private static bool IsWritable(string repository) => repository.Length > 0 && !repository.Contains("//", StringComparison.Ordinal)
        && repository.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '/' or '.' or '_' or '-')
        && !repository.Split('/').Any(part => part is "" or "." or "..");
}
