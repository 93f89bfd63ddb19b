using System.Collections.Concurrent;
using McpRollout.Kubernetes.Api;

namespace McpRollout.Kubernetes.Helm;

/// <summary>Rehearses a rollback against the API server.</summary>
internal sealed class ReleaseRehearsalClient(ApiTransport transport) : IReleaseRehearsal
{
    private readonly ConcurrentDictionary<string, JsonElement> _kinds = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<ClusterAnswer<AccessVerdict>> MayRecordAsync(
        ReleaseDriver driver, string @namespace, CancellationToken cancellationToken)
    {
        var verdict = new AccessVerdict(Allowed: true, null);
        foreach (var verb in new[] { "create", "update" })
        {
            var answer = await transport.SendAsync(
                new ApiRequest(ApiCall.Read, HttpMethod.Post, ApiPaths.AccessReviews, "selfsubjectaccessreviews", @namespace)
                {
                    Body = AccessReview.Question(verb, "", driver.ToPlural(), @namespace, null),
                },
                cancellationToken);
            if (!answer.Succeeded)
                return answer.Failure;
            verdict = AccessReview.Read(answer.Value.Json) ?? new AccessVerdict(Allowed: false, "the cluster did not say");
            if (!verdict.Allowed)
                break;
        }

        return verdict;
    }

    /// <inheritdoc/>
    public async Task<ClusterAnswer<JsonElement>> DryRunAsync(
        JsonElement target, string? source, string @namespace, bool forces, CancellationToken cancellationToken)
    {
        var (wanted, name) = (target.TextAt("kind") ?? "", target.TextAt("metadata", "name") ?? "");
        var group = ApiPaths.Group(target.TextAt("apiVersion") ?? "v1");
        var kind = await KindAsync(group, wanted, cancellationToken);
        if (!kind.Succeeded)
            return kind.Failure;
        if (kind.Value.TextAt("name") is not { } plural || !ApiPaths.CanName(name))
            return new ClusterFailure(ClusterFailureKind.NotFound, $"The cluster serves no {VisibleText.Of(wanted, 80)}.");

        var space = kind.Value.IsTrueAt("namespaced") ? target.TextAt("metadata", "namespace") ?? @namespace : null;
        var answer = await transport.SendAsync(
            new ApiRequest(ApiCall.DryRun, HttpMethod.Patch, ApiPaths.Rehearsed(group, space, plural, name, forces), plural, space)
            {
                Body = Encoding.UTF8.GetBytes(source ?? target.GetRawText()),
                ContentType = "application/apply-patch+yaml",
            },
            cancellationToken);
        return answer.Succeeded ? answer.Value.Json : answer.Failure;
    }

    // A kind that is served stays so; one that is not may come.
    private async Task<ClusterAnswer<JsonElement>> KindAsync(string group, string wanted, CancellationToken cancellationToken)
    {
        if (_kinds.TryGetValue($"{group} {wanted}", out var known))
            return known;
        var answer = await transport.SendAsync(new ApiRequest(ApiCall.Read, HttpMethod.Get, group, "apiresources"), cancellationToken);
        if (!answer.Succeeded)
            return answer.Failure;
        var kind = answer.Value.Json.ItemsAt("resources").FirstOrDefault(each =>
            each.TextAt("kind") == wanted && each.TextAt("name")?.Contains('/', StringComparison.Ordinal) is false);
        if (kind.ValueKind == JsonValueKind.Object)
            _kinds[$"{group} {wanted}"] = kind;
        return kind;
    }
}
