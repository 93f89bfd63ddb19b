using McpRollout.PracticeCluster.Access;
using McpRollout.PracticeCluster.Errors;
using McpRollout.PracticeCluster.Objects;

namespace McpRollout.PracticeCluster.Api;

/// <summary><c>SelfSubjectAccessReview</c>: may I?</summary>
internal sealed class AccessReviewEndpoint(AccessRules rules)
{
    public static readonly ResourceType Type = new("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview",
        false);

    public ApiAnswer Create(ApiRequest request)
    {
        if (request.Method != "POST") throw ApiErrors.MethodNotAllowed();
        var review = request.ReadObject(Type);
        var asked = review.Spec().Object("resourceAttributes");
        string Attribute(string name) => asked.Text(name) ?? "";
        var resource = Attribute("subresource").Length == 0 ? Attribute("resource") : $"{Attribute("resource")}/{Attribute("subresource")}";
        var wanted = new AccessAttributes(
            request.User, Attribute("verb"), Attribute("group"), resource, Attribute("namespace"), Attribute("name"));
        var reason = rules.Grant(wanted);
        var status = new JsonObject { ["allowed"] = reason is not null };
        if (reason is { Length: > 0 }) status["reason"] = reason;
        review.Metadata()["creationTimestamp"] = null;
        review["status"] = status;
        return new(201, review);
    }
}
