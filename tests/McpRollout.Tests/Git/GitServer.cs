using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Git;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace McpRollout.Tests.Git;

/// <summary>
/// Answers as the documented APIs of GitHub and GitLab do, for one repository whose state it keeps: what is asked for twice is there twice.
/// </summary>
internal sealed class GitServer : IAsyncDisposable
{
    public const string Host = "git.example.com";
    public const string Repository = "shop/deploy";
    public const string Commit = "4d5e6f00112233445566778899aabbccddeeff00";
    public const string Applied = "9f8e7d00112233445566778899aabbccddeeff00";

    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<GitCall> _calls = [];
    private readonly List<JsonObject> _opened = [];
    private readonly Dictionary<string, List<string>> _branches = new() { ["main"] = ["Use image app:2"] };
    private readonly List<(Func<GitCall, bool> Is, GitFault Fault, TaskCompletionSource? Arrived)> _faults = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-rollout-git-").FullName;

    private GitServer(GitHostKind kind)
    {
        Kind = kind;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
        TokenFile = Path.Combine(_folder, "token");
        WriteToken(Token);
    }

    public GitHostKind Kind { get; }

    /// <summary>What it knows its one user by.</summary>
    public string Token { get; } = $"glpat-{Guid.NewGuid():N}";

    public string TokenFile { get; }

    /// <summary>The title of the commit that is to be reverted.</summary>
    public string Title { get; set; } = "Use image app:2";

    /// <summary>What a revert of it comes to: null if it can be reverted, else GitLab's code.</summary>
    public string? CannotRevert { get; set; }

    /// <summary>Whether the commit merged a merge request.</summary>
    public bool IsMerge { get; set; }

    /// <summary>Whether nobody may push to the branch itself.</summary>
    public bool IsProtected { get; set; }

    /// <summary>Whether the commit came with a pull request.</summary>
    public bool HasPullRequest { get; set; } = true;

    /// <summary>The branch that the pull request was merged into.</summary>
    public string MergedInto { get; set; } = "main";

    /// <summary>The repository of that branch.</summary>
    public string MergedIn { get; set; } = Repository;

    /// <summary>Where it says that what it opened is.</summary>
    public string Origin { get; set; } = $"https://{Host}";

    public IReadOnlyList<GitCall> Calls => [.. _calls];

    /// <summary>What was opened.</summary>
    public IReadOnlyList<JsonObject> Opened
    {
        get
        {
            lock (_gate)
                return [.. _opened];
        }
    }

    public IReadOnlyCollection<string> Branches
    {
        get
        {
            lock (_gate)
                return [.. _branches.Keys];
        }
    }

    private bool IsGitLab => Kind == GitHostKind.GitLab;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<GitServer> StartAsync(GitHostKind kind)
    {
        var server = new GitServer(kind);
        await server._app.StartAsync(Cancelled);
        return server;
    }

    /// <summary>Settings by which it is asked.</summary>
    public GitHostOptions Options(string repositories = "shop/*") => new()
    {
        Kind = Kind,
        Host = Host,
        Api = Api,
        TokenFile = TokenFile,
        Repositories = { repositories },
    };

    /// <summary>The same on a command line.</summary>
    public string[] Settings(string repositories = "shop/*") =>
    [
        $"--Git:Hosts:0:Kind={Kind}", $"--Git:Hosts:0:Host={Host}", $"--Git:Hosts:0:Api={Api}", $"--Git:Hosts:0:TokenFile={TokenFile}",
        $"--Git:Hosts:0:Repositories:0={repositories}",
    ];

