using System.Text;
using McpRollout.Kubernetes.Api;

namespace McpRollout.Kubernetes.Helm;

/// <summary>Rehearses a rollback against the API server.</summary>
internal sealed class ReleaseRehearsalClient(ApiTransport transport) : IReleaseRehearsal
{
    /// <inheritdoc/>
    public async Task<ClusterAnswer<AccessVerdict>> MayRecordAsync(
        ReleaseDriver driver, string @namespace, CancellationToken cancellationToken)
    {
        var question = AccessReview.Question("create", "", driver.ToPlural(), @namespace, null);
        var answer = await transport.SendAsync(
            new ApiRequest(ApiCall.Read, HttpMethod.Post, ApiPaths.AccessReviews, "selfsubjectaccessreviews", @namespace)
            {
                Body = question,
            },
            cancellationToken);
        return answer.Succeeded
            ? AccessReview.Read(answer.Value.Json) ?? new AccessVerdict(Allowed: false, "the cluster did not say")
            : answer.Failure;
    }

    /// <inheritdoc/>
    public async Task<ClusterAnswer<JsonElement>> DryRunAsync(
        JsonElement target, string @namespace, CancellationToken cancellationToken)
    {
        var (wanted, name) = (target.TextAt("kind") ?? "", target.TextAt("metadata", "name") ?? "");
        var group = ApiPaths.Group(target.TextAt("apiVersion") ?? "v1");
        var kinds = await transport.SendAsync(
            new ApiRequest(ApiCall.Read, HttpMethod.Get, group, "apiresources"), cancellationToken);
        if (!kinds.Succeeded)
            return kinds.Failure;
        var kind = kinds.Value.Json.ItemsAt("resources").FirstOrDefault(each => each.TextAt("kind") == wanted
            && each.TextAt("name")?.Contains('/', StringComparison.Ordinal) is false);
        if (kind.TextAt("name") is not { } plural || !ApiPaths.CanName(name))
            return new ClusterFailure(ClusterFailureKind.NotFound, $"The cluster serves no {VisibleText.Of(wanted, 80)}.");

        var space = kind.IsTrueAt("namespaced") ? target.TextAt("metadata", "namespace") ?? @namespace : null;
        var answer = await transport.SendAsync(
            new ApiRequest(ApiCall.DryRun, HttpMethod.Patch, ApiPaths.Rehearsed(group, space, plural, name), plural, space)
            {
                Body = Encoding.UTF8.GetBytes(target.GetRawText()),
                ContentType = "application/apply-patch+yaml",
            },
            cancellationToken);
        return answer.Succeeded ? answer.Value.Json : answer.Failure;
    }
}
