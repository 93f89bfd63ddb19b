using System.Text.RegularExpressions;

namespace McpRollout.Tests.PracticeCluster;

/// <summary>docs/practice-cluster.md and the cluster say the same.</summary>
public sealed partial class DrillRules
{
    private static readonly string[] Codes =
    [
        "missing-reference", "missing-key", "changed-since", "mutable-tag", "same-tag", "image-moved", "managed-by", "pauses-owner",
        "source-unchanged",
        "kept-by-apply", "on-delete", "partition", "statefulset-stuck-pods",
        "current-healthy", "image-not-pullable", "target-was-failing", "far-back", "migration", "removed-fields", "disruption-budget",
        "max-unavailable", "quota",
        "steps-again", "abort-instead", "autoscaler", "no-deadline", "no-probes", "pace", "config-not-restored", "paused",
    ];

    private static readonly (string Kind, string Version, string Plural)[] Kinds =
    [
        ("Deployment", "apps/v1", "deployments"), ("StatefulSet", "apps/v1", "statefulsets"), ("DaemonSet", "apps/v1", "daemonsets"),
        ("Rollout", "argoproj.io/v1alpha1", "rollouts"),
    ];

    [Fact]
    public void EachFindingHasAnIncident() => Assert.Equal(Codes.Order(), Rows().SelectMany(row => row.Codes).Distinct().Order());

    [Fact]
    public async Task EachIncidentHasTheRevisionToAskFor()
    {
        await using var client = await PracticeClient.StartAsync(seed: true, drills: true);
        foreach (var row in Rows())
            Assert.Contains(row.Revision, await RevisionsAsync(client, row));
    }

    [Fact]
    public async Task EachWorkloadOfTheDrillsIsInTheTable()
    {
        await using var client = await PracticeClient.StartAsync(seed: true, drills: true);
        var seeded = new List<string>();
        foreach (var space in new[] { "drills", "drills-quota" })
        {
            foreach (var (kind, version, plural) in Kinds)
                seeded.AddRange((await client.ListAsync($"/apis/{version}/namespaces/{space}/{plural}"))
                    .Select(value => $"{space}/{kind}/{value["metadata"]!["name"]}"));
        }

        Assert.Equal(Rows().Where(row => row.Namespace.StartsWith("drills", StringComparison.Ordinal))
            .Select(row => $"{row.Namespace}/{row.Kind}/{row.Name}").Order(), seeded.Order());
    }

    [Fact]
    public async Task WithoutDrillsOnlyTheStoriesAreThere()
    {
        await using var client = await PracticeClient.StartAsync(seed: true);
        var names = (await client.ListAsync("/api/v1/namespaces")).Select(space => space["metadata"]!["name"]!.GetValue<string>());
        Assert.Equal(["catalog", "default", "kube-system", "payments", "platform", "shop"], names.Order());
    }

    internal static IReadOnlyList<Incident> Rows()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "McpRollout.sln"))) folder = folder.Parent!;
        var lines = File.ReadLines(Path.Combine(folder.FullName, "docs", "practice-cluster.md"));
        return [.. lines.Select(line => RowPattern().Match(line)).Where(match => match.Success).Select(Row)];
    }

    private static Incident Row(Match match) => new(
        match.Groups["namespace"].Value, match.Groups["kind"].Value, match.Groups["name"].Value, int.Parse(match.Groups["revision"].Value),
        [.. match.Groups["codes"].Value.Split(", ").Select(code => code.Trim('`'))]);

    private static async Task<IReadOnlyList<int>> RevisionsAsync(PracticeClient client, Incident row)
    {
        var apps = $"/apis/apps/v1/namespaces/{row.Namespace}";
        var owned = await client.ListAsync($"{apps}/{(row.Kind is "Deployment" or "Rollout" ? "replicasets" : "controllerrevisions")}");
        return [.. owned.Select(value => (Value: value, Metadata: value["metadata"]!))
            .Where(each => each.Metadata["ownerReferences"]![0]!["name"]!.GetValue<string>() == row.Name)
            .Select(each => each.Value["revision"]?.GetValue<int>()
                ?? int.Parse((each.Metadata["annotations"]!["deployment.kubernetes.io/revision"]
                    ?? each.Metadata["annotations"]!["rollout.argoproj.io/revision"])!.GetValue<string>()))];
    }

    [GeneratedRegex(@"^\| `(?<namespace>[^`]+)` \| (?<kind>\w+) `(?<name>[^`]+)` \| [^|]+ \| (?<revision>\d+) \| (?<codes>[^|]+) \|$")]
    private static partial Regex RowPattern();
}

/// <summary>A row of the table: ask for the undo, and the findings are there.</summary>
internal sealed record Incident(string Namespace, string Kind, string Name, int Revision, IReadOnlyList<string> Codes)
{
    public override string ToString() => $"{Namespace}/{Kind}/{Name} to {Revision}";
}
