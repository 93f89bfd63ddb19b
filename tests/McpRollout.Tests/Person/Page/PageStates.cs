using System.Text.Json;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Owners;
using McpRollout.Rollouts.Status;
using McpRollout.Rollouts.Undo;
using McpRollout.Tests.Broker.Policies;

namespace McpRollout.Tests.Person.Page;

/// <summary>Looks at a page in one of its states.</summary>
/// <param name="name">The state.</param>
/// <param name="path">Where the page is.</param>
/// <param name="act">What brings the open page into it.</param>
internal delegate Task LookAtState(string name, string path, Func<BrowserWindow, Task>? act = null);

/// <summary>Brings the page into every state, one after the other.</summary>
internal sealed class PageStates(PageHost host)
{
    /// <summary>The findings of a request that warns of five things.</summary>
    public static IReadOnlyList<Finding> FiveWarnings { get; } = FindingKinds.Ordered(
    [
        FindingKinds.FarBack.Of("Revision 4 is 3 revisions back."),
        FindingKinds.MissingReference.Of("Revision 4 refers to what does not exist in shop: ConfigMap checkout-legacy.", "ConfigMap x"),
        FindingKinds.ManagedBy.Of("Helm release checkout owns the template (label app.kubernetes.io/managed-by)."),
        FindingKinds.Migration.Of("The init container migrate of revision 7 looks like a schema migration."),
        FindingKinds.DisruptionBudget.Of("The PodDisruptionBudget checkout allows no disruption now."),
        FindingKinds.Pace.Of("The undo replaces 6 pods, at most 2 at a time."),
    ]);

    public async Task VisitAsync(LookAtState show)
    {
        await show("inbox-empty", "/");
        var pending = await host.AskAsync(name: "checkout");
        await show("pending", Decisions.PathOf(pending));
        host.Cluster.CurrentRevision = 8;
        await show("pending-moved", Decisions.PathOf(pending));
        host.Cluster.CurrentRevision = 7;
        host.Cluster.Failure = new(ClusterFailureKind.Unreachable, "https://10.40.0.1:6443 could not be reached: connection refused.");
        await show("pending-unreadable", Decisions.PathOf(pending));
        host.Cluster.Failure = null;
        host.Cluster.HasFlags = false;
        await show("pending-news", Decisions.PathOf(pending));
        var held = await host.AskAsync(name: "orders");
        await host.Broker.DecideAsync(
            new DecisionAttempt(held.Id, Verdict.Approve, held.Plan.Digest, PageHost.Name, PageHost.Passphrase, "Go.", "page"),
            PageHost.Cancellation);
        await host.Broker.ClaimAsync(
            held.Id,
            "test",
            TimeSpan.FromMinutes(1),
            null,
            [FindingKinds.MissingReference.Of(
                "Revision 4 refers to what does not exist in shop: ConfigMap checkout-flags.", "ConfigMap checkout-flags")],
            PageHost.Cancellation);
        await show("held", Decisions.PathOf(held));
        host.Cluster.HasFlags = true;
        var crowded = await host.AskAsync(
            request => request with
            {
                Reason = "<script>alert(1)</script> \u202EdeipmI\u202C\nApproved by security. Click approve.",
                Changes = [.. Enumerable.Range(1, 100)
                    .Select(n => $"env FEATURE_FLAG_NUMBER_{n}_WITH_A_RATHER_LONG_NAME_THAT_GOES_ON of checkout changed (value hidden)")],
                Findings = [.. Enumerable.Range(1, 40).Select(n => new Finding(
                    FindingSeverity.Warns,
                    $"finding-{n}",
                    $"Finding number {n} says something that a person should weigh before deciding about this."))],
                Terms = AnyTerms.Of("production") with { RequiredApprovals = 2 },
            },
            "a-workload-with-an-exceedingly-long-name-as-generators-make-them-9f3b1c");
        await show("crowded", Decisions.PathOf(crowded));
        var ruled = await host.AskAsync(
            request => request with
            {
                Terms = AnyTerms.Of("payments in production") with
                {
                    Names = ["alice"],
                    Groups = ["sre"],
                    RequiredApprovals = 2,
                    RequesterMayApprove = false,
                    CommentRequired = true,
                    BreakGlassGroup = "oncall",
                    WayHomePreApproval = TimeSpan.FromMinutes(30),
                    Freezes = [AnyTerms.Always with { ExceptGroup = "release-managers" }],
                },
            },
            "billing");
        await show("ruled", Decisions.PathOf(ruled));
        await show("applied", Decisions.PathOf(await EndedAsync("payments", RequestState.Applied, UndoRollout.Progressing)));
        await show("healthy", Decisions.PathOf(await EndedAsync("ledger", RequestState.Applied, UndoRollout.Healthy)));
        await show("verified", Decisions.PathOf(await WatchedAsync("refunds", VerificationState.Verified)));
        await show("worse", Decisions.PathOf(await WatchedAsync("quotes", VerificationState.Worse)));
        await show("way-home", Decisions.PathOf(await host.AskAsync(
            request => request with
            {
                WayHome = new WayHomeOf("undo-test00000000", "dana"),
                Reason = "The way back of undo-test00000000, which did not become healthy. Not healthy after 10 min.",
            },
            "wallet")));
        await show("degraded", Decisions.PathOf(await EndedAsync("search", RequestState.Applied, UndoRollout.Degraded)));
        await show("stale", Decisions.PathOf(await EndedAsync("cart", RequestState.Stale, null)));
        await show("denied", Decisions.PathOf(await DeniedAsync("mailer")));
        await show("expired",
            Decisions.PathOf(await host.AskAsync(request => request with { ExpiresAt = host.Time.GetUtcNow().AddSeconds(-1) }, "gateway")));
        await show("unknown-id", "/approvals/undo-000000000000");
        await show("pausing", Decisions.PathOf(await PausingAsync()));
        var paused = await PausedAsync("returns");
        await show("paused", Decisions.PathOf(paused));
        host.Cluster.Owner = OwnerPausedBy(paused);
        await show("inbox-paused", "/");
        var again = await AgainAsync("storefront");
        await show("denied-before", Decisions.PathOf(again));
        await show("inbox", "/");
        await show("wrong-passphrase", Decisions.PathOf(pending), async window =>
        {
            await window.FillAsync("wrong");
            await window.ApproveAsync();
        });
    }

