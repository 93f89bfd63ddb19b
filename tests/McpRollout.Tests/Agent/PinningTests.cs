namespace McpRollout.Tests.Agent;

/// <summary>What an agent is told of images that ran, and of an undo that is pinned to them.</summary>
public sealed class PinningTests
{
    [Fact]
    public async Task AHistoryTellsWhichDigestsRan()
    {
        await using var rig = await AgentRig.StartAsync();

        var (_, facts) = await rig.CallAsync("k8s_rollout_history", Checkout);

        var ran = facts.GetProperty("revisions").EnumerateArray().ToDictionary(
            revision => revision.GetProperty("revision").GetInt64(), revision => revision.GetProperty("images_ran"));
        var digest = Assert.Single(ran[3].GetProperty("checkout").EnumerateArray()).GetProperty("digest").GetString();
        Assert.Matches("^sha256:[0-9a-f]{64}$", digest);
        Assert.Empty(ran[1].EnumerateObject());
    }

    [Fact]
    public async Task AnUndoThatPinsIsAnotherThanOneThatDoesNot()
    {
        await using var rig = await AgentRig.StartAsync(carriesOut: false);

        var (text, asked) = await rig.CallAsync("k8s_rollout_undo", Undo(to: 3, pin: true));
        var (_, again) = await rig.CallAsync("k8s_rollout_undo", Undo(to: 3, pin: true));
        var other = await rig.RefusalAsync("k8s_rollout_undo", Undo(to: 3));

        Assert.Contains("revision 4 -> 3, images by the digests that ran", text, StringComparison.Ordinal);
        Assert.StartsWith("registry.example/shop/checkout@sha256:",
            asked.GetProperty("pin_images")[0].GetProperty("image").GetString(), StringComparison.Ordinal);
        Assert.Equal(asked.GetProperty("request_id").GetString(), again.GetProperty("request_id").GetString());
        Assert.Contains("to 3 with pin_images, pending", other, StringComparison.Ordinal);
        Assert.EndsWith("(code: another-open)", other, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutADigestOnRecordItIsRefusedWithTheContainersAndAWayOut()
    {
        await using var rig = await AgentRig.StartAsync(carriesOut: false);

        var refusal = await rig.RefusalAsync("k8s_rollout_undo", Undo(to: 1, pin: true));

        Assert.Contains("cannot be brought back with the digests that ran: checkout (no digest that it ran is on record).", refusal,
            StringComparison.Ordinal);
        Assert.Contains("Ask without pin_images", refusal, StringComparison.Ordinal);
        Assert.EndsWith("(code: no-digest)", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhetherToPinIsTrueOrFalse()
    {
        await using var rig = await AgentRig.StartAsync(carriesOut: false);

        Assert.Contains("pin_images must be true or false", await rig.RefusalAsync("k8s_rollout_undo", Undo(to: 3, pin: "yes")),
            StringComparison.Ordinal);
        Assert.True((await rig.CallAsync("k8s_rollout_undo", Undo(to: 3, pin: false))).Facts.TryGetProperty("state", out _));
    }

    [Fact]
    public async Task AMovedTagStandsAgainstItsRevisionAndPinningTakesTheWarningAway()
    {
        await using var rig = await AgentRig.StartAsync(carriesOut: false, drills: true);
        var moved = new { resource_type = "deployment", @namespace = "drills", name = "moved-tag" };

        var (history, _) = await rig.CallAsync("k8s_rollout_history", moved);
        var (text, _) = await rig.CallAsync("k8s_rollout_undo", Undo(to: 1, pin: true, space: "drills", name: "moved-tag", current: 2));

        Assert.Contains("image-moved (moved-tag)", history, StringComparison.Ordinal);
        Assert.DoesNotContain("image-moved", text, StringComparison.Ordinal);
    }

    private static readonly object Checkout = new { resource_type = "deployment", @namespace = "shop", name = "checkout" };

    private static Dictionary<string, object> Undo(
        int to, object? pin = null, string space = "shop", string name = "checkout", int current = 4)
    {
        var undo = new Dictionary<string, object>
        {
            ["resource_type"] = "deployment",
            ["namespace"] = space,
            ["name"] = name,
            ["to_revision"] = to,
            ["current_revision"] = current,
            ["reason"] = "It crashes.",
        };
        if (pin is not null)
            undo["pin_images"] = pin;
        return undo;
    }
}
