using System.Text.RegularExpressions;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using static McpRollout.Tests.Person.Page.Decisions;

namespace McpRollout.Tests.Person.Page;

public sealed partial class PageHealthTests(PageHost host) : IClassFixture<PageHost>
{
    [Fact]
    public async Task ThePodsOwnReasonsAreShown()
    {
        var page = await PageAsync();

        Assert.Contains("CrashLoopBackOff", page, StringComparison.Ordinal);
        Assert.Contains("exceeded its progress deadline", page, StringComparison.Ordinal);
        Assert.DoesNotContain("no longer what this page shows", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatHoldsItUpComesFirstAlsoWhereOnlyAnEventTellsOfIt()
    {
        var request = await host.AskAsync();
        host.Cluster.Events = [System.Text.Json.JsonElement.Parse($$$"""
            {"involvedObject":{"kind":"Deployment","uid":"{{{request.Plan.Uid}}}"},"reason":"FailedCreate",
             "lastTimestamp":"2026-11-22T07:00:00Z","message":"create Pod failed: exceeded quota: small"}
            """)];
        try
        {
            var page = await TextOf(await host.Client.GetAsync(PathOf(request), PageHost.Cancellation));
            Assert.Contains("3 pods of revision 7 crash-loop.", page, StringComparison.Ordinal);
            Assert.Contains("exceeded quota: small", page, StringComparison.Ordinal);
        }
        finally
        {
            host.Cluster.Events = [];
        }
    }

    [Fact]
    public async Task AWorkloadThatMovedIsAnnouncedBeforeAnybodyDecides()
    {
        host.Cluster.CurrentRevision = 8;

        Assert.Contains("The workload is no longer what this page shows.", await PageAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWorkloadThatIsGoneIsAnnounced()
    {
        host.Cluster.Failure = new ClusterFailure(ClusterFailureKind.NotFound, "deployments.apps \"checkout\" not found");

        Assert.Contains("no longer exists in namespace shop", await PageAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClusterThatFailsDoesNotKeepThePageBack()
    {
        host.Cluster.Failure = new ClusterFailure(ClusterFailureKind.Unreachable,
            "https://10.40.0.1:6443 could not be reached: connection refused.");

        var page = await PageAsync();

        Assert.Contains("The health could not be read: https://10.40.0.1:6443 could not be reached: connection refused.", page,
            StringComparison.Ordinal);
        Assert.Contains("<form method=\"post\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClusterThatDoesNotAnswerDoesNotKeepThePageBack()
    {
        (host.Cluster.Ready, host.Time.Pace) = (new TaskCompletionSource().Task, 0.05);

        Assert.Contains("The health could not be read: the cluster did not answer within 2 seconds.", await PageAsync(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARequestForAnotherClusterSaysSo()
    {
        host.Cluster.ConnectedTo = new ClusterIdentity("staging", "https://10.50.0.1:6443");

        var page = await PageAsync();

        Assert.Contains("This request is for another cluster than this server", page, StringComparison.Ordinal);
        Assert.Contains("<b>staging</b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Health now", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNotFoundAnyMoreSinceTheRequestIsSaid()
    {
        var request = await host.AskAsync(asked => asked with
        {
            Findings = [FindingKinds.MissingReference.Of("ConfigMap checkout-flags was missing.", "ConfigMap checkout-flags")],
        });

        var page = await TextOf(await host.Client.GetAsync(PathOf(request), PageHost.Cancellation));

        Assert.Contains("<strong>Not found any more. </strong>ConfigMap checkout-flags was missing.", page, StringComparison.Ordinal);
    }

    /// <summary>What the page says that was new, a decision on it names, also on record, and the executor takes for seen.</summary>
    [Theory]
    [InlineData("approve", "undo.approved")]
    [InlineData("deny", "undo.denied")]
    public async Task WhatIsNewSinceTheRequestIsSaidAndDecidedOn(string decision, string recorded)
    {
        var request = await host.AskAsync();
        host.Cluster.HasFlags = false;
        try
        {
            var page = await TextOf(await host.Client.GetAsync(PathOf(request), PageHost.Cancellation));
            Assert.Contains("<strong>New since it was asked for. </strong>Revision 4 refers to what does not exist in shop: ConfigMap "
                + "checkout-flags.", page, StringComparison.Ordinal);
            var shown = FindingsField().Match(page).Groups[1].Value;
            var json = await JsonOf(await host.Client.SendAsync(
                new(HttpMethod.Get, PathOf(request)) { Headers = { Accept = { new("application/json") } } }, PageHost.Cancellation));
            Assert.Equal(shown, (string?)json["findings_digest"]);
            Assert.Contains(json["findings"]!.AsArray(), finding => (string?)finding!["code"] == "missing-reference");

            var answer = await host.Client.SendAsync(
                Form(request, new(Fields(request, decision)) { ["findings"] = shown }), PageHost.Cancellation);
            Assert.Equal(System.Net.HttpStatusCode.SeeOther, answer.StatusCode);
            var decided = await host.Broker.FindAsync(request.Id, PageHost.Cancellation);
            Assert.Equal(shown, Assert.Single(decided!.Decisions).Findings);
            var record = Assert.Single(await host.AuditAsync(), line =>
                (string?)line["event"] == recorded && line.ToJsonString().Contains(request.Id, StringComparison.Ordinal));
            Assert.Equal(shown, (string?)record["detail"]!["findings"]);
            var missing = FindingKinds.MissingReference.Of("It is gone.", "ConfigMap checkout-flags");
            Assert.Empty(decided.Unseen([missing]));
            if (decision == "approve")
                Assert.Equal([missing], (decided with { Decisions = [decided.Decisions[0] with { Findings = null }] }).Unseen([missing]));
        }
        finally
        {
            host.Cluster.HasFlags = true;
        }
    }

    [Fact]
    public async Task ADecisionOnSomethingThatIsNoDigestIsRefused()
    {
        var request = await host.AskAsync();
        var answer = await host.Client.SendAsync(
            Json(request, new(Fields(request)) { ["findings"] = "all of them" }), PageHost.Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("findings is no digest", await TextOf(answer), StringComparison.Ordinal);
    }

    [GeneratedRegex("name=\"findings\" value=\"([0-9a-f]{64})\"")]
    private static partial Regex FindingsField();

    private async Task<string> PageAsync()
    {
        try
        {
            return await TextOf(await host.Client.GetAsync(PathOf(await host.AskAsync()), PageHost.Cancellation));
        }
        finally
        {
            (host.Cluster.CurrentRevision, host.Cluster.Failure, host.Cluster.Ready) = (7, null, Task.CompletedTask);
            (host.Cluster.ConnectedTo, host.Time.Pace) = (IncidentCluster.Identity, 1);
        }
    }
}
