using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Helm;

namespace McpRollout.Tests.Rollouts.Helm;

public sealed class ReleaseRecordTests
{
    [Fact]
    public void A_record_of_the_real_helm_tells_its_chart_status_description_and_time()
    {
        var record = Releases.Record(2);

        Assert.Equal(("front", 2, ReleaseStatus.Superseded), (record.Release, record.Revision, record.Status));
        Assert.Equal(new ReleaseChart("storefront", "1.5.0", "2.8.0"), record.Chart);
        Assert.Equal("Upgrade complete", record.Description);
        Assert.Equal(2026, record.DeployedAt!.Value.Year);
        Assert.Equal(
            ["Secret front-db", "ConfigMap front-settings", "Service front", "Deployment front"],
            record.Manifest.Objects.Select(each => each.Name.ToString()));
        Assert.Null(record.Manifest.Problem);
        Assert.True(Assert.Single(record.Hooks).RunsOnRollback);
    }

    [Fact]
    public void A_record_in_a_ConfigMap_is_read_alike()
    {
        var entry = ReleaseEntry.Of(ReleaseDriver.ConfigMap, Releases.ConfigMap)!;

        Assert.Equal(("plain", 1, ReleaseStatus.Deployed), (entry.Release, entry.Revision, entry.Status));
        Assert.Equal("Install complete", ReleaseRevision.Of(entry, Releases.ConfigMap).Record!.Description);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Packed_or_not_and_encoded_once_or_twice_it_is_the_same(bool packed, bool doubly) => Assert.Equal(
        Releases.Record(1) with { Values = null, Manifest = new([], null), Hooks = [] },
        ReleaseRecord.Read(Releases.Stored(Releases.Content(1), packed, doubly)) with
        {
            Values = null,
            Manifest = new([], null),
            Hooks = [],
        },
        (left, right) => left.ToString() == right.ToString());

    [Theory]
    [InlineData("not base64!", "it is not in base64, as Helm writes it")]
    [InlineData("", "it is damaged: what is packed is no JSON")]
    public void What_is_no_record_is_told_without_a_word_of_it(string data, string problem) =>
        Assert.Equal(problem, Problem(Releases.Stored(data)));

    [Fact]
    public void What_is_damaged_is_told_without_a_word_of_it()
    {
        var packed = Releases.Packed("{\"token-hunter2\": nonsense"u8.ToArray());

        Assert.Equal("it is damaged: what is packed is no JSON", Problem(Stored(packed)));
        Assert.Equal("it is damaged: gzip cannot unpack it", Problem(Stored([0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])));
        Assert.Equal("it names no release and no revision", Problem(Stored("{}"u8.ToArray())));
        Assert.Equal("it has no data.release", Problem(JsonElement.Parse("{}")));
    }

    [Fact]
    public void What_unpacks_to_far_more_than_a_chart_is_not_unpacked_to_its_end() => Assert.Equal(
        "it unpacks to more than 32 MiB",
        Problem(Stored(Releases.Packed(new byte[RecordText.LargestRecord + 1]))));

    [Fact]
    public void What_is_longer_than_any_object_of_a_cluster_is_not_looked_at() => Assert.Equal(
        "it is longer than 4 MiB", Problem(Releases.Stored(new string('A', RecordText.LongestStored + 4))));

    [Fact]
    public void A_record_with_more_hooks_than_any_chart_has_is_not_read()
    {
        var content = Releases.Content(1);
        content["hooks"] = new JsonArray([.. Enumerable.Range(0, 1001).Select(at => new JsonObject { ["name"] = $"hook-{at}" })]);

        Assert.Equal("it has more than 1000 hooks", Problem(Releases.Stored(content)));
    }

    [Fact]
    public void A_record_that_tells_of_another_revision_than_its_labels_is_not_believed()
    {
        var entry = ReleaseEntry.Of(ReleaseDriver.Secret, Releases.Secrets[0])!;

        Assert.Equal("it tells of another release or revision than its labels", ReleaseRevision.Of(entry, Releases.Secrets[1]).Problem);
    }

    [Theory]
    [InlineData("owner", "somebody")]
    [InlineData("version", "-1")]
    [InlineData("version", "1.0")]
    public void Only_what_has_the_labels_of_Helm_is_a_record(string label, string value)
    {
        var text = Releases.Secrets[0].GetRawText();
        var labels = Releases.Secrets[0].GetProperty("metadata").GetProperty("labels");
        var changed = text.Replace(
            $"\"{label}\": \"{labels.GetProperty(label).GetString()}\"", $"\"{label}\": \"{value}\"", StringComparison.Ordinal);

        Assert.NotEqual(text, changed);
        Assert.Null(ReleaseEntry.Of(ReleaseDriver.Secret, JsonElement.Parse(changed)));
    }

    [Fact]
    public void Every_status_is_read_as_it_is_written()
    {
        Assert.All(Enum.GetValues<ReleaseStatus>(), status => Assert.Equal(status, ReleaseStatuses.Parse(status.ToName())));
        Assert.Equal(ReleaseStatus.Unknown, ReleaseStatuses.Parse("of a later version"));
    }

    private static JsonElement Stored(byte[] inner) =>
        Releases.Stored(Convert.ToBase64String(Encoding.ASCII.GetBytes(Convert.ToBase64String(inner))));

    private static string? Problem(JsonElement stored) =>
        ReleaseRevision.Of(ReleaseEntry.Of(ReleaseDriver.Secret, Releases.Secrets[0])!, stored).Problem;
}
