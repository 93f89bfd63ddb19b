using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Seeds.Drills;

/// <summary>
/// A small workload of its own, its past, and the objects around it. Pods may be missing while it rolls out, so that a bad release
/// shows.
/// </summary>
internal sealed class Drill(Timeline past, ResourceType type, string name, string @namespace = Drill.Namespace)
{
    public const string Namespace = "drills";

    public const string Pipeline = "release-pipeline";

    public string Name => name;

    /// <summary>Its first release, 1.0.0.</summary>
    public Drill Start(TimeSpan ago, Action<JsonObject>? shape = null, string manager = Pipeline)
    {
        past.Create(ago, manager, type, @namespace, () =>
        {
            var workload = Manifest();
            shape?.Invoke(workload);
            return workload;
        });
        return this;
    }

    /// <summary>A later release; null keeps the tag.</summary>
    public Drill Release(TimeSpan ago, string? tag, string cause, Action<JsonObject>? template = null, string manager = Pipeline) =>
        Change(ago, manager, workload =>
        {
            workload.Annotate("kubernetes.io/change-cause", cause);
            if (tag is not null) Container(workload)["image"] = Image(tag);
            template?.Invoke(workload);
        });

    public Drill Change(TimeSpan ago, string manager, Action<JsonObject> change)
    {
        past.Change(ago, manager, type, @namespace, name, change);
        return this;
    }

    /// <summary>Something beside the workload; <paramref name="body"/> is what follows its metadata.</summary>
    public Drill Beside(TimeSpan ago, ResourceType other, string otherName, string body, string manager = Pipeline)
    {
        past.Create(ago, manager, other, @namespace, () =>
        {
            var value = JsonNode.Parse($"{{{body}}}")!.AsObject();
            (value["apiVersion"], value["kind"]) = (other.ApiVersion, other.Kind);
            value["metadata"] = new JsonObject { ["name"] = otherName };
            return value;
        });
        return this;
    }

    public Drill ChangeBeside(
        TimeSpan ago, ResourceType other, string otherName, Action<JsonObject> change, string manager, string subresource = "")
    {
        past.Change(ago, manager, other, @namespace, otherName, change, subresource);
        return this;
    }

    public Drill Delete(TimeSpan ago, ResourceType other, string otherName)
    {
        past.Delete(ago, other, @namespace, value => value.Name() == otherName);
        return this;
    }

    public Drill DeletePods(TimeSpan ago)
    {
        past.Delete(ago, ResourceCatalog.Pods, @namespace, pod => pod.Labels().Text("app") == name);
        return this;
    }

    public string Image(string tag) => $"registry.example/drills/{name}:{tag}";

    public static JsonObject Template(JsonObject workload) => workload.Spec().Object("template")!;

    public static JsonObject PodSpec(JsonObject workload) => Template(workload).Object("spec")!;

    public static JsonObject Container(JsonObject workload) => PodSpec(workload).Objects("containers").First();

    /// <summary>An environment variable that comes from a key of a ConfigMap or Secret.</summary>
    public static void Read(JsonObject workload, string variable, string referenceField, string from, string key)
    {
        if (Container(workload)["env"] is null) Container(workload)["env"] = new JsonArray();
        var source = new JsonObject { [referenceField] = new JsonObject { ["name"] = from, ["key"] = key } };
        Container(workload).Array("env")!.Add((JsonNode)new JsonObject { ["name"] = variable, ["valueFrom"] = source });
    }

    /// <summary>A volume of a claim.</summary>
    public static void Mount(JsonObject workload, string claim)
    {
        var source = new JsonObject { ["claimName"] = claim };
        PodSpec(workload)["volumes"] = new JsonArray(new JsonObject { ["name"] = "data", ["persistentVolumeClaim"] = source });
        Container(workload)["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = "data", ["mountPath"] = "/data" });
    }

    private JsonObject Manifest()
    {
        var spec = JsonNode.Parse($$$"""
            {
              "selector": {"matchLabels": {"app": "{{{name}}}"}},
              "template": {
                "metadata": {"labels": {"app": "{{{name}}}"}},
                "spec": {
                  "containers": [{
                    "name": "{{{name}}}", "image": "{{{Image("1.0.0")}}}",
                    "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}}
                  }]
                }
              }
            }
            """)!.AsObject();
        if (type != ResourceCatalog.DaemonSets) spec["replicas"] = 2;
        if (type == ResourceCatalog.StatefulSets) spec["serviceName"] = name;
        if (type == ResourceCatalog.Deployments)
            spec["strategy"] = new JsonObject { ["rollingUpdate"] = new JsonObject { ["maxSurge"] = 1, ["maxUnavailable"] = 1 } };
        return new()
        {
            ["apiVersion"] = type.ApiVersion,
            ["kind"] = type.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = new JsonObject { ["app"] = name },
                ["annotations"] = new JsonObject { ["kubernetes.io/change-cause"] = $"{name} 1.0.0" },
            },
            ["spec"] = spec,
        };
    }
}
