using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Broker;

public class UndoPlanRules
{
    private static readonly UndoPlan Plan = TempStore.NewRequest().Plan;

    public static TheoryData<string> Parts => [.. Variants.Keys];

    private static Dictionary<string, UndoPlan> Variants => new()
    {
        ["cluster"] = Plan with { Cluster = "other" },
        ["server"] = Plan with { Server = "https://other" },
        ["kind"] = Plan with { ResourceType = ResourceType.DaemonSet },
        ["namespace"] = Plan with { Namespace = "other" },
        ["name"] = Plan with { Name = "other" },
        ["uid"] = Plan with { Uid = "other" },
        ["from"] = Plan with { FromRevision = 9 },
        ["to"] = Plan with { ToRevision = 9 },
        ["from template"] = Plan with { FromDigest = "c" },
        ["to template"] = Plan with { ToDigest = "c" },
        ["pod to delete"] = Plan with { Pods = [new("checkout-0", "uid-2")] },
        ["its name"] = Plan with { Pods = [new("checkout-1", "uid-2")] },
        ["its uid"] = Plan with { Pods = [new("checkout-0", "uid-3")] },
        ["two of them"] = Plan with { Pods = [new("checkout-0", "uid-2"), new("checkout-1", "uid-3")] },
        ["images by digest, of which there are none"] = Plan with { Pins = [] },
        ["an image by digest"] = Plan with { Pins = [new("app", "app@sha256:1")] },
        ["of another container"] = Plan with { Pins = [new("web", "app@sha256:1")] },
        ["another image by digest"] = Plan with { Pins = [new("app", "app@sha256:2")] },
        ["in another order"] = Plan with { Pods = [new("checkout-1", "uid-3"), new("checkout-0", "uid-2")] },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public void ADifferentPartIsADifferentPlan(string part) =>
        Assert.DoesNotContain(Variants[part].Digest,
            Variants.Where(other => other.Key != part).Select(other => other.Value.Digest).Append(Plan.Digest));

    [Fact]
    public void APlanFromBeforePodsCouldBeDeletedIsWhatItWas()
    {
        Assert.Equal("ed413c7251ccc9ee47cec08a15630be488007fdebca7f90c5ae6470177a43036", Plan.Digest);
        var stored = JsonNode.Parse(JsonSerializer.Serialize(TempStore.NewRequest(), RequestJson.Default.UndoRequest))!;
        Assert.True(stored.AsObject().Remove("deletions") && stored["plan"]!.AsObject().Remove("pods"));
        var read = stored.Deserialize(RequestJson.Default.UndoRequest)!;
        Assert.Equal((0, 0, Plan.Digest), (read.Plan.Pods.Count, read.Deletions.Count, read.Plan.Digest));
        Assert.Null(read.Plan.Pins);
    }

    [Fact]
    public void PinsAreKeptAlsoWhereThereAreNone()
    {
        foreach (var plan in new[] { Plan with { Pins = [] }, Plan with { Pins = [new("app", "app@sha256:1")] } })
        {
            var stored = JsonSerializer.Serialize(TempStore.NewRequest() with { Plan = plan }, RequestJson.Default.UndoRequest);
            Assert.Equal(plan.Digest, JsonSerializer.Deserialize(stored, RequestJson.Default.UndoRequest)!.Plan.Digest);
        }
    }

    [Fact]
    public void TheSamePlanHasTheSameDigest() => Assert.Equal(Plan.Digest, (Plan with { }).Digest);

    [Fact]
    public void TheMatchCodeCanBeReadAloud() =>
        Assert.Matches("^[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}$", Plan.MatchCodeFor("undo-1"));

    [Fact]
    public void The_same_plan_has_another_match_code_in_another_request()
    {
        Assert.Equal(Plan.MatchCodeFor("undo-1"), (Plan with { }).MatchCodeFor("undo-1"));
        Assert.NotEqual(Plan.MatchCodeFor("undo-1"), Plan.MatchCodeFor("undo-2"));
        Assert.NotEqual(Plan.MatchCodeFor("undo-1"), (Plan with { ToRevision = 1 }).MatchCodeFor("undo-1"));
    }
}
