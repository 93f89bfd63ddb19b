namespace McpRollout.Approvals.Git;

/// <summary>
/// Opens pull requests by the mutation that reverts a merged one: GitHub reverts no single commit. It makes a new one each time, so that
/// one which may have been made is looked for, and not asked for again. See https://docs.github.com/en/graphql/reference/pulls.
/// </summary>
internal sealed class GitHubHost(GitHostOptions options) : IGitHost, IDisposable
{
    // GitHub ends requests after ten seconds; what was made before is among the latest by then.
    private const int LookedThrough = 30;

    private const string Mutation =
        "mutation($input: RevertPullRequestInput!) { revertPullRequest(input: $input) { revertPullRequest { number url } } }";

    private readonly GitApi _api = new(options);
    private readonly GitApi _graphQl = new(OfGraphQl(options));

    public async Task<RevertSearch> FindAsync(string repository, OwnerSource.Git source, CancellationToken cancellationToken)
    {
        var commits = await _api.SendAsync(
            HttpMethod.Get, $"/repos/{repository}/commits?{GitText.CommitsQuery("sha", source)}", null, cancellationToken);
        if (commits.Kind != GitReplyKind.Done || commits.Json.ItemsAt().FirstOrDefault() is not { ValueKind: JsonValueKind.Object } commit
            || commit.TextAt("sha") is not { } sha || !GitText.IsCommit(sha))
            return new RevertSearch.Nothing(commits.Kind == GitReplyKind.Done ? GitText.NoCommit(source) : commits.Text);

        var pulls = await _api.SendAsync(HttpMethod.Get, $"/repos/{repository}/commits/{sha}/pulls", null, cancellationToken);
        if (pulls.Kind != GitReplyKind.Done)
            return new RevertSearch.Nothing(pulls.Text);
        var merged = pulls.Json.ItemsAt()
            .Where(pull => pull.TextAt("merged_at") is not null && IsInto(pull, repository, source))
            .ToList();
        var pull = merged.FirstOrDefault(each => each.TextAt("merge_commit_sha") == sha) is { ValueKind: JsonValueKind.Object } whole
            ? whole
            : merged.FirstOrDefault();
        if (pull.NumberAt("number") is not { } number || pull.TextAt("node_id") is not { } id
            || pull.TextAt("base", "ref") is not { } branch)
            return new RevertSearch.Nothing($"commit {sha} came with no pull request that was merged into "
                + $"{(source.Branch is { } followed ? ShownValue.Name(followed) : "the default branch")} of {repository}, and GitHub "
                + "reverts nothing else by its API");
        return new RevertSearch.Found(new(GitHostKind.GitHub, options.Host!, repository, source.Path, sha, branch)
        {
            PullRequest = number,
            PullRequestId = id,
            Title = GitText.Title(commit.TextAt("commit", "message")),
            Author = GitText.Author(commit.TextAt("commit", "author", "name")),
        });
    }

    public async Task<RevertResult> OpenAsync(
        PlannedRevert revert, RevertDraft draft, bool mayBeOpened, CancellationToken cancellationToken)
    {
        if (mayBeOpened)
            return await LookAsync(revert, draft, cancellationToken);
        var reply = await _graphQl.SendAsync(
            HttpMethod.Post,
            "",
            new JsonObject
            {
                ["query"] = Mutation,
                ["variables"] = new JsonObject
                {
                    ["input"] = new JsonObject
                    {
                        ["clientMutationId"] = draft.RequestId,
                        ["pullRequestId"] = revert.PullRequestId,
                        ["title"] = draft.Title,
                        ["body"] = draft.Body,
                    },
                },
            },
            cancellationToken);
        if (reply.Failure is { } failure)
            return failure;
        if (reply.Json.At("data", "revertPullRequest", "revertPullRequest") is { ValueKind: JsonValueKind.Object } opened)
            return Opened(opened, "url");
        var error = reply.Json.ItemsAt("errors").FirstOrDefault();
        var words = GitText.Words(error.TextAt("message"));
        return error.TextAt("type") switch
        {
            // So it tells its own time-outs, after which a pull request is often there all the same.
            null => new RevertResult.Lost($"{options.Host} does not say what came of it ({words})"),
            "RATE_LIMITED" => new RevertResult.NotTaken($"{options.Host} asks to wait"),
            _ => new RevertResult.Refused($"{options.Host} refused it ({words})"),
        };
    }

    public void Dispose()
    {
        _api.Dispose();
        _graphQl.Dispose();
    }

    // Those of forks and of other branches are listed too, and reverting them would change nothing here.
    private static bool IsInto(JsonElement pull, string repository, OwnerSource.Git source) =>
        repository.Equals(pull.TextAt("base", "repo", "full_name"), StringComparison.OrdinalIgnoreCase)
            && pull.TextAt("base", "ref") is { } branch && branch == (source.Branch ?? pull.TextAt("base", "repo", "default_branch"));

    private async Task<RevertResult> LookAsync(PlannedRevert revert, RevertDraft draft, CancellationToken cancellationToken)
    {
        var latest = await _api.SendAsync(
            HttpMethod.Get,
            $"/repos/{revert.Repository}/pulls?state=all&sort=created&direction=desc&per_page={LookedThrough}",
            null,
            cancellationToken);
        if (latest.ReadFailure is { } failure)
            return failure;
        var ours = latest.Json.ItemsAt().FirstOrDefault(pull => pull.TextAt("title") == draft.Title
            && pull.TextAt("body")?.Contains(draft.RequestId, StringComparison.Ordinal) == true);
        return ours.ValueKind == JsonValueKind.Object
            ? Opened(ours, "html_url")
            : new RevertResult.NotSeen($"the answer of {options.Host} was lost, and no such pull request is seen there");
    }

    private static RevertResult.Opened Opened(JsonElement pull, string url) =>
        new(string.Create(CultureInfo.InvariantCulture, $"#{pull.NumberAt("number")}"), pull.TextAt(url));

    // https://api.github.com/graphql; on GitHub Enterprise Server https://HOST/api/graphql beside https://HOST/api/v3.
    private static GitHostOptions OfGraphQl(GitHostOptions options)
    {
        var rest = options.Address!.AbsoluteUri.TrimEnd('/');
        return new()
        {
            Kind = options.Kind,
            Host = options.Host,
            TokenFile = options.TokenFile,
            Api = $"{(rest.EndsWith("/v3", StringComparison.Ordinal) ? rest[..^3] : rest)}/graphql",
        };
    }
}
