using System.Text.Json.Serialization;

namespace McpRollout.Approvals.Git;

/// <summary>The <c>Git</c> section.</summary>
internal sealed class GitOptions
{
    /// <summary>Where reverts may be opened. Default: nowhere.</summary>
    public List<GitHostOptions> Hosts { get; } = [];
}

/// <summary>A host of Git repositories, and which of them a token may be used for.</summary>
internal sealed class GitHostOptions
{
    /// <summary>Whose API it has.</summary>
    public GitHostKind? Kind { get; set; }

    /// <summary>The host in the addresses of its repositories, such as <c>github.com</c>.</summary>
    public string? Host { get; set; }

    /// <summary>Where its API is: https (http to this machine only). Default: where hosts of its kind have it.</summary>
    public string? Api { get; set; }

    /// <summary>The file with the token.</summary>
    public string? TokenFile { get; set; }

    /// <summary>
    /// Globs (<c>*</c>, <c>?</c>) of the repositories, as <c>owner/name</c>. An owner's object in the cluster says which repository it is:
    /// it must not lead the token to any that it likes.
    /// </summary>
    public IList<string> Repositories { get; } = [];

    /// <summary>The address of the API that the settings give; null if it is none.</summary>
    public Uri? Address => Uri.TryCreate((Api ?? Default).TrimEnd('/'), UriKind.Absolute, out var url) ? url : null;

    private string Default => Kind == GitHostKind.GitLab ? $"https://{Host}/api/v4"
        : Host == "github.com" ? "https://api.github.com"
        : $"https://{Host}/api/v3";
}

/// <summary>The APIs that are known.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GitHostKind>))]
internal enum GitHostKind
{
    /// <summary>GitHub's, with pull requests. See https://docs.github.com/en/rest.</summary>
    GitHub,

    /// <summary>GitLab's, with merge requests. See https://docs.gitlab.com/api/rest/.</summary>
    GitLab,
}