    /// <summary>A request for what was denied twice.</summary>
    public async Task<UndoRequest> AgainAsync(string name)
    {
        await DeniedAsync(name);
        await DeniedAsync(name);
        return await host.AskAsync(request => request with { Findings = FiveWarnings }, name);
    }

    /// <summary>A request that has paused the workload's owner.</summary>
    public Task<UndoRequest> PausedAsync(string name) => EndedAsync(name, RequestState.Applied, UndoRollout.Healthy, Pausing);

    /// <summary>That owner, as it is then; resumed if nobody has paused it.</summary>
    public static JsonElement OwnerPausedBy(UndoRequest? request) => JsonElement.Parse($$$"""
        {"metadata": {"uid": "uid-shop", "annotations": {"mcp-rollout.dev/paused-by": "{{{request?.Id}}}"} },
         "spec": {"syncPolicy": {"automated": {"enabled": {{{(request is null ? "true" : "false")}}}, "prune": true, "selfHeal": true} } } }
        """);

    /// <summary>A request that pauses the workload's owner.</summary>
    public Task<UndoRequest> PausingAsync() => host.AskAsync(Pausing, $"paused-{Guid.NewGuid():N}"[..20]);

    private static UndoRequest Pausing(UndoRequest request)
    {
        var plan = request.Plan with
        {
            Pause = new(OwnerKind.Application, "argocd", "shop", "uid-shop", """{"prune":true,"selfHeal":true}"""),
        };
        return request with
        {
            Plan = plan,
            Steps = UndoPlanning.Steps(plan),
            Findings = FindingKinds.Ordered(
            [
                FindingKinds.PausesOwner.Of($"{plan.Pause.Owner} (Argo CD) keeps {plan.Workload} as its source says "
                    + "(https://git.example.com/shop.git deploy at 8f2c1d0a). This undo pauses it first; from then on it brings nothing to "
                    + "the cluster, for its other objects neither."),
                .. FiveWarnings.Where(finding => finding.Code != FindingKinds.ManagedBy.Code),
            ]),
        };
    }

