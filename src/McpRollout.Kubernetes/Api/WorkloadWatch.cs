using System.Runtime.CompilerServices;

namespace McpRollout.Kubernetes.Api;

/// <summary>Follows the changes of one workload.</summary>
internal sealed class WorkloadWatch(ApiTransport transport, TimeProvider time, WorkloadRef workload)
{
    /// <summary>
    /// The workload after each change that is newer than <paramref name="resourceVersion"/>. The API server remembers the changes of the
    /// whole cluster for a short while only, so the version of a workload that has been quiet is soon too old to begin from, and reading
    /// it again gives the same one: then the watch begins with the current state, which is left out if it is the one the caller has.
    /// </summary>
    public async IAsyncEnumerable<ClusterAnswer<JsonElement?>> FollowAsync(
        string resourceVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (known, gone) = (resourceVersion, false);
        await foreach (var item in FromAsync(resourceVersion, cancellationToken))
        {
            gone = item.Failure?.Kind == ClusterFailureKind.Gone;
            if (gone)
                break;

            known = VersionOf(item.Value) ?? known;
            yield return item;
        }

        if (!gone)
            yield break;

        await foreach (var item in FromAsync(null, cancellationToken))
        {
            if (VersionOf(item.Value) != known)
                yield return item;
        }
    }

    private async IAsyncEnumerable<ClusterAnswer<JsonElement?>> FromAsync(
        string? resourceVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = ApiPaths.Watch(workload, resourceVersion);
        var answer = await transport.SendAsync(
            new ApiRequest(ApiCall.Watch, HttpMethod.Get, path, workload.Type.ToPlural(), workload.Namespace, workload), cancellationToken);
        if (!answer.Succeeded)
        {
            yield return answer.Failure;
            yield break;
        }

        // A socket can die without a word: a watch that the server should have ended long ago is ended here.
        using var overdue = new CancellationTokenSource(TimeSpan.FromSeconds(ApiPaths.WatchSeconds + 15), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(overdue.Token, cancellationToken);
        using var response = answer.Value.Stream!;
        var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var events = WatchStream.ReadAsync(body, answer.Value.Server, either.Token).GetAsyncEnumerator(either.Token);
        while (await MoveAsync(events, cancellationToken))
            yield return events.Current;
    }

    private static async ValueTask<bool> MoveAsync(
        IAsyncEnumerator<ClusterAnswer<JsonElement?>> events, CancellationToken cancellationToken)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static string? VersionOf(JsonElement? item) => item?.TextAt("metadata", "resourceVersion");
}
