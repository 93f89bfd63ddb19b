using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Admission;

/// <summary>The defaults that rollouts show (k8s.io/kubernetes/pkg/apis/{apps,core}/v1/defaults.go).</summary>
internal static class Defaults
{
    public static void Apply(ResourceType type, JsonObject value)
    {
        if (type == ResourceCatalog.Pods) ApplyPodSpec(value.Spec());
        if (type == ResourceCatalog.Namespaces) value["status"] = new JsonObject { ["phase"] = "Active" };
        if (type == ResourceCatalog.Secrets) ApplySecret(value);
        if (type == ResourceCatalog.PriorityClasses) value.Default("preemptionPolicy", "PreemptLowerPriority");
        if (type == ResourceCatalog.PersistentVolumeClaims) ApplyClaim(value);
        if (type == ResourceCatalog.Services) value.Ensure("spec").Default("type", "ClusterIP");
        if (!ResourceCatalog.HasPodTemplate(type) || value.Spec() is not { } spec) return;
        ApplyPodSpec(spec.Object("template").Object("spec"));
        // Servers up to 1.33 show this null in every template, and kubectl compares templates byte by byte.
        if (spec.Object("template").Object("metadata") is { } metadata) metadata["creationTimestamp"] = null;
        if (type != ResourceCatalog.DaemonSets) spec.Default("replicas", 1);
        if (type != ResourceCatalog.ReplicaSets) spec.Default("revisionHistoryLimit", 10);
        if (type == ResourceCatalog.Deployments) ApplyDeployment(spec);
        if (type == ResourceCatalog.StatefulSets) ApplyStatefulSet(spec);
        if (type == ResourceCatalog.DaemonSets) ApplyDaemonSet(spec);
    }

    private static void ApplySecret(JsonObject secret)
    {
        secret.Default("type", "Opaque");
        if (secret.Object("stringData") is not { } texts) return;
        var data = secret.Ensure("data");
        foreach (var (key, _) in texts) data[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(texts.Text(key) ?? ""));
        secret.Remove("stringData");
    }

    // There is always a volume to be had, at once.
    private static void ApplyClaim(JsonObject claim)
    {
        var spec = claim.Ensure("spec");
        spec.Default("volumeMode", "Filesystem");
        spec.Default("volumeName", $"pvc-{claim.Uid()}");
        if (claim.Status() is not { Count: 0 } status) return;
        status["phase"] = "Bound";
        if (spec["accessModes"] is { } modes) status["accessModes"] = modes.DeepClone();
        if (spec.Object("resources")?["requests"] is { } capacity) status["capacity"] = capacity.DeepClone();
    }

    private static void ApplyDeployment(JsonObject spec)
    {
        spec.Default("progressDeadlineSeconds", 600);
        var strategy = spec.Ensure("strategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") != "RollingUpdate") return;
        var rolling = strategy.Ensure("rollingUpdate");
        rolling.Default("maxSurge", "25%");
        rolling.Default("maxUnavailable", "25%");
    }

    private static void ApplyStatefulSet(JsonObject spec)
    {
        spec.Default("podManagementPolicy", "OrderedReady");
        var strategy = spec.Ensure("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate") strategy.Ensure("rollingUpdate").Default("partition", 0);
    }

    private static void ApplyDaemonSet(JsonObject spec)
    {
        var strategy = spec.Ensure("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") != "RollingUpdate") return;
        var rolling = strategy.Ensure("rollingUpdate");
        rolling.Default("maxUnavailable", 1);
        rolling.Default("maxSurge", 0);
    }

    private static void ApplyPodSpec(JsonObject? spec)
    {
        if (spec is null) return;
        spec.Default("restartPolicy", "Always");
        spec.Default("dnsPolicy", "ClusterFirst");
        spec.Default("schedulerName", "default-scheduler");
        spec.Default("securityContext", new JsonObject());
        spec.Default("terminationGracePeriodSeconds", 30);
        // Two names of one field.
        if ((spec.Text("serviceAccountName") ?? spec.Text("serviceAccount")) is { Length: > 0 } account)
            (spec["serviceAccountName"], spec["serviceAccount"]) = (account, account);
        foreach (var container in spec.Objects("containers").Concat(spec.Objects("initContainers"))) ApplyContainer(container);
    }

    private static void ApplyContainer(JsonObject container)
    {
        container.Default("imagePullPolicy", PullPolicy(container.Text("image") ?? ""));
        container.Default("resources", new JsonObject());
        container.Default("terminationMessagePath", "/dev/termination-log");
        container.Default("terminationMessagePolicy", "File");
        foreach (var port in container.Objects("ports")) port.Default("protocol", "TCP");
        foreach (var entry in container.Objects("env")) entry.Object("valueFrom").Object("fieldRef")?.Default("apiVersion", "v1");
        foreach (var probe in new[] { "livenessProbe", "readinessProbe", "startupProbe" }) ApplyProbe(container.Object(probe));
    }

    private static void ApplyProbe(JsonObject? probe)
    {
        if (probe is null) return;
        probe.Default("failureThreshold", 3);
        probe.Default("periodSeconds", 10);
        probe.Default("successThreshold", 1);
        probe.Default("timeoutSeconds", 1);
        probe.Object("httpGet")?.Default("path", "/");
        probe.Object("httpGet")?.Default("scheme", "HTTP");
    }

    private static string PullPolicy(string image)
    {
        var name = image[(image.LastIndexOf('/') + 1)..];
        var tag = name.Contains('@', StringComparison.Ordinal) ? name : name.Split(':') is [_, var text] ? text : "latest";
        return tag == "latest" ? "Always" : "IfNotPresent";
    }
}
