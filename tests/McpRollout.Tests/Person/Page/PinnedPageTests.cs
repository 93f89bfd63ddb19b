using McpRollout.Approvals.Intake;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.History;
using McpRollout.Tests.Broker;
using McpRollout.Tests.Rollouts;
using static McpRollout.Tests.Person.Page.Decisions;

namespace McpRollout.Tests.Person.Page;

/// <summary>What a person sees of the images that a revision ran.</summary>
public sealed class PinnedPageTests(PageHost host) : IClassFixture<PageHost>
{
    [Fact]
    public async Task ThePageSaysWhatTheTargetRanAsAndWhatComesBack()
    {
        var (request, target) = Asked();
        var (container, image) = target.Images[0];
        var plan = request.Plan with { Pins = [new(container, $"registry.example/app@{Ran.Digest('a')}")] };
        request = request with { Plan = plan, Steps = UndoPlanning.Steps(plan) };
        var record = new ImageRecord([Ran.Seen(target.Source, container, image, 'a', 0)], []);
        var history = IncidentCluster.History(plan.Workload);
        var snapshot = RequestSnapshot.Of(HistoryEvidence.Of(history, [], request.CreatedAt).With(record), history.Find(4)!);
        await host.Broker.OpenedAsync(request, PageHost.Cancellation, snapshot);

        var page = await TextOf(await host.Client.GetAsync(PathOf(request), PageHost.Cancellation));

        Assert.Contains($"<li>{container} ran as sha256:aaaaaaaaaaaa…, last seen 2026-03-10 10:00Z (record of this server)</li>", page,
            StringComparison.Ordinal);
        Assert.Contains("Images come back by the digests that they were seen to run", page, StringComparison.Ordinal);
        Assert.Contains($"Its container {container} comes back as registry.example/app@{Ran.Digest('a')}", page, StringComparison.Ordinal);
        Assert.Contains(plan.Digest, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutPinsNothingIsSaidOfDigests()
    {
        var request = await host.AskAsync();

        Assert.DoesNotContain("by the digests", await TextOf(await host.Client.GetAsync(PathOf(request), PageHost.Cancellation)),
            StringComparison.Ordinal);
    }

    private static (UndoRequest Request, Revision Target) Asked()
    {
        var request = Incident.Request(DateTimeOffset.UtcNow);
        return (request, IncidentCluster.History(request.Plan.Workload).Find(4)!);
    }
}
