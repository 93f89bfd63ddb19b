using McpRollout.PracticeCluster.Access;
using McpRollout.PracticeCluster.Errors;

namespace McpRollout.PracticeCluster.Api;

/// <summary>Finds who answers a request.</summary>
internal sealed class RequestRouter(RequestAuthorizer authorizer, AccessReviewEndpoint reviews, ReadEndpoint reads, WatchEndpoint watches,
    WriteEndpoint writes, ScaleEndpoint scales)
{
    public ApiAnswer Answer(ApiRequest request)
    {
        if (request.User == User.Anonymous && !RequestAuthorizer.IsPublic(request.Path)) throw ApiErrors.Unauthorized();
        authorizer.Check(request);
        if (request.Resource is not { } path) return Discovery.Answer(request.Path) ?? throw ApiErrors.NoSuchPath();
        if (path is { Group: "authorization.k8s.io", Plural: "selfsubjectaccessreviews" }) return reviews.Create(request);
        if (path.Type is not { } type) throw ApiErrors.NoSuchPath();
        if (path.Namespace.Length > 0 && !type.Namespaced) throw ApiErrors.NoSuchPath();
        switch (path.Subresource)
        {
            case "scale" when type.HasScale:
                return scales.Answer(request, type, path);
            case "" or "status" when path.Subresource.Length == 0 || type.HasStatus:
                break;
            default:
                throw ApiErrors.NoSuchPath();
        }
        return request.Method switch
        {
            "GET" or "HEAD" when request.IsWatch => watches.Watch(request, type, path),
            "GET" or "HEAD" => reads.Read(request, type, path),
            _ => writes.Write(request, type, path),
        };
    }
}
