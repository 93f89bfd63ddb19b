using System.Text.Json;
using McpRollout.Rollouts.Helm;
using McpRollout.Rollouts.Json;
using McpRollout.Tests.EndToEnd;
using McpRollout.Tests.PracticeCluster;
using McpRollout.Tests.Tools;

namespace McpRollout.Tests.Packaging;

/// <summary>What is put into a cluster: the chart in several values, rendered by the real helm, and each kustomization.</summary>
internal static class Manifests
{
    public static string Chart { get; } = Path.Combine(SchemaFiles.Root, "docs", "kubernetes", "chart");

    private static readonly Dictionary<string, string[]> Charts = new()
    {
        ["a file"] = ["--values", Values("file")],
        ["PostgreSQL"] = ["--values", Values("postgres")],
        ["with metrics"] = ["--values", Values("postgres"), "--set", "metrics.enabled=true"],
        ["reading only"] = ["--values", Values("file"), "--set", "rights.undo=false,rights.findings=false,agent.enabled=true"],
    };

    public static IEnumerable<string> Names => [.. Charts.Keys, "approvals", "replicas", "metrics", "agent"];

    /// <summary>The values of an example.</summary>
    public static string Values(string name) => Path.Combine(Chart, "ci", $"{name}-values.yaml");

    /// <summary>One of <see cref="Names"/>, as text.</summary>
    /// <param name="name">Which.</param>
    /// <param name="arguments">Of helm, besides.</param>
    public static async Task<string> RenderAsync(string name, params string[] arguments)
    {
        if (!Charts.TryGetValue(name, out var values))
        {
            using var kubectl = Kubectl.With(null, new Dictionary<string, string>());
            return await kubectl.RunAsync($"kustomize {Path.Combine(SchemaFiles.Root, "docs", "kubernetes", name)}");
        }

        var (_, output, errors) = await HelmChart.RunAsync(["template", "test", Chart, .. values, .. arguments]);
        Assert.Equal("", errors);
        return output;
    }

    /// <summary>The same as objects.</summary>
    public static async Task<IReadOnlyList<JsonElement>> ObjectsAsync(string name, params string[] arguments) =>
        Read(await RenderAsync(name, arguments));

    /// <summary>The objects of a text.</summary>
    public static IReadOnlyList<JsonElement> Read(string text) => [.. new ManifestReader(text).Documents()];

    /// <summary>Those of a kind.</summary>
    public static IEnumerable<JsonElement> Of(this IEnumerable<JsonElement> objects, params string[] kinds) =>
        objects.Where(each => kinds.Contains(each.TextAt("kind")));

    /// <summary>The pods' templates.</summary>
    public static IEnumerable<JsonElement> Pods(this IEnumerable<JsonElement> objects) =>
        objects.Select(each => each.At("spec", "template")).OfType<JsonElement>();

    /// <summary>What is granted, each as group, resource and verb.</summary>
    public static IEnumerable<string> Grants(this IEnumerable<JsonElement> roles) =>
        from role in roles
        from rule in role.ItemsAt("rules")
        from @group in rule.ItemsAt("apiGroups")
        from resource in rule.ItemsAt("resources")
        from verb in rule.ItemsAt("verbs")
        select $"{verb} {resource}.{@group}";
}
