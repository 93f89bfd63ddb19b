using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.Properties;

namespace McpRollout.Tests.Rollouts;

public sealed class RevisionHistoryProperties
{
    private static readonly Gen<(string Number, string Owner)> Source =
        from number in Gen.OneOf(
            Gen.Choose(0, 30).Select(number => number.ToString(CultureInfo.InvariantCulture)),
            Gen.Elements("", "-1", "+2", "1e2", " 3", "9223372036854775807", "9223372036854775808", "٣"))
        from owner in Gen.Frequency((5, Gen.Constant("mine")), (1, Gen.Elements("other", "")))
        select (number, owner);

    private static readonly Gen<(List<(string Number, string Owner)> Sources, string Current, int Seed)> Cases =
        from count in Gen.Choose(0, 12)
        from sources in Source.ListOf(count)
        from current in Gen.Choose(0, 31)
        from seed in Gen.Choose(0, int.MaxValue)
        select (sources.ToList(), current.ToString(CultureInfo.InvariantCulture), seed);

    [Fact]
    public void Exactly_the_workloads_own_numbered_revisions_are_there_newest_first() => Rule.HoldsFor(Cases, one =>
    {
        var wanted = one.Sources
            .Where(source => source.Owner == "mine" && long.TryParse(source.Number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(source => long.Parse(source.Number, CultureInfo.InvariantCulture))
            .OrderDescending();

        Assert.Equal(wanted, Read(one.Sources, one.Current).Revisions.Select(revision => revision.Number));
    });

    [Fact]
    public void The_order_in_which_a_server_lists_them_does_not_count() => Rule.HoldsFor(Cases, one =>
    {
        var mixed = one.Sources.Select((source, at) => (source, at)).ToArray();
        new Random(one.Seed).Shuffle(mixed);

        Assert.Equal(
            Read(one.Sources, one.Current).Revisions.Select(revision => revision.Source),
            Read(
                [.. mixed.Select(each => each.source)],
                one.Current,
                [.. mixed.Select(each => each.at)]).Revisions.Select(revision => revision.Source));
    });

    [Fact]
    public void The_current_one_is_the_one_that_the_workload_names() => Rule.HoldsFor(Cases, one =>
    {
        var history = Read(one.Sources, one.Current);
        var named = history.Revisions.FirstOrDefault(revision => revision.Number == long.Parse(one.Current, CultureInfo.InvariantCulture));

        Assert.Same(named, history.Current);
    });

    [Fact]
    public void The_previous_one_is_the_next_older() => Rule.HoldsFor(Cases, one =>
    {
        var history = Read(one.Sources, one.Current);
        foreach (var revision in history.Revisions)
        {
            long? older = history.Revisions.Where(other => other.Number < revision.Number).Select(other => (long?)other.Number).Max();
            Assert.Equal(older, history.PreviousOf(revision)?.Number);
            Assert.Equal(revision.Number, history.Find(revision.Number)!.Number);
        }
    });

    private static RevisionHistory Read(List<(string Number, string Owner)> sources, string current, int[]? names = null) =>
        RevisionHistory.From(
            Workload.From(ResourceType.Deployment, JsonElement.Parse(
                $$$"""{"metadata":{"uid":"mine","annotations":{"deployment.kubernetes.io/revision":"{{{current}}}"} }"""
                    + ""","spec":{"template":{} } }""")),
            [.. sources.Select((source, at) => JsonElement.Parse(
                $$$"""
                {"metadata":{"name":"rs-{{{names?[at] ?? at}}}","annotations":{"deployment.kubernetes.io/revision":"{{{source.Number}}}"},
                  "ownerReferences":[{"uid":"owner-of-the-owner","controller":false},{"uid":"{{{source.Owner}}}","controller":true}]},"spec":{"template":{} } }
                """))]);
}
