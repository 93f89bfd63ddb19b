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
        var question = new AccessAttributes(request.User, request.Verb, path.Group, resource, AccessNamespace(path), path.Name);
        if (rules.Grant(question) is null) throw Refusal(question);
    }

    // A namespace lies in itself, as far as access goes.
    private static string AccessNamespace(ResourcePath path) => path is { Group: "", Plural: "namespaces" } ? path.Name : path.Namespace;

    private static ApiException Refusal(AccessAttributes question)
    {
        var scope = question.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{question.Namespace}\"";
        var plural = question.Resource.Split('/')[0];
        return ApiErrors.Forbidden(
            new ResourceType(question.Group, "", plural, "", true), plural, question.Name,
            $"User \"{question.User.Name}\" cannot {question.Verb} resource \"{question.Resource}\" in API group \"{question.Group}\" {scope}");
    }
}
