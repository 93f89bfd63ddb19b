using McpRollout.Kubernetes.Api;

namespace McpRollout.Kubernetes.Helm;

/// <summary>Reads Helm's records from the API server.</summary>
internal sealed class ReleaseRecordClient(ApiTransport transport) : IReleaseRecords
{
    /// <inheritdoc/>
    public async Task<ClusterAnswer<IReadOnlyList<JsonElement>>> ListReleaseRecordsAsync(
        ReleaseDriver driver, string @namespace, string? release, Freshness freshness, CancellationToken cancellationToken)
    {
        var answer = await transport.SendAsync(
            Read(ApiPaths.ReleaseRecords(driver, @namespace, release, freshness), driver, @namespace) with
            {
                MetadataOnly = true,
                IsList = true,
            },
            cancellationToken);
        return answer.Succeeded ? answer.Value.Json.ItemsAt("items").ToArray() : answer.Failure;
    }

    /// <inheritdoc/>
    public async Task<ClusterAnswer<JsonElement>> GetReleaseRecordAsync(
        ReleaseDriver driver, string @namespace, string name, CancellationToken cancellationToken)
    {
        if (!ApiPaths.CanName(name))
            return new ClusterFailure(ClusterFailureKind.NotFound, $"'{VisibleText.Of(name, 80)}' cannot be the name of a record.");
        var answer = await transport.SendAsync(
            Read(ApiPaths.ReleaseRecord(driver, @namespace, name), driver, @namespace), cancellationToken);
        return answer.Succeeded ? answer.Value.Json : answer.Failure;
    }

    private static ApiRequest Read(string path, ReleaseDriver driver, string @namespace) =>
        new(ApiCall.Read, HttpMethod.Get, path, driver.ToPlural(), @namespace);
}
