namespace McpRollout.Kubernetes.Api;

/// <summary>The paths of the API that the product uses.</summary>
internal static class ApiPaths
{
    public const string AccessReviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    /// <summary>How long a watch may last. Unit: seconds. The server then ends it, and the caller looks anew.</summary>
    public const int WatchSeconds = 120;

    /// <summary>What of the group is served that the kind is of.</summary>
    public static string Kinds(ResourceType type) => $"/apis/{type.ToApiVersion()}";

    public static string Workloads(ResourceType type, string @namespace) =>
        $"{Kinds(type)}/namespaces/{Uri.EscapeDataString(@namespace)}/{type.ToPlural()}";

    public static string Workload(WorkloadRef workload) =>
        $"{Workloads(workload.Type, workload.Namespace)}/{Uri.EscapeDataString(workload.Name)}";

    public static string ReplicaSets(string @namespace) => Apps(@namespace, "replicasets");

    public static string ControllerRevisions(string @namespace) => Apps(@namespace, "controllerrevisions");

    public static string Pods(string @namespace) => Core(@namespace, "pods");

    public static string Events(string @namespace) => Core(@namespace, "events");

    public static string Pod(string @namespace, string name) => $"{Pods(@namespace)}/{Uri.EscapeDataString(name)}";

    /// <summary>The Warnings about objects of a kind. A namespace in trouble may have thousands.</summary>
    public static string WarningsAbout(string @namespace, string involvedKind) =>
        Query(Events(@namespace), ("fieldSelector", $"involvedObject.kind={involvedKind},type=Warning"), ("limit", "500"));

    public static string Referred(ReferencedKind kind, string @namespace, string name) => kind == ReferencedKind.PriorityClass
        ? $"/apis/scheduling.k8s.io/v1/{kind.ToPlural()}/{Uri.EscapeDataString(name)}"
        : $"{Core(@namespace, kind.ToPlural())}/{Uri.EscapeDataString(name)}";

    public static string Owner(OwnerRef owner) =>
        $"/apis/{owner.Kind.ToGroup()}/{owner.Kind.ToVersion()}/namespaces/{Uri.EscapeDataString(owner.Namespace)}/{owner.Kind.ToPlural()}/"
            + Uri.EscapeDataString(owner.Name);

    public static string GitRepository(string @namespace, string name) =>
        $"/apis/source.toolkit.fluxcd.io/v1/namespaces/{Uri.EscapeDataString(@namespace)}/gitrepositories/{Uri.EscapeDataString(name)}";

    /// <summary>The records of one release, or of all in the namespace (null).</summary>
    public static string ReleaseRecords(
        ReleaseDriver driver, string @namespace, string? release, Freshness freshness) => Query(
        Core(@namespace, driver.ToPlural()),
        ("labelSelector", release is null ? "owner=helm" : $"owner=helm,name={release}"),
        ("fieldSelector", driver == ReleaseDriver.Secret ? "type=helm.sh/release.v1" : null),
        ("resourceVersion", freshness == Freshness.Cached ? "0" : null));

    public static string ReleaseRecord(ReleaseDriver driver, string @namespace, string name) =>
        $"{Core(@namespace, driver.ToPlural())}/{Uri.EscapeDataString(name)}";

    /// <summary>What is served of a group in a version; of the core one, <c>v1</c>.</summary>
    public static string Group(string apiVersion) =>
        apiVersion.Contains('/', StringComparison.Ordinal)
            ? $"/apis/{string.Join('/', apiVersion.Split('/').Select(Uri.EscapeDataString))}"
            : $"/api/{Uri.EscapeDataString(apiVersion)}";

    /// <summary>A dry run of a server-side apply in Helm's name.</summary>
    public static string Rehearsed(string group, string? @namespace, string plural, string name, bool forces) => Query(
        $"{group}{(@namespace is null ? "" : $"/namespaces/{Uri.EscapeDataString(@namespace)}")}/{plural}/{Uri.EscapeDataString(name)}",
        ("dryRun", "All"),
        ("fieldManager", "helm"),
        ("force", forces ? "true" : null));

    /// <summary>Where they are, by the version of their API that is to be asked first and, if that is not served, next.</summary>
    public static IReadOnlyList<string> NamespacePolicies(NamespacePolicyKind kind, string @namespace)
    {
        string[] groups = kind switch
        {
            NamespacePolicyKind.HorizontalPodAutoscaler => ["apis/autoscaling/v1"],
            NamespacePolicyKind.PodDisruptionBudget => ["apis/policy/v1", "apis/policy/v1beta1"],
            _ => ["api/v1"],
        };
        return [.. groups.Select(group => $"/{group}/namespaces/{Uri.EscapeDataString(@namespace)}/{kind.ToPlural()}")];
    }

    /// <summary>A watch of one workload, from a resourceVersion on; without one it begins with the workload as it is.</summary>
    public static string Watch(WorkloadRef workload, string? resourceVersion) => Query(
        Workloads(workload.Type, workload.Namespace),
        ("watch", "true"),
        ("fieldSelector", "metadata.name=" + workload.Name),
        ("resourceVersion", resourceVersion),
        ("allowWatchBookmarks", "true"),
        ("timeoutSeconds", WatchSeconds.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Lets the API server's cache answer if it is fresh enough for the caller.</summary>
    public static string At(string path, Freshness freshness, string? labelSelector = null) => Query(
        path,
        ("labelSelector", labelSelector),
        ("resourceVersion", freshness == Freshness.Cached ? "0" : null));

    /// <summary>Names the writer, and asks for a dry run if that is all that is wanted.</summary>
    public static string Written(string path, bool dryRun = false) =>
        Query(path, ("fieldManager", ManagedFields.OurManager), ("dryRun", dryRun ? "All" : null));

    /// <summary>
    /// Whether a name can stand in a path. No escaping keeps these from leading elsewhere: the API server takes an escaped slash for a
    /// separator, and so <c>web/scale</c> for a subresource. It allows none of them in names (apimachinery: IsValidPathSegmentName).
    /// </summary>
    public static bool CanName(string name) => name is not ("" or "." or "..") && !name.AsSpan().ContainsAny('/', '%');

    private static string Core(string @namespace, string plural) => $"/api/v1/namespaces/{Uri.EscapeDataString(@namespace)}/{plural}";

    private static string Apps(string @namespace, string plural) => $"/apis/apps/v1/namespaces/{Uri.EscapeDataString(@namespace)}/{plural}";

    private static string Query(string path, params ReadOnlySpan<(string Key, string? Value)> parameters)
    {
        var separator = '?';
        foreach (var (key, value) in parameters)
        {
            if (value is null)
                continue;

            path += $"{separator}{key}={Uri.EscapeDataString(value)}";
            separator = '&';
        }

        return path;
    }
}
