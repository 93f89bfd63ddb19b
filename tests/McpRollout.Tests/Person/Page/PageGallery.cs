using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Status;
using McpRollout.Tests.Broker.Policies;

namespace McpRollout.Tests.Person.Page;

/// <summary>
/// Pictures of every state of the page, to be looked at, and the one in docs/. They are taken only when asked for:
/// <c>dotnet run --project tests/McpRollout.Tests -- -class "*PageGallery" -explicit only</c>; they go to the folder in PAGE_GALLERY.
/// </summary>
public sealed class PageGallery(PageHost host, Browser browser) : IClassFixture<PageHost>, IClassFixture<Browser>
{
    private static string Folder => Environment.GetEnvironmentVariable("PAGE_GALLERY") ?? Path.Combine("artifacts", "gallery");

    [Fact(Explicit = true)]
    public async Task Pictures()
    {
        await ShowAsync("inbox-empty", "/");
        var pending = await host.AskAsync(name: "checkout");
        await ShowAsync("pending", Decisions.PathOf(pending));
        await using (var window = await browser.OpenAsync(height: 1172))
        {
            await window.Page.GotoAsync(host.Origin + Decisions.PathOf(pending));
            await window.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, "approval-page.png") });
        }

        host.Cluster.CurrentRevision = 8;
        await ShowAsync("pending-moved", Decisions.PathOf(pending));
        host.Cluster.CurrentRevision = 7;
        host.Cluster.Failure = new(ClusterFailureKind.Unreachable, "https://10.40.0.1:6443 could not be reached: connection refused.");
        await ShowAsync("pending-unreadable", Decisions.PathOf(pending));
        host.Cluster.Failure = null;
        host.Cluster.HasFlags = false;
        await ShowAsync("pending-news", Decisions.PathOf(pending));
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
        await ShowAsync("held", Decisions.PathOf(held));
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
        await ShowAsync("crowded", Decisions.PathOf(crowded));
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
                    Freezes = [AnyTerms.Always with { ExceptGroup = "release-managers" }],
                },
            },
            "billing");
        await ShowAsync("ruled", Decisions.PathOf(ruled));
        await ShowAsync("applied", Decisions.PathOf(await EndedAsync("payments", RequestState.Applied, UndoRollout.Progressing)));
        await ShowAsync("healthy", Decisions.PathOf(await EndedAsync("ledger", RequestState.Applied, UndoRollout.Healthy)));
        await ShowAsync("degraded", Decisions.PathOf(await EndedAsync("search", RequestState.Applied, UndoRollout.Degraded)));
        await ShowAsync("stale", Decisions.PathOf(await EndedAsync("cart", RequestState.Stale, null)));
        await ShowAsync("denied", Decisions.PathOf(await DeniedAsync("mailer")));
        await ShowAsync("expired",
            Decisions.PathOf(await host.AskAsync(request => request with { ExpiresAt = host.Time.GetUtcNow().AddSeconds(-1) }, "gateway")));
        await ShowAsync("unknown-id", "/approvals/undo-000000000000");
        await ShowAsync("inbox", "/");
        await ShowAsync("wrong-passphrase", Decisions.PathOf(pending), async window =>
        {
            await window.FillAsync("wrong");
            await window.ApproveAsync();
        });
    }

    [Fact(Explicit = true)]
    public async Task PicturesOfSigningIn()
    {
        await using var readers = new ReadersPage();
        await readers.InitializeAsync();
        var origin = readers.Host.Origin;
        var pending = await readers.Host.AskAsync(name: "checkout");
        async Task SignInAsync(BrowserWindow window, string name, string passphrase)
        {
            await window.Page.GetByLabel("Your name").FillAsync(name);
            await window.Page.GetByLabel("Your passphrase").FillAsync(passphrase);
            await window.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        }

        await ShowAsync("sign-in", Decisions.PathOf(pending), origin: origin);
        await ShowAsync("sign-in-from-elsewhere", "/", origin: origin, act: window => window.Page.SetContentAsync(
            Web.Session.SignInPage.Render("/", isFromElsewhere: true).ToString().Replace("/style.css", $"{origin}/style.css",
                StringComparison.Ordinal)));
        await ShowAsync("sign-in-wrong", "/", origin: origin, act: window => SignInAsync(window, "nobody", "guess"));
        await ShowAsync("sign-in-locked", "/", origin: origin, act: async window =>
        {
            await SignInAsync(window, "nobody", "guess");
            await SignInAsync(window, "nobody", "guess");
        });
        await ShowAsync("signed-in-inbox", "/", origin: origin, act: window => SignInAsync(window, PageHost.Name, PageHost.Passphrase));
        await ShowAsync("signed-in-request", Decisions.PathOf(pending), origin: origin,
            act: window => SignInAsync(window, PageHost.Name, PageHost.Passphrase));
        await ShowAsync("stranger-decision", Decisions.PathOf(pending), origin: origin, act: async window =>
        {
            await SignInAsync(window, PageHost.Name, PageHost.Passphrase);
            await window.Page.Context.ClearCookiesAsync();
            await window.FillAsync("wrong");
            await window.ApproveAsync();
        });
    }

    private async Task ShowAsync(string name, string path, Func<BrowserWindow, Task>? act = null, string? origin = null)
    {
        foreach (var (width, height) in new[] { (1280, 900), (390, 844) })
        {
            foreach (var dark in new[] { false, true })
            {
                await using var window = await browser.OpenAsync(width, height, dark);
                await window.Page.GotoAsync((origin ?? host.Origin) + path);
                if (act is not null)
                    await act(window);
                var file = Path.Combine(Folder, $"{name}-{width}{(dark ? "-dark" : "")}");
                await window.Page.ScreenshotAsync(new() { Path = file + ".png" });
                if (width < 500 || name is "crowded" or "ruled")
                    await window.Page.ScreenshotAsync(new() { Path = file + "-full.png", FullPage = true });
            }
        }
    }

    private async Task<UndoRequest> EndedAsync(string name, RequestState state, UndoRollout? rollout)
    {
        var request = await host.AskAsync(name: name);
        await host.Broker.DecideAsync(
            new DecisionAttempt(request.Id, Verdict.Approve, request.Plan.Digest, PageHost.Name, PageHost.Passphrase,
                "Revision 4 ran fine all week.", "page"),
            PageHost.Cancellation);
        await host.Broker.ClaimAsync(request.Id, "test", TimeSpan.FromMinutes(1), null, [], PageHost.Cancellation);
        var outcome = new UndoOutcome(Message(state, rollout), host.Time.GetUtcNow(), rollout, rollout is UndoRollout.Healthy
            ? 8 : null, Problems(rollout));
        var draft = new AuditDraft(AuditEvent.UndoApplied, AuditActor.System, request.Id, request.Plan.Target);
        return (await host.Broker.ChangeAsync(
            request.Id,
            found => new(found with { State = state, Outcome = outcome }, draft),
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