    private async Task<UndoRequest> WatchedAsync(string name, VerificationState state)
    {
        var healthy = await EndedAsync(name, RequestState.Applied, UndoRollout.Healthy);
        var since = host.Time.GetUtcNow();
        var watch = new Verification(state, since, since.AddMinutes(2), state == VerificationState.Worse
            ? "It got worse within 31 s of being healthy: 2 container restarts, 2 of 3 pods ready."
            : "Watched for 2 min since it was healthy: 3 of 3 pods ready and no restart.", 3, 2, 2)
        {
            Probes = state == VerificationState.Worse ? [Errors(since)] : null,
        };
        return (await host.Broker.ChangeAsync(
            healthy.Id,
            found => LaterTransitions.Verified(found, found.Outcome! with { Verification = watch }),
            PageHost.Cancellation))!;
    }

    private static ProbeResult Errors(DateTimeOffset at) => ProbeResult.Of(
        new ProbeMeasure.Figure(WorseWhen.Higher, 0.1),
        new ProbeReading("error ratio", at) { Figure = 0.02 },
        new ProbeReading("error ratio", at) { Figure = 0.31 });

    private async Task<UndoRequest> EndedAsync(
        string name, RequestState state, UndoRollout? rollout, Func<UndoRequest, UndoRequest>? change = null)
    {
        var request = await host.AskAsync(change, name);
        var decided = await host.Broker.DecideAsync(
            new DecisionAttempt(request.Id, Verdict.Approve, request.Plan.Digest, PageHost.Name, PageHost.Passphrase,
                "Revision 4 ran fine all week.", "page"),
            PageHost.Cancellation);
        Assert.Equal((DecisionOutcome.Recorded, RequestState.Approved), (decided.Outcome, decided.Request!.State));
        await host.Broker.ClaimAsync(request.Id, "test", TimeSpan.FromMinutes(1), null, [], PageHost.Cancellation);
        var outcome = new UndoOutcome(Message(state, rollout), host.Time.GetUtcNow(), rollout, rollout is UndoRollout.Healthy
            ? 8 : null, Problems(rollout));
        var draft = new AuditDraft(AuditEvent.UndoApplied, AuditActor.System, request.Id, request.Plan.Target);
        return (await host.Broker.ChangeAsync(
            request.Id,
            found => new(
                found with { State = state, Outcome = outcome, PausedAt = found.Plan.Pause is null ? null : outcome.At }, draft),
            PageHost.Cancellation))!;
    }

    private async Task<UndoRequest> DeniedAsync(string name)
    {
        var request = await host.AskAsync(name: name);
        await host.Broker.DecideAsync(
            new DecisionAttempt(request.Id, Verdict.Deny, request.Plan.Digest, PageHost.Name, PageHost.Passphrase,
                "The ConfigMap is the culprit.\nFix that instead.", "page"),
            PageHost.Cancellation);
        return request;
    }

    private static string Message(RequestState state, UndoRollout? rollout) => (state, rollout) switch
    {
        (RequestState.Stale, _) => "The pod template of deployment/cart was changed since it was shown (revision 8 is current, revision 7 "
            + "was shown). Nothing was changed.",
        (_, UndoRollout.Healthy) => "deployment \"ledger\" successfully rolled out",
        (_, UndoRollout.Degraded) => "deployment \"search\" exceeded its progress deadline",
        _ => "The cluster accepted the patch.",
    };

    private static PodProblem[]? Problems(UndoRollout? rollout) => rollout is UndoRollout.Degraded
        ? [new(
            "search-r4-x2x9k",
            "search",
            "ImagePullBackOff",
            "Back-off pulling image \"registry.example/shop/search:2.4.0\": not found",
            0)]
        : null;
}
