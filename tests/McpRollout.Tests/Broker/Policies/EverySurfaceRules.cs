using System.Net;
using System.Text.Json;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Policies;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.Cases;
using McpRollout.Tests.EndToEnd;
using McpRollout.Tests.Person.Page;

namespace McpRollout.Tests.Broker.Policies;

/// <summary>The same table for the page's form, HTTP and the terminal: what one refuses, each refuses.</summary>
public sealed class EverySurfaceRules(EverySurfaceRules.Host host) : IClassFixture<EverySurfaceRules.Host>
{
    private static readonly ApprovalTerms Two = AnyTerms.Of("production") with
    {
        Groups = ["sre"],
        RequiredApprovals = 2,
        RequesterMayApprove = false,
        BreakGlassGroup = "firefighters",
    };

    private static readonly Freeze Full = AnyTerms.Always;
    private static readonly Freeze ButLeads = AnyTerms.Always with { ExceptGroup = "leads" };

    // Who is in what: ann sre, ben sre and leads, mira (on whose behalf the agent asks) sre, oncall firefighters, sam nothing.
    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["one of two"] = new(Two, "pending", new Step("ann", "recorded")),
        ["two of two"] = new(Two, "approved", new Step("ann", "recorded"), new Step("ben", "recorded")),
        ["not in the group"] = new(Two, "pending", new Step("sam", "not-allowed")),
        ["not in the group, to deny"] = new(Two, "pending", new Step("sam", "not-allowed", Deny: true)),
        ["the requester"] = new(Two, "pending", new Step("mira", "not-allowed")),
        ["the requester, to deny"] = new(Two, "denied", new Step("mira", "recorded", Deny: true)),
        ["the same person twice"] = new(Two, "pending", new Step("ann", "recorded"), new Step("ann", "already-decided")),
        ["a denial is final"] = new(Two, "denied", new Step("ann", "recorded", Deny: true), new Step("ben", "already-decided")),
        ["a denial after an approval"] = new(Two, "denied", new Step("ann", "recorded"), new Step("ben", "recorded", Deny: true)),
        ["a comment is missing"] = new(Two with { CommentRequired = true }, "pending", new Step("ann", "comment-required")),
        ["a comment is blank"] = new(Two with { CommentRequired = true }, "pending", new Step("ann", "comment-required", "  ")),
        ["a comment is given"] = new(Two with { CommentRequired = true }, "pending", new Step("ann", "recorded", "it crashes")),
        ["frozen"] = new(Two with { Freezes = [Full] }, "pending", new Step("ann", "frozen")),
        ["frozen, to deny"] = new(Two with { Freezes = [Full] }, "denied", new Step("ann", "recorded", Deny: true)),
        ["frozen but for a group"] = new(
            Two with { RequiredApprovals = 1, Freezes = [ButLeads] }, "approved", new Step("ann", "recorded"), new Step("ben", "recorded")),
        ["refused by the rule"] = new(Two with { Deny = true }, "pending", new Step("ann", "not-allowed")),
        ["break-glass"] = new(Two, "approved", new Step("oncall", "recorded", "nobody else is awake", BreakGlass: true)),
        ["break-glass without a comment"] = new(Two, "pending", new Step("oncall", "comment-required", BreakGlass: true)),
        ["break-glass of another group"] = new(Two, "pending", new Step("ann", "not-allowed", "let me", BreakGlass: true)),
        ["of the group, without breaking the glass"] = new(Two, "pending", new Step("oncall", "not-allowed", "let me")),
        ["break-glass in a freeze"] = new(Two with { Freezes = [Full] }, "pending",
            new Step("oncall", "frozen", "let me", BreakGlass: true)),
        ["break-glass in a freeze but for another group"] = new(
            Two with { Freezes = [ButLeads] }, "pending", new Step("oncall", "frozen", "let me", BreakGlass: true)),
        ["break-glass where the rule refuses"] = new(Two with { Deny = true }, "pending",
            new Step("oncall", "not-allowed", "let me", BreakGlass: true)),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [Proves(Hazard.RequesterCannotApproveWhereForbidden)]
    [MemberData(nameof(Names))]
    public async Task TheFormHoldsToTheTable(string name) => await RunAsync(name, "page", async (request, step) =>
    {
        using var answer = await host.Page.Client.SendAsync(Decisions.Form(request, Fields(request, step)), PageHost.Cancellation);
        var page = await Decisions.TextOf(answer);
        Assert.Equal(step.Expected == "recorded" ? HttpStatusCode.SeeOther : StatusOf(step), answer.StatusCode);
        if (step.Expected != "recorded")
            Assert.Contains("Not decided.", page, StringComparison.Ordinal);
        if (step.Expected == "comment-required")
            Assert.Contains("aria-invalid", page, StringComparison.Ordinal);
        Assert.Equal(step is { BreakGlass: true, Expected: not "recorded" }, page.Contains(" checked", StringComparison.Ordinal));
    });

