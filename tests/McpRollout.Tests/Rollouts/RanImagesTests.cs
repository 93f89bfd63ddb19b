using System.Text;
using McpRollout.Mcp.Answers;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Undo;
using McpRollout.Tests.Rollouts.Findings;
using McpRollout.Tests.Tools;

namespace McpRollout.Tests.Rollouts;

/// <summary>What pods tell of the images of their revisions, and what is made of it.</summary>
public sealed class RanImagesTests
{
    [Fact]
    public void Each_container_and_sidecar_of_each_revision_is_seen_once()
    {
        var app = $"docker.io/library/app@{Ran.Digest('a')}";
        var history = Ran.History("u-1",
            Ran.Pod(1, app, logId: $"docker-pullable://app@{Ran.Digest('b')}"), Ran.Pod(1, app), Ran.Pod(2, Ran.Digest('c')),
            Ran.Pod(2, ""));

        Assert.Equal(
            [new("web-1", "web", "app:1", Ran.Digest('a')), new("web-1", "log", "app:log", Ran.Digest('b'))],
            ImageSightings.In(history));
    }

    [Fact]
    public void A_pod_whose_image_was_changed_by_hand_says_nothing_of_its_revision() => Assert.Empty(
        ImageSightings.In(Ran.History("u-1", Ran.Pod(1, $"app@{Ran.Digest('a')}", image: "app:mended"))));

    [Theory]
    [InlineData("nothing is on record", "", "", false)]
    [InlineData("the same digest elsewhere", "a0", "a30", false)]
    [InlineData("another before the target ran", "a20", "b10", false)]
    [InlineData("another since the target ran", "a0-5", "b10", true)]
    [InlineData("another while the target still runs", "a0-20", "b10", true)]
    [InlineData("both at the first look", "a0", "b0", true)]
    [InlineData("the target itself pulled another", "a0-5 b10", "b10", true)]
    [InlineData("two since", "a0", "b10 c20", true)]
    public void A_tag_has_moved_if_another_digest_was_seen_since(string why, string own, string anywhere, bool moved)
    {
        _ = why;
        var (ran, seen) = (Parse(own), Parse(anywhere));
        var facts = Known.Of(Ran.History()) with
        {
            Images = new(
                [.. ran.Select(each => Ran.Seen("web-1", "web", "app:1", each.Digest, each.First, each.Last))],
                [.. seen.Select(each => Ran.Anywhere("app:1", each.Digest, each.First)), Ran.Anywhere("other:1", 'z', 100)]),
        };

        Assert.Equal(moved, facts.Says(FindingKinds.ImageMoved) is not null);
        Assert.Equal(moved, RevisionFindings.For(facts).Any(finding => finding is { Code: "image-moved", Subjects: ["web"] }));
    }

