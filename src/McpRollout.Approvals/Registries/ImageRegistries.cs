using System.Net;
using System.Net.Http.Headers;

namespace McpRollout.Approvals.Registries;

/// <summary>
/// Asks registries for manifests, with HEAD: nothing is pulled. Anonymously, then with the server user's own docker configuration, if the
/// registry asks for more: https://github.com/opencontainers/distribution-spec,
/// https://distribution.github.io/distribution/spec/auth/token/.
/// </summary>
internal sealed class ImageRegistries(IOptions<RegistryOptions> options, TimeProvider time) : IImageRegistries, IDisposable
{
    private const int MostImages = 20;
    private const int LongestToken = 1 << 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly string[] Manifests =
    [
        "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.docker.distribution.manifest.v2+json",
    ];

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, MaxAutomaticRedirections = 3 })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = LongestToken,
    };

    public async Task<IReadOnlyList<RegistryAnswer>?> AskAsync(
        IReadOnlyCollection<string> images, CancellationToken cancellationToken)
    {
        if (!options.Value.Check)
            return null;
        using var deadline = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var answers = await Task.WhenAll(images.Distinct().Take(MostImages).Select(image => AskAsync(image, either.Token)));
        cancellationToken.ThrowIfCancellationRequested();
        return answers;
    }

    public void Dispose() => _http.Dispose();

    private async Task<RegistryAnswer> AskAsync(string image, CancellationToken cancellationToken)
    {
        if (RegistryReference.Of(image) is not { } reference)
            return new(image, ImagePresence.Unanswered, "its name cannot be asked for");
        try
        {
            var status = await StatusAsync(reference, cancellationToken);
            return status switch
            {
                HttpStatusCode.OK => new(image, ImagePresence.Present, "found"),
                HttpStatusCode.NotFound => new(image, ImagePresence.Gone, "not found"),
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(image, ImagePresence.Denied, "not allowed"),
                _ => new(image, ImagePresence.Unanswered, $"it answered {(int)status}"),
            };
        }
        catch (HttpRequestException failure)
        {
            return new(image, ImagePresence.Unanswered, failure.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => "its name is not known",
                HttpRequestError.SecureConnectionError => "its certificate is not trusted",
                _ => "it cannot be reached",
            });
        }
        catch (OperationCanceledException)
        {
            return new(image, ImagePresence.Unanswered, $"no answer within {Patience.TotalSeconds:0} seconds");
        }
    }

    private async Task<HttpStatusCode> StatusAsync(RegistryReference reference, CancellationToken cancellationToken)
    {
        using var first = await HeadAsync(reference, null, cancellationToken);
        if (first.StatusCode != HttpStatusCode.Unauthorized)
            return first.StatusCode;
        var own = await DockerCredentials.ForAsync(reference.Registry, DockerCredentials.Folder, cancellationToken);
        var challenge = first.Headers.WwwAuthenticate;
        var credential = challenge.FirstOrDefault(each => each.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) is { } bearer
            ? await TokenAsync(bearer.Parameter ?? "", reference, own, cancellationToken)
            : challenge.Any(each => each.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) ? own
            : null;
        if (credential is null)
            return first.StatusCode;
        using var second = await HeadAsync(reference, credential, cancellationToken);
        return second.StatusCode;
    }

    private async Task<HttpResponseMessage> HeadAsync(
        RegistryReference reference, AuthenticationHeaderValue? credential, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, reference.ManifestAddress);
        request.Headers.Authorization = credential;
        foreach (var type in Manifests)
            request.Headers.Accept.ParseAdd(type);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    // The registry says where its tokens come from; its password goes there only where that is as safe as the registry itself.
    private async Task<AuthenticationHeaderValue?> TokenAsync(
        string challenge, RegistryReference reference, AuthenticationHeaderValue? own, CancellationToken cancellationToken)
    {
        var asked = Parameters(challenge);
        if (!Uri.TryCreate(asked.GetValueOrDefault("realm"), UriKind.Absolute, out var realm)
            || realm.Scheme != Uri.UriSchemeHttps
                && !(realm.Scheme == Uri.UriSchemeHttp && realm.IsLoopback && reference.Address.IsLoopback))
            return null;
        var query = $"service={Uri.EscapeDataString(asked.GetValueOrDefault("service") ?? "")}"
            + $"&scope={Uri.EscapeDataString($"repository:{reference.Repository}:pull")}";
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new UriBuilder(realm) { Query = $"{realm.Query.TrimStart('?')}&{query}".TrimStart('&') }.Uri);
        request.Headers.Authorization = own;
        using var answer = await _http.SendAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            return null;
        try
        {
            var said = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
            return (said.TextAt("token") ?? said.TextAt("access_token")) is { Length: > 0 } token
                ? new AuthenticationHeaderValue("Bearer", token)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // realm="https://auth.example.org/token",service="registry.example.org"
    private static Dictionary<string, string> Parameters(string challenge)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var rest = challenge.AsSpan(); rest.IndexOf('=') is > 0 and var sign;)
        {
            var name = rest[..sign].Trim(", ").ToString();
            rest = rest[(sign + 1)..];
            var isQuoted = rest is ['"', ..];
            var value = isQuoted ? rest[1..] : rest;
            var end = value.IndexOf(isQuoted ? '"' : ',') is var found and >= 0 ? found : value.Length;
            parameters[name] = value[..end].ToString();
            rest = value[Math.Min(value.Length, end + 1)..];
        }

        return parameters;
    }
}
