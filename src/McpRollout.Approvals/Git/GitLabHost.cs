namespace McpRollout.Approvals.Git;

/// <summary>
/// Opens merge requests. Each is found again by its branch, which no two undos share: whatever was done of it before is not done again.
/// See https://docs.gitlab.com/api/commits/#revert-a-commit and https://docs.gitlab.com/api/merge_requests/.
/// </summary>
internal sealed class GitLabHost(GitHostOptions options) : IGitHost, IDisposable
{
    private readonly GitApi _api = new(options);

    public async Task<RevertSearch> FindAsync(string repository, OwnerSource.Git source, CancellationToken cancellationToken)
    {
        var project = await _api.SendAsync(HttpMethod.Get, Project(repository), null, cancellationToken);
        if (project.Json.TextAt("default_branch") is not { Length: > 0 } branch)
            return new RevertSearch.Nothing(project.Text);
        if (source.Branch is { } followed && followed != branch
            && (await _api.SendAsync(HttpMethod.Get, Branch(repository, followed), null, cancellationToken)).Json.TextAt("name")
                == followed)
            branch = followed;
        var commits = await _api.SendAsync(
            HttpMethod.Get,
            $"{Project(repository)}/repository/commits?{GitText.CommitsQuery("ref_name", source)}",
            null,
            cancellationToken);
        if (commits.Kind != GitReplyKind.Done || commits.Json.ItemsAt().FirstOrDefault() is not { ValueKind: JsonValueKind.Object } commit
            || commit.TextAt("id") is not { } id || !GitText.IsCommit(id))
            return new RevertSearch.Nothing(commits.Kind == GitReplyKind.Done ? GitText.NoCommit(source) : commits.Text);

        return new RevertSearch.Found(new(GitHostKind.GitLab, options.Host!, repository, source.Path, id, branch)
        {
            Title = GitText.Title(commit.TextAt("title")),
            Author = GitText.Author(commit.TextAt("author_name")),
        });
    }

    public async Task<RevertResult> OpenAsync(
        PlannedRevert revert, RevertDraft draft, bool mayBeOpened, CancellationToken cancellationToken)
    {
        var branch = $"mcp-rollout/{draft.RequestId}";
        if (await LookAsync(revert, branch, cancellationToken) is { } known)
            return known;
        if (await MakeBranchAsync(revert, branch, cancellationToken) is { } failed)
            return failed;
        var opened = await _api.SendAsync(
            HttpMethod.Post,
            $"{Project(revert.Repository)}/merge_requests",
            new JsonObject
            {
                ["source_branch"] = branch,
                ["target_branch"] = revert.Branch,
                ["title"] = draft.Title,
                ["description"] = draft.Body,
                ["remove_source_branch"] = true,
            },
            cancellationToken);
        return opened.Failure ?? Opened(opened.Json);
    }

    public void Dispose() => _api.Dispose();

    // Null: there is none. That of a fork may have a branch of the same name.
    private async Task<RevertResult?> LookAsync(PlannedRevert revert, string branch, CancellationToken cancellationToken)
    {
        var found = await _api.SendAsync(
            HttpMethod.Get,
            $"{Project(revert.Repository)}/merge_requests?state=all&source_branch={Uri.EscapeDataString(branch)}",
            null,
            cancellationToken);
        return found.ReadFailure
            ?? (found.Json.ItemsAt().FirstOrDefault(each => each.NumberAt("source_project_id") == each.NumberAt("target_project_id"))
                is { ValueKind: JsonValueKind.Object } request
                ? Opened(request)
                : null);
    }

    // The branch with the commit's revert on it; whichever of the two is there is left as it is. Null: both are.
    private async Task<RevertResult?> MakeBranchAsync(PlannedRevert revert, string branch, CancellationToken cancellationToken)
    {
        var there = await _api.SendAsync(HttpMethod.Get, Branch(revert.Repository, branch), null, cancellationToken);
        if (there.Kind == GitReplyKind.Done)
        {
            // Its head is on the other branch as well until the revert is on it, whose words are GitLab's to choose.
            var common = await _api.SendAsync(
                HttpMethod.Get,
                $"{Project(revert.Repository)}/repository/merge_base?refs[]={Uri.EscapeDataString(revert.Branch)}"
                    + $"&refs[]={Uri.EscapeDataString(branch)}",
                null,
                cancellationToken);
            if (common.ReadFailure is { } unread)
                return unread;
            if (common.Json.TextAt("id") != there.Json.TextAt("commit", "id"))
                return null;
        }

        if (there.Kind == GitReplyKind.NotFound)
        {
            there = await _api.SendAsync(
                HttpMethod.Post,
                $"{Project(revert.Repository)}/repository/branches",
                new JsonObject { ["branch"] = branch, ["ref"] = revert.Branch },
                cancellationToken);
        }

        if (there.Failure is { } failure)
            return failure;
        var reverted = await _api.SendAsync(
            HttpMethod.Post,
            $"{Project(revert.Repository)}/repository/commits/{revert.Commit}/revert",
            new JsonObject { ["branch"] = branch },
            cancellationToken);
        return reverted.Failure;
    }

    private static RevertResult.Opened Opened(JsonElement request) =>
        new(string.Create(CultureInfo.InvariantCulture, $"!{request.NumberAt("iid")}"), request.TextAt("web_url"));

    private static string Project(string repository) => $"/projects/{Uri.EscapeDataString(repository)}";

    private static string Branch(string repository, string branch) =>
        $"{Project(repository)}/repository/branches/{Uri.EscapeDataString(branch)}";
}
