using System.Text.RegularExpressions;
using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Selection;

namespace McpRollout.PracticeCluster.Admission;

/// <summary>Refuses what a real server refuses of a workload; objects of other kinds are only asked for a proper name.</summary>
internal static partial class Validation
{
    private const string NameRule = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
        + "and must start and end with an alphanumeric character (e.g. 'example.com', "
        + "regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    public static void Check(ResourceType type, JsonObject value, JsonObject? before)
    {
        var problems = new List<FieldError>();
        if (before is null && !IsRoleName(type) && !NamePattern().IsMatch(value.Name()))
            problems.Add(FieldError.Invalid("metadata.name", $"\"{value.Name()}\"", NameRule));
        if (ResourceCatalog.HasPodTemplate(type)) CheckWorkload(type, value, before, problems);
        if (type == ResourceCatalog.Pods) CheckPodSpec(value.Spec(), "spec", problems);
        if (problems.Count > 0) throw ApiErrors.Invalid(type, value.Name(), problems);
    }

    private static bool IsRoleName(ResourceType type) => type.Group == "rbac.authorization.k8s.io";

    private static void CheckWorkload(ResourceType type, JsonObject value, JsonObject? before, List<FieldError> problems)
    {
        if (value.Spec() is not { } spec)
        {
            problems.Add(FieldError.Required("spec.selector"));
            return;
        }
        if (spec.Number("replicas") is < 0 and var replicas)
            problems.Add(FieldError.Invalid("spec.replicas", $"{replicas}", "must be greater than or equal to 0"));
        CheckSelector(spec, problems);
        var claims = spec.Objects("volumeClaimTemplates").Select(claim => claim.Name());
        CheckPodSpec(spec.Object("template").Object("spec"), "spec.template.spec", problems, [.. claims]);
        if (spec.Object("template").Object("spec").Text("restartPolicy") is { } policy and not "Always")
            problems.Add(new("FieldValueNotSupported", "spec.template.spec.restartPolicy",
                $"Unsupported value: \"{policy}\": supported values: \"Always\""));
        CheckStrategy(type, spec, problems);
        if (before?.Spec() is { } old) CheckImmutable(type, spec, old, problems);
    }

    private static void CheckSelector(JsonObject spec, List<FieldError> problems)
    {
        var selector = spec.Object("selector");
        if (selector is null) problems.Add(FieldError.Required("spec.selector"));
        else if (selector.Count == 0)
            problems.Add(FieldError.Invalid("spec.selector", "v1.LabelSelector{}", "empty selector is invalid for deployment"));
        var labels = spec.Object("template").Object("metadata").Object("labels");
        if (selector is null || !LabelSelector.From(selector).Matches(labels))
            problems.Add(FieldError.Invalid("spec.template.metadata.labels", GoMap(labels), "`selector` does not match template `labels`"));
    }

    private static void CheckPodSpec(JsonObject? spec, string at, List<FieldError> problems, params string[] claims)
    {
        var volumes = spec.Objects("volumes").Select(volume => volume.Text("name")).Concat(claims).ToHashSet();
        if (spec.Array("containers") is not { Count: > 0 }) problems.Add(FieldError.Required($"{at}.containers"));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in new[] { "initContainers", "containers" })
        {
            foreach (var (index, container) in spec.Objects(list).Index())
            {
                var field = $"{at}.{list}[{index}]";
                var name = container.Text("name") ?? "";
                if (name.Length == 0) problems.Add(FieldError.Required($"{field}.name"));
                else if (!names.Add(name)) problems.Add(new("FieldValueDuplicate", $"{field}.name", $"Duplicate value: \"{name}\""));
                if (string.IsNullOrEmpty(container.Text("image"))) problems.Add(FieldError.Required($"{field}.image"));
                CheckMounts(container, volumes, field, problems);
            }
        }
    }

    private static void CheckMounts(JsonObject container, HashSet<string?> volumes, string at, List<FieldError> problems)
    {
        foreach (var (index, mount) in container.Objects("volumeMounts").Index())
        {
            if (!volumes.Contains(mount.Text("name")))
                problems.Add(new("FieldValueNotFound", $"{at}.volumeMounts[{index}].name", $"Not found: \"{mount.Text("name")}\""));
        }
    }

    private static void CheckStrategy(ResourceType type, JsonObject spec, List<FieldError> problems)
    {
        var (field, other) = type == ResourceCatalog.Deployments ? ("strategy", "Recreate") : ("updateStrategy", "OnDelete");
        if (spec.Object(field) is not { } strategy) return;
        var kind = strategy.Text("type");
        if (kind is not "RollingUpdate" && kind != other)
            problems.Add(new("FieldValueNotSupported", $"spec.{field}.type",
                $"Unsupported value: \"{kind}\": supported values: \"{other}\", \"RollingUpdate\""));
        if (type == ResourceCatalog.StatefulSets && kind == "OnDelete" && strategy.Object("rollingUpdate") is { } rolling)
            problems.Add(FieldError.Invalid("spec.updateStrategy.rollingUpdate", rolling.ToJsonString(),
                "only allowed for updateStrategy 'RollingUpdate'"));
        if (type == ResourceCatalog.Deployments && kind == "Recreate" && strategy.Object("rollingUpdate") is not null)
            problems.Add(FieldError.Forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"));
    }

    private static void CheckImmutable(ResourceType type, JsonObject spec, JsonObject old, List<FieldError> problems)
    {
        if (type == ResourceCatalog.StatefulSets)
        {
            string[] free =
            [
                "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy",
                "minReadySeconds",
            ];
            var fixedFields = spec.Concat(old).Select(member => member.Key).Distinct().Except(free);
            if (!fixedFields.All(field => JsonNode.DeepEquals(spec[field], old[field])))
                problems.Add(FieldError.Forbidden("spec",
                    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
                    + "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"));
        }
        else if (!JsonNode.DeepEquals(spec["selector"], old["selector"]))
        {
            var labels = GoMap(spec.Object("selector").Object("matchLabels"));
            var selector = $"v1.LabelSelector{{MatchLabels:{labels}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}}";
            problems.Add(FieldError.Invalid("spec.selector", selector, "field is immutable"));
        }
    }

    private static string GoMap(JsonObject? labels) => labels is null
        ? "map[string]string(nil)"
        : $"map[string]string{{{string.Join(", ", labels.Select(label => $"\"{label.Key}\":\"{label.Value}\""))}}}";

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    private static partial Regex NamePattern();
}