    [Fact]
    public void What_moved_is_told_with_both_digests_and_what_is_pinned_cannot_move()
    {
        var record = new ImageRecord(
            [Ran.Seen("web-1", "web", "app:1", 'a', 0)], [Ran.Anywhere("app:1", 'b', 10), Ran.Anywhere("app:1", 'c', 20)]);
        var facts = Known.Of(Ran.History()) with { Images = record };

        Assert.Equal(
            "Tag 1 of container web ran as sha256:aaaaaaaaaaaa… in revision 1, last seen 2026-03-10 10:00Z, and as sha256:cccccccccccc… "
                + "since. " + FindingKinds.ImageMoved.Remedy,
            facts.Says(FindingKinds.ImageMoved));

        var pinned = Ran.History().WithPins(1, [new("web", $"app@{Ran.Digest('a')}")]);
        Assert.Null((Known.Of(pinned) with { Images = record }).Says(FindingKinds.ImageMoved));
        Assert.Contains("Not checked: image-moved (images): the server's own record of what ran could not be read.",
            (Known.Of(pinned) with { AreImagesUnread = true }).Says(FindingKinds.NotChecked), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("a0", 'a')]
    [InlineData("a0-10 b20-60", 'b')]
    [InlineData("a0-60 b20-30", 'a')]
    [InlineData("a0-60 b20-60", null)]
    [InlineData("a0-55 b20-60", null)]
    public void The_digest_that_was_seen_last_is_pinned_unless_two_ran_side_by_side(string ran, char? pinned)
    {
        var record = new ImageRecord(
            [.. Parse(ran).Select(each => Ran.Seen("web-1", "web", "app:1", each.Digest, each.First, each.Last)),
                Ran.Seen("web-1", "log", "app:log", 'f', 0), Ran.Seen("web-2", "web", "app:2", 'e', 90)],
            []);

        var pins = ImagePins.Of(Ran.History().Find(1)!, record);

        Assert.Equal(pinned is null ? ["log"] : ["web", "log"], pins.Pins.Select(pin => pin.Container));
        Assert.Equal(pinned is null ? 1 : 0, pins.Lacking.Count);
        if (pinned is { } digest)
            Assert.Equal($"app@{Ran.Digest(digest)}", pins.Pins[0].Image);
        else
            Assert.StartsWith("web (", pins.Lacking[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_pinned_target_differs_in_its_images_only_and_what_is_by_digest_stays()
    {
        var history = Ran.History();
        var pinned = history.WithPins(1, [new("web", $"app@{Ran.Digest('a')}"), new("log", $"app@{Ran.Digest('b')}")]);

        Assert.Equal(
            history.Find(1)!.Template.GetRawText()
                .Replace("\"app:1\"", $"\"app@{Ran.Digest('a')}\"", StringComparison.Ordinal)
                .Replace("\"app:log\"", $"\"app@{Ran.Digest('b')}\"", StringComparison.Ordinal),
            pinned.Find(1)!.Template.GetRawText());
        Assert.Equal(("h1", ""), (pinned.Find(1)!.PodLabel, pinned.Find(1)!.RestoredLabel));
        Assert.Same(history.Find(2), pinned.Find(2));
        Assert.Empty(ImagePins.Of(pinned.Find(1)!, ImageRecord.Empty).Pins);
        Assert.Empty(ImagePins.Of(pinned.Find(1)!, ImageRecord.Empty).Lacking);
        Assert.Equal(pinned.Find(1)!.TemplateDigest, pinned.WithPins(1, [new("web", $"app@{Ran.Digest('a')}")]).Find(1)!.TemplateDigest);
    }

    [Fact]
    public void A_history_tells_the_digests_in_full_as_facts_and_only_of_one_revision_in_text()
    {
        var history = Ran.History();
        var record = new ImageRecord([Ran.Seen("web-1", "web", "app:1", 'a', 0, 30), Ran.Seen("web-1", "web", "app:1", 'b', 40)], []);
        var evidence = HistoryEvidence.Of(history, [], Ran.Start.AddHours(1)).With(record);

        var view = Histories.View(new ClusterIdentity("c", "https://c"), evidence, 10, null);
        var inFull = Histories.View(new ClusterIdentity("c", "https://c"), evidence, 10, history.Find(1));

        Assert.Equal([Ran.Digest('a'), Ran.Digest('b')], view.Revisions[1].ImagesRan["web"].Select(ran => ran.Digest));
        Assert.Empty(view.Revisions[0].ImagesRan);
        Assert.DoesNotContain("sha256", HistoryText.Of(view), StringComparison.Ordinal);
        Assert.Contains("known: web ran as sha256:bbbbbbbbbbbb…, last seen 2026-03-10 10:40Z (record of this server)",
            HistoryText.Of(inFull), StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(HistoryText.Of(view)), 1, 2048);
    }

    // "a0-5" was seen from minute 0 to 5.
    private static List<(char Digest, int First, int Last)> Parse(string text) =>
    [
        .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(each => (each[0], Times: each[1..].Split('-')))
            .Select(each => (each.Item1, int.Parse(each.Times[0]), int.Parse(each.Times[^1]))),
    ];
}
