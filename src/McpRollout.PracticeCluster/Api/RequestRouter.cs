using McpRollout.PracticeCluster.Access;

namespace McpRollout.PracticeCluster.Api;

/// <summary>Finds who answers a request.</summary>
internal sealed class RequestRouter(Gatekeeper gatekeeper, AccessReviews reviews, ReadEndpoint reads, WatchEndpoint watches, WriteEndpoint writes, ScaleEndpoint scales)
{
    public ApiAnswer Answer(ApiRequest request)
    {
        if (request.User == User.Anonymous && !Gatekeeper.IsPublic(request.Path)) throw StatusAnswer.Unauthorized();
        gatekeeper.Check(request);
        if (request.Resource is not { } path) return Discovery.Answer(request.Path) ?? throw StatusAnswer.NoSuchPath();
        if (path is { Group: "authorization.k8s.io", Plural: "selfsubjectaccessreviews" }) return reviews.Create(request);
        if (path.Type is not { } type) throw StatusAnswer.NoSuchPath();
        if (path.Namespace.Length > 0 && !type.Namespaced) throw StatusAnswer.NoSuchPath();
        switch (path.Subresource)
        {
            case "scale" when type.HasScale:
                return scales.Answer(request, type, path);
            case "" or "status" when path.Subresource.Length == 0 || type.HasStatus:
                break;
            default:
                throw StatusAnswer.NoSuchPath();
        }
        return request.Method switch
        {
            "GET" or "HEAD" when request.IsWatch => watches.Watch(request, type, path),
            "GET" or "HEAD" => reads.Read(request, type, path),
            _ => writes.Write(request, type, path),
        };
    }
}
