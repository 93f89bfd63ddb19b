using McpRollout.Approvals.Requests;
using McpRollout.Cli;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Undo;
using McpRollout.Tests.Person.Page;

namespace McpRollout.Tests.Commands;

public sealed class RequestMarkdownTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 16, 52, 0, TimeSpan.Zero);

    [Fact]
    public void ThePostMortemHasTheFactsOfBeforeTheDecisionsAndTheRecords()
    {
        var request = Incident.Request(Now, "checkout") with
        {
            State = RequestState.Applied,
            Decisions = [new("alice", Verdict.Approve, Now, "Revision 4 ran fine.")],
            Outcome = new("deployment \"checkout\" successfully rolled out", Now, UndoRollout.Healthy, 8, [],
                new PodReport([new(8, 6, 6)], 0, [], null)),
        };

        var document = RequestMarkdown.Of(request, Incident.DossierOf(request), ["1  undo.requested", "2  undo.approved"]);

        string[] order =
        [
            "# Undo of deployment/checkout in shop: revision 7 to 4", "Outcome: **applied**, rollout healthy",
            "> checkout has been crashing", "## Before",
            "exceeded its progress deadline", "## Findings", "`config-not-restored`", "## What the undo changes", "```diff", "+",
            "## Decisions", "approved by alice", "> Revision 4 ran fine\\.",
            "## Outcome", "Pods ready\\: 6 of 6 of revision 8", "## Audit records", "2  undo.approved",
        ];
        Assert.All(order, part => Assert.Contains(part, document, StringComparison.Ordinal));
        Assert.Equal(order.Select(part => document.IndexOf(part, StringComparison.Ordinal)).Order(),
            order.Select(part => document.IndexOf(part, StringComparison.Ordinal)));
    }

    [Fact]
    public void NobodysWordsBecomeMarkup()
    {
        var request = Incident.Request(Now, "checkout") with
        {
            Reason = "fine\n# Approved by security\n[click](https://evil.example) <img src=x> **now** \u202Edne",
            Changes = ["image of `app` changed ``` to <b>"],
        };

        var document = RequestMarkdown.Of(request, Incident.DossierOf(request), ["``` # not a heading"]);

        Assert.Contains("> \\# Approved by security", document, StringComparison.Ordinal);
        Assert.Contains("\\[click\\]\\(https\\://evil\\.example\\) \\<img src\\=x\\> \\*\\*now\\*\\* \\\\u202Edne", document,
            StringComparison.Ordinal);
        Assert.Contains("- image of \\`app\\` changed \\`\\`\\` to \\<b\\>", document, StringComparison.Ordinal);
        Assert.Contains("````text", document, StringComparison.Ordinal);
    }
}
