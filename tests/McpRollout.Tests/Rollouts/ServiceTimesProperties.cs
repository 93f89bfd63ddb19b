using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.Properties;

namespace McpRollout.Tests.Rollouts;

/// <summary>Plays releases and undos as the controllers number them, and holds what is worked out from the objects that are left against
/// what was.</summary>
public sealed class ServiceTimesProperties
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<Story> Stories =
        from type in Gen.Elements(ResourceType.Deployment, ResourceType.StatefulSet)
        from isDated in Gen.Elements(true, false)
        from limit in Gen.Elements(3, 1000)
        from count in Gen.Choose(1, 9)
        from steps in Gen.Zip(Gen.Choose(-1, 3), Gen.Choose(10, 100_000)).ListOf(count)
        from known in Gen.Elements(true, false).ListOf(count)
        select new Story(type, isDated, isDated || type == ResourceType.Deployment ? limit : 1000, [.. steps], [.. known]);

    [Fact]
    public void What_is_said_is_never_more_nor_less_than_what_was() => Rule.HoldsFor(Stories, story =>
    {
        var (history, undos, now, truth) = story.Play();
        var served = ServiceTimes.Of(history, undos, now);
        foreach (var revision in history.Revisions)
        {
            var (was, said) = (truth[revision.Source], served[revision]);
            Assert.True(said.Shortest <= was
                && was <= said.Longest, $"{revision.Source}, {revision.Number}: {was} is not within {said.Shortest} to {said.Longest}");
        }
    }, count: 1000);

    [Fact]
    public void Without_any_undo_or_pruning_all_is_known_to_the_second() => Rule.HoldsFor(Stories, story =>
    {
        var (history, undos, now, truth) = (story with { Limit = 1000, Steps = [.. story.Steps.Select(step => (-1, step.After))] }).Play();
        var served = ServiceTimes.Of(history, undos, now);
        Assert.All(history.Revisions,
            revision => Assert.Equal(new ServiceTime(truth[revision.Source], truth[revision.Source]), served[revision]));
    });

    /// <param name="Type">The kind.</param>
    /// <param name="IsDated">Whether the server dates a renumbering of a ControllerRevision.</param>
    /// <param name="Limit">How many old revisions are kept.</param>
    /// <param name="Steps">-1 for a release, else the place of the old revision that is brought back; and the seconds until the next
    /// step.</param>
    /// <param name="Known">Whether the undo of a step is on record.</param>
    internal sealed record Story(ResourceType Type, bool IsDated, int Limit, (int Target, int After)[] Steps, bool[] Known)
    {
        private sealed record Kept(string Name, DateTimeOffset Made, List<long> Numbers)
        {
            public DateTimeOffset Written { get; set; } = Made;
        }

        public (RevisionHistory History, IReadOnlyList<EarlierUndo> Undos, DateTimeOffset Now, Dictionary<string, TimeSpan> Truth) Play()
        {
            var (kept, undos, truth) = (new List<Kept>(), new List<EarlierUndo>(), new Dictionary<string,
                TimeSpan>(StringComparer.Ordinal));
            var (now, number) = (Start, 0L);
            foreach (var (step, at) in Steps.Select((step, at) => (step, at)))
            {
                number++;
                if (step.Target >= 0 && kept.Count > 1)
                {
                    var target = kept[step.Target % (kept.Count - 1)];
                    kept.Remove(target);
                    kept.Add(target);
                    if (Known[at])
                        undos.Insert(
                            0,
                            new(
                                $"undo-{at}",
                                "u",
                                0,
                                target.Numbers[^1],
                                "",
                                Digest(target.Name),
                                now.AddSeconds(-3),
                                now.AddSeconds(4),
                                number,
                                UndoRollout.Healthy));
                    target.Numbers.Add(number);
                    target.Written = now.AddSeconds(5);
                }
                else
                {
                    kept.Add(new($"web-{number}", now, [number]));
                }

                truth[kept[^1].Name] = truth.GetValueOrDefault(kept[^1].Name) + TimeSpan.FromSeconds(step.After);
                if (kept.Count > Limit + 1)
                    kept.RemoveAt(0);
                now = now.AddSeconds(step.After);
            }

            return (Read(kept), undos, now, truth);
        }

        private RevisionHistory Read(List<Kept> kept) => RevisionHistory.From(
            Workload.From(Type, Samples.Json(new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["name"] = "web",
                    ["uid"] = "u",
                    ["creationTimestamp"] = Time(Start),
                    ["annotations"] = new JsonObject { ["deployment.kubernetes.io/revision"] = Text(kept[^1].Numbers[^1]) },
                },
                ["spec"] = new JsonObject { ["revisionHistoryLimit"] = Limit, ["template"] = Template(kept[^1].Name) },
                ["status"] = new JsonObject { ["updateRevision"] = kept[^1].Name },
            }.ToJsonString())),
            [.. kept.Select(each => Samples.Json((Type == ResourceType.Deployment ? ReplicaSet(each) : ControllerRevision(each))
                .ToJsonString()))]);

        private static JsonObject ReplicaSet(Kept kept)
        {
            var value = Object(kept, """{"f:metadata":{"f:annotations":{"f:deployment.kubernetes.io/revision":{}}}}""", kept.Written);
            var annotations = new JsonObject { ["deployment.kubernetes.io/revision"] = Text(kept.Numbers[^1]) };
            if (kept.Numbers.Count > 1)
                annotations["deployment.kubernetes.io/revision-history"] = string.Join(',', kept.Numbers.SkipLast(1).Select(Text));
            value["metadata"]!["annotations"] = annotations;
            value["spec"] = new JsonObject { ["template"] = Template(kept.Name) };
            return value;
        }

        private JsonObject ControllerRevision(Kept kept)
        {
            // A renumbering is dated to the second at which it happened.
            var written = IsDated && kept.Numbers.Count > 1 ? kept.Written.AddSeconds(-5) : kept.Made;
            var value = Object(kept, """{"f:revision":{}}""", written);
            value["revision"] = kept.Numbers[^1];
            value["data"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = Template(kept.Name) } };
            return value;
        }

        private static JsonObject Object(Kept kept, string fields, DateTimeOffset written) => new()
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = kept.Name,
                ["creationTimestamp"] = Time(kept.Made),
                ["ownerReferences"] = new JsonArray(new JsonObject { ["uid"] = "u", ["controller"] = true }),
                ["managedFields"] = new JsonArray(new JsonObject
                {
                    ["manager"] = "kube-controller-manager",
                    ["time"] = Time(written),
                    ["fieldsV1"] = JsonNode.Parse(fields),
                }),
            },
        };

        private static JsonObject Template(string name) =>
            new() { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["of"] = name } } };

        private static string Digest(string name) => TemplateDigest.Of(Samples.Json(Template(name).ToJsonString()));

        private static string Time(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

        private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