    [Theory]
    [Proves(Hazard.RequesterCannotApproveWhereForbidden)]
    [MemberData(nameof(Names))]
    public async Task HttpHoldsToTheTable(string name) => await RunAsync(name, "http", async (request, step) =>
    {
        using var answer = await host.Page.Client.SendAsync(Decisions.Json(request, Fields(request, step)), PageHost.Cancellation);
        var json = await Decisions.JsonOf(answer);
        Assert.Equal(step.Expected == "recorded" ? HttpStatusCode.OK : StatusOf(step), answer.StatusCode);
        Assert.Equal(step.Expected == "recorded" ? null : step.Expected, (string?)json["code"]);
        if (step is { Expected: "recorded", BreakGlass: true })
            Assert.True((bool)json["decisions"]![0]!["break_glass"]!);
    });

    [Theory]
    [Proves(Hazard.RequesterCannotApproveWhereForbidden)]
    [MemberData(nameof(Names))]
    public async Task TheTerminalHoldsToTheTable(string name) => await RunAsync(name, "terminal", async (request, step) =>
    {
        string[] comment = step.Comment is null ? [] : ["--comment", step.Comment];
        string[] breakGlass = step.BreakGlass ? ["--break-glass"] : [];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(PageHost.Cancellation);
        var carriedOut = CarryOutAsync(request, over.Token);
        var result = await BuiltProgram.RunAsync(
            ["approvals", step.Deny ? "deny" : "approve", request.Id, "--approver", step.Who, "--passphrase-stdin", .. comment,
                .. breakGlass, .. host.Settings],
            PageHost.Passphrase);
        await over.CancelAsync();
        await carriedOut;
        Assert.Equal(step.Expected == "recorded" ? 0 : 1, result.ExitCode);
        if (step.Expected != "recorded")
            Assert.NotEmpty(result.Errors);
    });

    // A person's terminal waits a while for what they approved.
    private async Task CarryOutAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await host.Page.Broker.WaitAsync(request.Id, found => found.State == RequestState.Approved, TimeSpan.FromMinutes(1),
                cancellationToken);
            if (await host.Page.Broker.ClaimAsync(request.Id, "test", TimeSpan.FromMinutes(1), null, [], cancellationToken) is not null)
                await host.Page.Broker.ChangeAsync(request.Id,
                    found => ExecutionTransitions.Applied(found, "Applied.", "", found.CreatedAt), cancellationToken);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static Dictionary<string, string> Fields(UndoRequest request, Step step)
    {
        var fields = Decisions.Fields(request, step.Deny ? "deny" : "approve");
        (fields["approver"], fields["comment"]) = (step.Who, step.Comment ?? "");
        if (step.BreakGlass)
            fields["break_glass"] = "true";
        return fields;
    }

    private static HttpStatusCode StatusOf(Step step) => step.Expected switch
    {
        "not-allowed" or "frozen" => HttpStatusCode.Forbidden,
        "already-decided" => HttpStatusCode.Conflict,
        _ => HttpStatusCode.BadRequest,
    };

    private async Task RunAsync(string name, string surface, Func<UndoRequest, Step, Task> decideAsync)
    {
        var (terms, end, steps) = Cases[name];
        var request = await host.Page.AskAsync(asked => asked with { Terms = terms });
        foreach (var step in steps)
            await decideAsync(request, step);
        var state = (await host.Page.Broker.FindAsync(request.Id, PageHost.Cancellation))!.State;
        Assert.Equal(end, state == RequestState.Applied ? "approved" : state.ToName());

        var records = (await host.Page.AuditOfAsync(request.Id))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(record => record.GetProperty("actor").GetProperty("kind").GetString() == "human")
            .ToList();

        // The terminal asks nobody for a passphrase once a request is decided, as the page has no form then; nothing reaches the broker to
        // be recorded.
        var reached = surface == "terminal"
            ? steps.TakeWhile((_, at) => !steps.Take(at).Any(earlier => earlier.Deny && earlier.Expected == "recorded"))
            : steps;
        Assert.Equal(reached.SelectMany(Expected), records.Select(record => $"{record.GetProperty("event")} {WhyOf(record)}".TrimEnd()));
        Assert.All(records, record => Assert.Equal(surface, record.GetProperty("actor").GetProperty("client").GetString()));
    }

    private static IEnumerable<string> Expected(Step step) => step switch
    {
        { Expected: not "recorded" } => [$"decision.rejected {step.Expected}"],
        { Deny: true } => ["undo.denied"],
        { BreakGlass: true } => ["undo.approved", "undo.break_glass"],
        _ => ["undo.approved"],
    };

    private static string? WhyOf(JsonElement record) =>
        record.GetProperty("detail").TryGetProperty("why", out var why) ? why.GetString() : null;

    private sealed record Step(string Who, string Expected, string? Comment = null, bool Deny = false, bool BreakGlass = false);

    private sealed record Case(ApprovalTerms Terms, string End, params Step[] Steps);

    /// <summary>A page, and the people.</summary>
    public sealed class Host : IAsyncLifetime
    {
        internal PageHost Page { get; } = new();

        internal IReadOnlyList<string> Settings => Page.Settings;

        public async ValueTask InitializeAsync()
        {
            await Page.InitializeAsync();
            await Page.EnrolAsync("ann", "sre");
            await Page.EnrolAsync("ben", "sre", "leads");
            await Page.EnrolAsync("Mira", "SRE");
            await Page.EnrolAsync("oncall", "firefighters");
            await Page.EnrolAsync("sam");
        }

        public ValueTask DisposeAsync() => Page.DisposeAsync();
    }
}
