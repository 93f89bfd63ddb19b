using McpRollout.Kubernetes.Connections;

namespace McpRollout.Hosting;

/// <summary>Finds what would hold for no cluster, or for another than was meant, where clusters have names. Pure.</summary>
internal static class ClusterNames
{
    /// <summary>The errors, each with its remedy; none where no cluster has a name.</summary>
    public static IEnumerable<string> Errors(
        ClustersOptions clusters, PolicyOptions policies, NotificationOptions notifications, VerifyOptions verify)
    {
        List<string> names = [.. clusters.Named.Keys.Order(StringComparer.Ordinal)];
        if (names.Count == 0)
            yield break;
        var globs = policies.Rules.Select((rule, at) => ($"Policies:Rules:{at}", rule.Clusters))
            .Concat(notifications.Channels.Select((channel, at) => ($"Notifications:{at}", channel.Clusters)))
            .Concat(verify.Probes.Select((probe, at) => ($"Verify:Probes:{at}", probe.Clusters)));
        foreach (var (key, glob) in globs.SelectMany(each => each.Clusters, (each, glob) => (each.Item1, glob)))
        {
            if (!names.Exists(name => Rule.Globs([glob], name)))
                yield return $"{key}:Clusters has '{VisibleText.Of(glob, 60)}', which is the name of none: there are {NameList.Of(names)}.";
        }

        foreach (var (at, probe) in verify.Probes.Index().Where(each => each.Item.Clusters.Count == 0 && names.Count > 1))
        {
            yield return $"Verify:Probes:{at}:Clusters is missing: of several clusters the probe must say whose workloads it measures, or "
                + "one is judged by the figures of another.";
        }
    }
}
