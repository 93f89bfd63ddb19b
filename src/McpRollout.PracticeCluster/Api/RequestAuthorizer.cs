using McpRollout.PracticeCluster.Access;
using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Api;

/// <summary>Stops a request that its user may not make.</summary>
internal sealed class RequestAuthorizer(AccessRules rules)
{
    // What the built-in role system:discovery opens to everybody who is known.
    private static readonly string[] OpenPaths = ["/api", "/apis", "/openapi", "/version", "/healthz", "/livez", "/readyz"];

    public static bool IsPublic(string path) => path is "/version" or "/healthz" or "/livez" or "/readyz";

    public void Check(ApiRequest request)
    {
        if (request.User.IsMaster) return;
        if (request.Resource is not { } path)
        {
            if (!OpenPaths.Any(open => request.Path == open || request.Path.StartsWith(open + "/", StringComparison.Ordinal)))
                throw ApiErrors.ForbiddenPath($"forbidden: User \"{request.User.Name}\" cannot {request.Verb} path \"{request.Path}\"");
            return;
        }
        // system:basic-user lets everybody ask about themselves.
        if (path.Group == "authorization.k8s.io" && path.Plural.StartsWith("selfsubject", StringComparison.Ordinal)) return;
        var resource = path.Subresource.Length == 0 ? path.Plural : $"{path.Plural}/{path.Subresource}";
        var wanted = new AccessAttributes(request.User, request.Verb, path.Group, resource, AccessNamespace(path), path.Name);
        if (rules.Grant(wanted) is null) throw Refusal(wanted);
    }

    // A namespace lies in itself, as far as access goes.
    private static string AccessNamespace(ResourcePath path) => path is { Group: "", Plural: "namespaces" } ? path.Name : path.Namespace;

    private static ApiException Refusal(AccessAttributes wanted)
    {
        var scope = wanted.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{wanted.Namespace}\"";
        var plural = wanted.Resource.Split('/')[0];
        return ApiErrors.Forbidden(
            new ResourceType(wanted.Group, "", plural, "", true), plural, wanted.Name,
            $"User \"{wanted.User.Name}\" cannot {wanted.Verb} resource \"{wanted.Resource}\" in API group \"{wanted.Group}\" {scope}");
    }
}
