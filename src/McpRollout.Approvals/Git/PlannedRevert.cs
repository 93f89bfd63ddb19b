using System.Text.Json.Serialization;

namespace McpRollout.Approvals.Git;

/// <summary>What an approval binds of the revert that is opened once its undo is applied.</summary>
/// <param name="Kind">Whose API the host has.</param>
/// <param name="Host">Where the repository is.</param>
/// <param name="Repository">Its path there.</param>
/// <param name="Path">The folder that the owner brings to the cluster; null for all of it.</param>
/// <param name="Commit">The last commit that changed that, as of what the owner brought.</param>
/// <param name="Branch">The branch that the revert is to go to.</param>
internal sealed record PlannedRevert(
    GitHostKind Kind, string Host, string Repository, string? Path, string Commit, string Branch)
{
    private const int ShortCommit = 10;

    /// <summary>The pull request that brought the commit, which GitHub reverts as a whole; null elsewhere.</summary>
    public long? PullRequest { get; init; }

    /// <summary>The same as GraphQL names it.</summary>
    public string? PullRequestId { get; init; }

    /// <summary>The first line of the commit's message, masked. It is somebody's words.</summary>
    public string Title { get; init; } = "";

    /// <summary>Whom the commit names as its author, masked; likewise.</summary>
    public string Author { get; init; } = "";

    /// <summary>How people name the commit.</summary>
    [JsonIgnore]
    public string ShortId => Commit.Length > ShortCommit ? Commit[..ShortCommit] : Commit;

    /// <summary>The repository for people.</summary>
    [JsonIgnore]
    public string Place => $"{Host}/{Repository}";

    /// <summary>What the host calls what is opened.</summary>
    [JsonIgnore]
    public string What => Kind == GitHostKind.GitLab ? "merge request" : "pull request";

    /// <summary>It for a record, and for the plan's digest.</summary>
    public JsonObject ToJson()
    {
        var revert = new JsonObject
        {
            ["host"] = Host,
            ["kind"] = Kind.ToString(),
            ["repository"] = Repository,
            ["path"] = Path,
            ["commit"] = Commit,
            ["branch"] = Branch,
        };
        if (PullRequest is { } number)
            (revert["pull_request"], revert["pull_request_id"]) = (number, PullRequestId);
        return revert;
    }
}
