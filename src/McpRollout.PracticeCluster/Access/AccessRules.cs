using McpRollout.PracticeCluster.Objects;
using McpRollout.PracticeCluster.Storage;

namespace McpRollout.PracticeCluster.Access;

/// <summary>What somebody wants to do. <paramref name="Resource"/> includes the subresource: <c>deployments/scale</c>.</summary>
internal sealed record AccessAttributes(User User, string Verb, string Group, string Resource, string Namespace, string Name);

/// <summary>Role-based access control, evaluated from the stored roles and bindings. Rules only grant; silence denies.</summary>
internal sealed class AccessRules(ObjectStore store)
{
    /// <summary>Why it is allowed, or null when nothing allows it.</summary>
    public string? Grant(AccessAttributes wanted)
    {
        if (wanted.User.IsMaster) return "";
        foreach (var binding in store.List(ResourceCatalog.ClusterRoleBindings))
        {
            if (Binds(binding, wanted)) return Reason(binding, "ClusterRoleBinding", binding.Name(), wanted);
        }
        if (wanted.Namespace.Length == 0) return null;
        foreach (var binding in store.List(ResourceCatalog.RoleBindings, wanted.Namespace))
        {
            if (Binds(binding, wanted)) return Reason(binding, "RoleBinding", $"{binding.Name()}/{wanted.Namespace}", wanted);
        }
        return null;
    }

    private bool Binds(JsonObject binding, AccessAttributes wanted) =>
        binding.Objects("subjects").Any(subject => IsSubject(subject, wanted.User)) && Rules(binding).Any(rule => Allows(rule, wanted));

    private IEnumerable<JsonObject> Rules(JsonObject binding)
    {
        var role = binding.Object("roleRef");
        var found = role.Text("kind") == "ClusterRole"
            ? store.Find(ResourceCatalog.ClusterRoles, "", role.Text("name") ?? "")
            : store.Find(ResourceCatalog.Roles, binding.Namespace(), role.Text("name") ?? "");
        return found.Objects("rules");
    }

    private static bool IsSubject(JsonObject subject, User user) => subject.Text("kind") switch
    {
        "User" => subject.Text("name") == user.Name,
        "Group" => user.Groups.Contains(subject.Text("name")),
        _ => false,
    };

    private static bool Allows(JsonObject rule, AccessAttributes wanted) =>
        Has(rule, "verbs", wanted.Verb)
        && Has(rule, "apiGroups", wanted.Group)
        && HasResource(rule, wanted.Resource)
        && (rule.Array("resourceNames") is not { Count: > 0 } names || names.Any(name => Is(name, wanted.Name)));

    private static bool HasResource(JsonObject rule, string resource)
    {
        var slash = resource.IndexOf('/', StringComparison.Ordinal);
        return Has(rule, "resources", resource) || (slash > 0 && Has(rule, "resources", $"*{resource[slash..]}"));
    }

    private static bool Has(JsonObject rule, string field, string wanted) =>
        rule.Array(field)?.Any(entry => Is(entry, "*") || Is(entry, wanted)) ?? false;

    private static bool Is(JsonNode? entry, string wanted) =>
        entry is JsonValue value && value.TryGetValue(out string? text) && text == wanted;

    private static string Reason(JsonObject binding, string kind, string name, AccessAttributes wanted)
    {
        var role = binding.Object("roleRef");
        return $"RBAC: allowed by {kind} \"{name}\" of {role.Text("kind")} \"{role.Text("name")}\" to User \"{wanted.User.Name}\"";
    }
}
