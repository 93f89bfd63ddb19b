using System.Net.Http.Headers;
using McpRollout.Kubernetes.Connections;
using McpRollout.Kubernetes.Credentials;

namespace McpRollout.Kubernetes.Api;

/// <summary>One HTTP request and its answer, without any second try.</summary>
internal static class Exchange
{
    /// <summary>The largest answer that is read. Unit: bytes.</summary>
    private const long LargestBody = 64L << 20;

    /// <summary>The largest refusal that is read. Unit: bytes.</summary>
    private const long LargestStatus = 1L << 20;

    /// <summary>
    /// Sends the request, with the given body if it is a write. Throws nothing but <see cref="OperationCanceledException"/>, when
    /// <paramref name="cancellationToken"/> says so; the stream of a watch outlives that.
    /// </summary>
    public static async ValueTask<ClusterAnswer<ApiReply>> SendAsync(
        Connection connection, Credential credential, ApiRequest request, SentOnceContent? write, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, connection.Endpoint.Address + request.Path);
        message.Headers.Accept.Add(
            request.MetadataOnly ? MetadataOnly(request.IsList) : new MediaTypeWithQualityHeaderValue("application/json"));
        message.Content = write is not null ? write : BodyOf(request);
        HttpResponseMessage? response = null;
        try
        {
            response = await connection.SendAsync(message, credential, cancellationToken);
            if (!response.IsSuccessStatusCode)
                return await RefusalAsync(response, connection, cancellationToken);

            if (request.Call == ApiCall.Watch)
            {
                var open = new ApiReply { Server = connection.Identity.Server, Stream = response };
                response = null;
                return open;
            }

            var json = await ParseAsync(response, LargestBody, cancellationToken);
            return new ApiReply { Server = connection.Identity.Server, Json = json };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && TransportFailure.Read(e, write?.Begun == true, connection) is { } failure)
        {
            return failure;
        }
        catch (Exception e) when (e is not OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            // Some streams report their cancellation as an I/O error.
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        finally
        {
            response?.Dispose();
        }
    }

    private static MediaTypeWithQualityHeaderValue MetadataOnly(bool isList) => new("application/json")
    {
        Parameters =
        {
            new NameValueHeaderValue("as", isList ? "PartialObjectMetadataList" : "PartialObjectMetadata"),
            new NameValueHeaderValue("g", "meta.k8s.io"),
            new NameValueHeaderValue("v", "v1"),
        },
    };

    private static ReadOnlyMemoryContent? BodyOf(ApiRequest request) => request.Body.IsEmpty
        ? null
        : new ReadOnlyMemoryContent(request.Body) { Headers = { ContentType = new MediaTypeHeaderValue(request.ContentType) } };

    /// <summary>Reads an unsuccessful answer; its status code is an answer, even if the rest breaks off.</summary>
    private static async Task<ClusterFailure> RefusalAsync(
        HttpResponseMessage response, Connection connection, CancellationToken cancellationToken)
    {
        JsonElement? status = null;
        try
        {
            if (response.Content.Headers.ContentType?.MediaType == "application/json")
                status = await ParseAsync(response, LargestStatus, cancellationToken);
        }
        catch (Exception e) when (e is JsonException or IOException or HttpRequestException)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        var failure = StatusReader.Read((int)response.StatusCode, status, connection.Identity.Server);
        if (failure.Kind == ClusterFailureKind.Unauthorized)
        {
            failure = failure with
            {
                Message = $"The cluster at {connection.Identity.Server} did not accept the credentials of {connection.Identity.Name} "
                    + "(401). Sign in anew, or correct the user in the kubeconfig.",
            };
        }

        return response.Headers.RetryAfter?.Delta is { } delay ? failure with { RetryAfter = delay } : failure;
    }

    private static async Task<JsonElement> ParseAsync(HttpResponseMessage response, long most, CancellationToken cancellationToken)
    {
        await response.Content.LoadIntoBufferAsync(most, cancellationToken);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        return document.RootElement.Clone();
    }
}
