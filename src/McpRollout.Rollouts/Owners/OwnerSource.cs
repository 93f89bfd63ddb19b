using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Owners;

/// <summary>Where in Git an owner takes what it brings to the cluster, as far as it says. Whoever wrote the owner wrote this.</summary>
internal abstract record OwnerSource
{
    private const string Heads = "refs/heads/";
    private const int ShortestCommit = 7;
    private const int LongestCommit = 64;

    private OwnerSource()
    {
    }

    /// <summary>A folder of a repository at a commit.</summary>
    /// <param name="Url">The repository's address, as a client of Git is given it.</param>
    /// <param name="Path">The folder; null for all of it.</param>
    /// <param name="Commit">What it last brought to the cluster.</param>
    /// <param name="Branch">What it follows, where it says: a branch, or a tag; null for the default branch.</param>
    internal sealed record Git(string Url, string? Path, string Commit, string? Branch) : OwnerSource;

    /// <summary>The same, of the repository that an object of Flux stands for.</summary>
    internal sealed record OfFlux(string Namespace, string Name, string? Path, string Commit) : OwnerSource
    {
        /// <summary>What it is, with the object as the cluster has it.</summary>
        public OwnerSource With(JsonElement repository) => repository.TextAt("spec", "url") is { } url
            ? new Git(url, Path, Commit, Followed(repository.TextAt("spec", "ref", "branch")))
            : new Untold($"GitRepository {Namespace}/{Name} has no address");
    }

    /// <summary>It does not say.</summary>
    /// <param name="Why">Half a sentence.</param>
    internal sealed record Untold(string Why) : OwnerSource;

    /// <summary>What the owner says.</summary>
    public static OwnerSource Of(Owner owner) => owner.Ref.Kind switch
    {
        OwnerKind.Application => OfApplication(owner),
        OwnerKind.Kustomization => OfKustomization(owner),
        _ => new Untold("a HelmRelease does not say which commit its chart comes from"),
    };

    private static OwnerSource OfApplication(Owner owner)
    {
        var spec = owner.Raw.At("spec") ?? default;
        JsonElement[] sources = spec.At("source") is { } one ? [one] : [.. spec.ItemsAt("sources")];
        if (sources is not [var source])
            return new Untold($"{owner.Ref} has {(sources.Length == 0 ? "no source" : "several sources")}");
        if (source.TextAt("repoURL") is not { } url || source.At("chart") is not null)
            return new Untold($"{owner.Ref} takes a chart, not a folder of Git");
        return CommitOf(owner.AppliedRevision) is { } commit
            ? new Git(url, Folder(source.TextAt("path")), commit, Followed(source.TextAt("targetRevision")))
            : new Untold($"{owner.Ref} does not say which commit it brought");
    }

    private static OwnerSource OfKustomization(Owner owner)
    {
        var named = owner.Raw.At("spec", "sourceRef") ?? default;
        if (named.TextAt("kind") != "GitRepository" || named.TextAt("name") is not { } name)
            return new Untold($"the source of {owner.Ref} is no GitRepository");
        return CommitOf(owner.AppliedRevision) is { } commit
            ? new OfFlux(named.TextAt("namespace") ?? owner.Ref.Namespace, name, Folder(owner.Raw.TextAt("spec", "path")), commit)
            : new Untold($"{owner.Ref} does not say which commit it brought");
    }

    // Flux writes main@sha1:COMMIT, formerly main/COMMIT (https://fluxcd.io/flux/components/source/gitrepositories/#revision).
    private static string? CommitOf(string? revision) =>
        revision is not null && revision[(revision.LastIndexOfAny([':', '/', '@']) + 1)..] is var commit
        && commit.Length is >= ShortestCommit and <= LongestCommit && commit.All(char.IsAsciiHexDigitLower)
            ? commit
            : null;

    // No branch can be named "." or "..", which in an address are folders.
    private static string? Followed(string? reference) => reference is null or "" or "HEAD" or "." or ".." ? null
        : reference.StartsWith(Heads, StringComparison.Ordinal) ? Followed(reference[Heads.Length..])
        : reference;

    private static string? Folder(string? path)
    {
        var folder = string.Join('/', (path ?? "").Split('/').Where(part => part is not ("" or ".")));
        return folder.Length == 0 ? null : folder;
    }
}
