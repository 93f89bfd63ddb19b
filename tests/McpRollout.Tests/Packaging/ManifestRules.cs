using System.Text.Json;
using McpRollout.Hosting;
using McpRollout.Rollouts.Json;
using McpRollout.Tests.EndToEnd;
using McpRollout.Tests.Tools;
using Microsoft.Extensions.Configuration;

namespace McpRollout.Tests.Packaging;

/// <summary>What is put into a cluster, by the chart and by kustomize, each as it is rendered.</summary>
public class ManifestRules
{
    private static readonly string[] Reading = ["get", "list", "watch"];

    public static TheoryData<string> All => [.. Manifests.Names];

    public static TheoryData<string> Servers => [.. Manifests.Names.Except(["agent"])];

    [Theory]
    [MemberData(nameof(All))]
    public async Task ARealControlPlaneTakesIt(string name)
    {
        await using var cluster = await ClusterUnderTest.RealAsync();
        var bound = $"namespaces={{{cluster.Namespace}}}";
        var text = (await Manifests.RenderAsync(name, "--namespace", cluster.Namespace, "--set", bound, "--set",
                name is "PostgreSQL" or "with metrics" ? $"rights.owners={{{cluster.Namespace}}}" : bound,
                "--dry-run=server", "--kubeconfig", cluster.Kubeconfig, "--kube-context", cluster.Context))
            .Replace("namespace: default", $"namespace: {cluster.Namespace}", StringComparison.Ordinal);
        if (!(await cluster.KubectlAsync("api-versions")).Split('\n').Contains("policy/v1"))
            text = name is "replicas" or "metrics" ? text.Replace("policy/v1", "policy/v1beta1", StringComparison.Ordinal) : text;

        var taken = await cluster.KubectlAsync("apply --dry-run=server -f -", text);

        Assert.All(taken.Split('\n'), line => Assert.EndsWith(" (server dry run)", line, StringComparison.Ordinal));
        Assert.Equal(Manifests.Read(text).Count, taken.Split('\n').Length);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task EveryPodIsRestricted(string name)
    {
        var pods = (await Manifests.ObjectsAsync(name)).Pods().ToList();

        Assert.NotEmpty(pods);
        Assert.All(pods, pod => Assert.Empty(RestrictedPod.Faults(pod.At("spec")!.Value)));
    }

    [Fact]
    public void APodThatIsNotRestrictedIsFound()
    {
        const string Pod = """
            {
              "hostPID": true, "volumes": [{ "name": "node", "hostPath": { "path": "/" } }],
              "containers": [{ "name": "c", "securityContext": { "privileged": true, "runAsUser": 0 }, "ports": [{ "hostPort": 80 }] }]
            }
            """;

        Assert.Equal(
            [
                "hostPID", "a volume of hostPath", "c: privileged", "c: may gain privileges", "c: may write its root file system",
                "c: keeps capabilities", "c: has a port of the host", "c: may be root", "c: has no seccomp profile",
            ],
            RestrictedPod.Faults(JsonElement.Parse(Pod)));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task EveryPodIsAskedWhetherItIsReadyAndHasTimeToStop(string name)
    {
        foreach (var pod in (await Manifests.ObjectsAsync(name)).Pods())
        {
            var server = Assert.Single(pod.ItemsAt("spec", "containers"));
            Assert.Equal("/readyz", server.TextAt("readinessProbe", "httpGet", "path"));
            Assert.NotNull(server.At("livenessProbe", "tcpSocket"));
            Assert.InRange(pod.NumberAt("spec", "terminationGracePeriodSeconds")!.Value, 15, 60);
            Assert.NotNull(server.At("resources", "requests", "memory"));
            Assert.NotNull(server.At("resources", "limits", "memory"));
        }
    }

    [Theory]
    [InlineData("a file")]
    [InlineData("PostgreSQL")]
    [InlineData("replicas")]
    public async Task NothingComesInOrGoesOutButWhatIsNamed(string name)
    {
        var objects = await Manifests.ObjectsAsync(name);
        var spec = Assert.Single(objects.Of("NetworkPolicy")).At("spec")!.Value;
        var selector = spec.TextsAt("podSelector", "matchLabels");

        Assert.All(objects.Pods(), pod => Assert.Empty(selector.Except(pod.TextsAt("metadata", "labels"))));
        Assert.Equal(["Ingress", "Egress"], spec.ItemsAt("policyTypes").Select(each => each.GetString()));
        var way = Assert.Single(spec.ItemsAt("ingress"));
        Assert.All(way.ItemsAt("from"), peer => Assert.NotEmpty(peer.TextsAt("namespaceSelector", "matchLabels")));
        Assert.Equal(["http"], PortsOf(way));
        Assert.All(spec.ItemsAt("egress").Append(way), each => Assert.NotEmpty(each.ItemsAt("to").Concat(each.ItemsAt("from"))));
        string[] ports = name == "a file" ? ["53", "443", "6443"] : ["53", "443", "6443", "5432"];
        Assert.Equal(ports, spec.ItemsAt("egress").SelectMany(PortsOf).Distinct());
    }

    [Theory]
    [InlineData("PostgreSQL", 3)]
    [InlineData("replicas", 2)]
    public async Task ReplicasHaveAClaimEachAreSpreadAndLeaveOneAtATime(string name, int replicas)
    {
        var objects = await Manifests.ObjectsAsync(name);
        var server = Assert.Single(objects.Of("StatefulSet"));

        Assert.Equal(replicas, server.NumberAt("spec", "replicas"));
        Assert.Single(server.ItemsAt("spec", "volumeClaimTemplates"));
        Assert.Empty(objects.Of("PersistentVolumeClaim"));
        Assert.Equal(["kubernetes.io/hostname", "topology.kubernetes.io/zone"],
            server.ItemsAt("spec", "template", "spec", "topologySpreadConstraints").Select(each => each.TextAt("topologyKey")));
        var budget = Assert.Single(objects.Of("PodDisruptionBudget")).At("spec")!.Value;
        Assert.Equal(1, budget.NumberAt("maxUnavailable"));
        Assert.Equal(server.TextsAt("spec", "selector", "matchLabels"), budget.TextsAt("selector", "matchLabels"));
    }

    /// <summary>The program looks at them itself, as it does when it starts.</summary>
    [Theory]
    [MemberData(nameof(Servers))]
    public async Task EverySettingIsOne(string name)
    {
        var objects = await Manifests.ObjectsAsync(name);
        var settings = objects.Of("ConfigMap").SelectMany(map => map.TextsAt("data"))
            .Concat(objects.Pods().SelectMany(pod => pod.ItemsAt("spec", "containers")).SelectMany(each => each.ItemsAt("env"))
                .Select(each => KeyValuePair.Create(each.TextAt("name")!, new string('0', 64))))
            .Where(each => each.Key.StartsWith(Settings.EnvironmentPrefix, StringComparison.Ordinal))
            .ToDictionary(each => each.Key[Settings.EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal),
                string? (each) => each.Value);

        Assert.NotEmpty(settings);
        Assert.Empty(SettingsCheck.TakeOutErrors(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task NothingIsGrantedForTheWholeClusterOrBeyondTheUndo(string name)
    {
        var objects = await Manifests.ObjectsAsync(name);

        Assert.Empty(objects.Of("ClusterRoleBinding", "Secret"));
        Assert.Empty(Changing(objects.Of("ClusterRole", "Role").Grants()).Except(Changing(Granted("docs/rbac/undo.yaml"))));
    }

    [Fact]
    public async Task TheChartGrantsWhatTheDocsDoAndNoMore()
    {
        var all = (await Manifests.ObjectsAsync("PostgreSQL")).Of("ClusterRole").ToList();
        var reading = (await Manifests.ObjectsAsync("reading only")).Of("ClusterRole").ToList();

        Assert.Equal(Granted("docs/rbac/undo.yaml"), Sorted(all.Where(role => !IsAgents(role)).Grants()));
        Assert.Equal(2, reading.Count);
        Assert.All(reading, role =>
            Assert.Equal(Granted("docs/kubernetes/agent/read.yaml"), Sorted(new[] { role }.Grants())));

        static bool IsAgents(JsonElement role) => role.TextAt("metadata", "name")!.EndsWith("-agent", StringComparison.Ordinal);
    }

    private static IEnumerable<string?> PortsOf(JsonElement way) => way.ItemsAt("ports").Select(port => port.At("port")?.ToString());

    private static IEnumerable<string> Changing(IEnumerable<string> grants) =>
        grants.Where(grant => !Reading.Contains(grant.Split(' ')[0]));

    private static string[] Granted(string path) =>
        Sorted(Manifests.Read(File.ReadAllText(Path.Combine(SchemaFiles.Root, path))).Of("ClusterRole").Grants());

    private static string[] Sorted(IEnumerable<string> grants) => [.. grants.Distinct().Order(StringComparer.Ordinal)];
}