    /// <summary>Writes what users of it give as their token.</summary>
    public void WriteToken(string token)
    {
        File.WriteAllText(TokenFile, $"{token}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(TokenFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Disturbs the next call of a kind. Comes back when it is there, and handled if it is to be.</summary>
    public Task Disturb(Func<GitCall, bool> call, GitFault fault)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
            _faults.Add((call, fault, arrived));
        return arrived.Task.WaitAsync(Cancelled);
    }

    /// <summary>Answers nobody any more.</summary>
    public Task StopAsync() => _app.StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string Api => $"{_app.Urls.Single()}{(IsGitLab ? "/api/v4" : "/api/v3")}";

    private async Task AnswerAsync(HttpContext context)
    {
        var body = await JsonNode.ParseAsync(
            context.Request.ContentLength > 0 ? context.Request.Body : new MemoryStream("{}"u8.ToArray()),
            cancellationToken: context.RequestAborted);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var call = new GitCall(
            context.Request.Method,
            target.Split('?')[0],
            context.Request.Query.ToDictionary(each => each.Key, each => each.Value.ToString()),
            body!.AsObject());
        _calls.Enqueue(call);
        var (fault, arrived) = FaultOf(call);
        if (fault == GitFault.Ignore)
        {
            arrived!.SetResult();
            context.Abort();
            return;
        }

        var (status, answer) = context.Request.Headers.Authorization != $"Bearer {Token}"
            ? (401, Message(IsGitLab ? "401 Unauthorized" : $"Bad credentials: {context.Request.Headers.Authorization}"))
            : fault == GitFault.Fail ? (503, Message("busy"))
            : fault == GitFault.Limit ? (429, Message("slow down"))
            : fault == GitFault.LimitByWords ? (403, Message("You have exceeded a secondary rate limit."))
            : Handle(call);
        if (fault == GitFault.Shrug)
            answer = JsonNode.Parse("""{"data":null,"errors":[{"message":"Something went wrong while executing your query."}]}""")!;
        arrived?.SetResult();
        if (fault == GitFault.Hold)
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (fault is GitFault.Drop or GitFault.Hold)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    private (GitFault? Fault, TaskCompletionSource? Arrived) FaultOf(GitCall call)
    {
        lock (_gate)
        {
            var at = _faults.FindIndex(each => each.Is(call));
            if (at < 0)
                return (null, null);
            var (_, fault, arrived) = _faults[at];
            _faults.RemoveAt(at);
            return (fault, arrived);
        }
    }

    private (int Status, JsonNode Answer) Handle(GitCall call)
    {
        lock (_gate)
            return IsGitLab ? GitLab(call) : GitHub(call);
    }

    private (int Status, JsonNode Answer) GitLab(GitCall call)
    {
        var project = $"/api/v4/projects/{Uri.EscapeDataString(Repository)}";
        if (!call.Path.StartsWith(project, StringComparison.Ordinal))
            return (404, Message("404 Project Not Found"));
        var rest = call.Path[project.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (call.Method, rest) switch
        {
            ("GET", []) => (200, new JsonObject { ["id"] = 7, ["path_with_namespace"] = Repository, ["default_branch"] = "main" }),
            ("GET", ["repository", "branches"]) => (200, new JsonArray(BranchOf("main", _branches["main"]))),
            ("GET", ["repository", "branches", var branch]) =>
                _branches.TryGetValue(Uri.UnescapeDataString(branch), out var commits)
                    ? (200, BranchOf(Uri.UnescapeDataString(branch), commits))
                    : (404, Message("404 Branch Not Found")),
            ("GET", ["repository", "merge_base"]) => MergeBase(call.Query["refs[]"].Split(',')),
            ("POST", ["repository", "branches"]) => MakeBranch(call.Text("branch"), call.Text("ref")),
            ("GET", ["repository", "commits"]) => call.Query["ref_name"] == Applied && call.Query["path"] == "apps/web"
                ? (200, new JsonArray(new JsonObject { ["id"] = Commit, ["title"] = Title, ["author_name"] = "Mallory" }))
                : (200, new JsonArray()),
            ("POST", ["repository", "commits", Commit, "revert"]) => Revert(call),
            ("GET", ["merge_requests"]) => (200, new JsonArray([.. _opened
                .Where(each => (string?)each["source_branch"] == call.Query["source_branch"])
                .Select(each => each.DeepClone())])),
            ("POST", ["merge_requests"]) => _branches.ContainsKey(call.Text("source_branch"))
                ? _opened.Exists(each => (string?)each["source_branch"] == call.Text("source_branch"))
                    ? (409, Message(new JsonArray("Another open merge request already exists for this source branch: !1")))
                    : (201, Open(call.Body, "iid", "web_url", $"{Origin}/{Repository}/-/merge_requests/", "description"))
                : (400, Message(new JsonArray("Source branch does not exist"))),
            _ => (404, Message("404 Not Found")),
        };
    }

    private (int Status, JsonNode Answer) MergeBase(string[] refs) =>
        refs is [var one, var other] && _branches.TryGetValue(one, out var ours) && _branches.TryGetValue(other, out var theirs)
            ? (200, new JsonObject { ["id"] = IdOf(ours.Where((commit, at) => theirs.ElementAtOrDefault(at) == commit)) })
            : (404, Message("404 Not Found"));

    private (int Status, JsonNode Answer) MakeBranch(string branch, string from)
    {
        if (!_branches.TryGetValue(from, out var commits))
            return (400, Message("Invalid reference name"));
        return _branches.TryAdd(branch, [.. commits]) ? (201, BranchOf(branch, commits)) : (400, Message("Branch already exists"));
    }

    private (int Status, JsonNode Answer) Revert(GitCall call)
    {
        if (!_branches.TryGetValue(call.Text("branch"), out var commits))
            return (400, Message("You can only revert on a branch"));
        if (IsProtected && call.Text("branch") == "main")
            return (403, Message("You are not allowed to push into this branch"));
        var message = $"Revert \"{Title}\"\n\nThis reverts {(IsMerge ? "merge request !12" : $"commit {Commit}")}";
        var code = CannotRevert ?? (commits.Contains(message) ? "empty" : null);
        if (code is not null)
            return (400, new JsonObject
            {
                ["message"] = "Sorry, we cannot revert this commit automatically. This commit may already have been reverted, or a more "
                    + "recent commit may have updated some of its content.",
                ["error_code"] = code,
            });
        commits.Add(message);
        return (201, new JsonObject { ["id"] = Applied, ["message"] = message });
    }

    private (int Status, JsonNode Answer) GitHub(GitCall call)
    {
        if (call is { Method: "POST", Path: "/api/graphql" })
            return (200, RevertPullRequest(call.Body["variables"]!["input"]!.AsObject()));
        var repository = $"/api/v3/repos/{Repository}";
        return (call.Method, call.Path) switch
        {
            ("GET", var path) when path == $"{repository}/commits" => call.Query["sha"] == Applied && call.Query["path"] == "apps/web"
                ? (200, new JsonArray(new JsonObject
                {
                    ["sha"] = Commit,
                    ["commit"] = new JsonObject
                    {
                        ["message"] = $"{Title}\n\nMore.",
                        ["author"] = new JsonObject { ["name"] = "Mallory" },
                    },
                }))
                : (200, new JsonArray()),
            ("GET", var path) when path == $"{repository}/commits/{Commit}/pulls" => (200, HasPullRequest
                ? new JsonArray(
                    new JsonObject { ["number"] = 8, ["node_id"] = "PR_8", ["merged_at"] = null },
                    new JsonObject
                    {
                        ["number"] = 7,
                        ["node_id"] = "PR_7",
                        ["merged_at"] = "2026-11-30T10:00:00Z",
                        ["merge_commit_sha"] = Commit,
                        ["base"] = new JsonObject
                        {
                            ["ref"] = MergedInto,
                            ["repo"] = new JsonObject { ["full_name"] = MergedIn, ["default_branch"] = "main" },
                        },
                    })
                : []),
            ("GET", var path) when path == $"{repository}/pulls" =>
                (200, new JsonArray([.. _opened.Select(each => each.DeepClone()).Reverse()])),
            _ => (404, Message("Not Found")),
        };
    }

    // Each makes another one, as on GitHub.
    private JsonObject RevertPullRequest(JsonObject input)
    {
        if (CannotRevert is not null || (string?)input["pullRequestId"] != "PR_7")
        {
            return new JsonObject
            {
                ["data"] = new JsonObject { ["revertPullRequest"] = null },
                ["errors"] = new JsonArray(new JsonObject
                {
                    ["type"] = "UNPROCESSABLE",
                    ["message"] = "This pull request cannot be reverted automatically.",
                }),
            };
        }

        var opened = Open(input, "number", "html_url", $"{Origin}/{Repository}/pull/", "body");
        opened["url"] = (string?)opened["html_url"];
        return new JsonObject { ["data"] = new JsonObject { ["revertPullRequest"] = new JsonObject { ["revertPullRequest"] = opened } } };
    }

    private JsonObject Open(JsonObject from, string number, string url, string place, string text)
    {
        var opened = from.DeepClone().AsObject();
        opened[number] = _opened.Count + 1;
        opened[url] = $"{place}{_opened.Count + 1}";
        opened["text"] = (string?)from[text];
        opened["source_project_id"] = 7;
        opened["target_project_id"] = 7;
        _opened.Add(opened);
        return opened.DeepClone().AsObject();
    }

    private static JsonObject BranchOf(string branch, List<string> commits) =>
        new() { ["name"] = branch, ["commit"] = new JsonObject { ["id"] = IdOf(commits), ["message"] = commits[^1] } };

    private static string IdOf(IEnumerable<string> commits) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', commits))));

    private static JsonObject Message(JsonNode message) => new() { ["message"] = message };
}

/// <summary>How a call is disturbed.</summary>
internal enum GitFault
{
    /// <summary>It is not handled, and the connection closed.</summary>
    Ignore,

    /// <summary>It is handled, and the connection closed.</summary>
    Drop,

    /// <summary>It is handled, and not answered.</summary>
    Hold,

    /// <summary>It is refused with 503.</summary>
    Fail,

    /// <summary>It is refused with 429.</summary>
    Limit,

    /// <summary>It is refused with 403, which only its words tell from a lack of rights.</summary>
    LimitByWords,

    /// <summary>It is handled, and answered as GraphQL does after a time-out: 200, with an error of no type.</summary>
    Shrug,
}

/// <summary>A call as it came.</summary>
internal sealed record GitCall(string Method, string Path, IReadOnlyDictionary<string, string> Query, JsonObject Body)
{
    /// <summary>Whether it changes something, or might.</summary>
    public bool IsWrite => Method == "POST";

    /// <summary>Whether it is what opens the pull or merge request.</summary>
    public bool Opens => IsWrite && (Path.EndsWith("/graphql", StringComparison.Ordinal)
        || Path.EndsWith("/merge_requests", StringComparison.Ordinal));

    public string Text(string name) => (string?)Body[name] ?? "";
}
