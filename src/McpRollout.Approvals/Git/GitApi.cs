using System.Net.Http.Headers;
using McpRollout.Approvals.Files;

namespace McpRollout.Approvals.Git;

/// <summary>Asks a host's API for JSON. The token goes to no other address: redirects are not followed.</summary>
internal sealed class GitApi : IDisposable
{
    private const int Largest = 4 << 20;
    private const int LongestWords = 200;

    private readonly string _address;
    private readonly string _host;
    private readonly string _tokenFile;
    private readonly HttpClient _http;

    /// <summary>Speaks to the host of settings that hold.</summary>
    public GitApi(GitHostOptions options)
    {
        (_address, _host, _tokenFile) = (options.Address!.AbsoluteUri.TrimEnd('/'), options.Host!, options.TokenFile!);
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = !options.Address.IsLoopback })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = Largest,
            DefaultRequestHeaders =
            {
                Accept = { new MediaTypeWithQualityHeaderValue("application/json") },
                UserAgent = { new ProductInfoHeaderValue("mcp-rollout", typeof(GitApi).Assembly.GetName().Version?.ToString(3)) },
            },
        };
    }

    /// <summary>Asks; only the caller's token ends it in an exception.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path below the API's address, with a leading slash.</param>
    /// <param name="body">What to send; null for nothing.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<GitReply> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        var unusable = new GitReply(GitReplyKind.NotTaken, default, $"the token file for {_host} cannot be used");
        try
        {
            // Read for each request: one that was renewed needs no restart.
            if (SecretFile.TokenError(_tokenFile) is not null)
                return unusable;
            var token = Encoding.UTF8.GetString(SecretFile.Read(_tokenFile));
            using var request = new HttpRequestMessage(method, $"{_address}{path}");
            request.Headers.Authorization = new("Bearer", token);
            if (body is not null)
                request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await _http.SendAsync(request, cancellationToken);
            return Read(answer, await answer.Content.ReadAsByteArrayAsync(cancellationToken), token);
        }
        catch (HttpRequestException failure)
        {
            return failure.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
                ? new(GitReplyKind.NotTaken, default, $"{_host} cannot be reached")
                : new(GitReplyKind.Lost, default, $"{_host} gave no answer");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return unusable;
        }
    }

    public void Dispose() => _http.Dispose();

    // Its words may be anybody's, and could repeat what they were sent.
    private GitReply Read(HttpResponseMessage answer, byte[] bytes, string token)
    {
        JsonElement json = default;
        try
        {
            json = bytes.Length == 0 ? default : JsonElement.Parse(bytes);
        }
        catch (JsonException)
        {
            // A proxy's page, or an answer that was cut off.
        }

        var words = json.ValueKind != JsonValueKind.Object ? null
            : json.TextAt("message") ?? json.TextAt("error") ?? json.At("message")?.GetRawText();
        var said = words is null ? ""
            : $" ({VisibleText.Quoted(VisibleText.Of(SecretText.Mask(words.Replace(token, SecretText.Stars)), LongestWords))})";
        var status = (int)answer.StatusCode;
        return new(
            status switch
            {
                >= 200 and < 300 when json.ValueKind != JsonValueKind.Undefined => GitReplyKind.Done,
                429 => GitReplyKind.NotTaken,

                // GitHub's limits, see https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api.
                403 when answer.Headers.RetryAfter is not null
                    || words?.Contains("rate limit", StringComparison.OrdinalIgnoreCase) == true => GitReplyKind.NotTaken,
                404 => GitReplyKind.NotFound,
                408 or >= 500 or (>= 200 and < 300) => GitReplyKind.Lost,
                _ => GitReplyKind.Refused,
            },
            json,
            string.Create(CultureInfo.InvariantCulture, $"{_host} answered {status}{said}"));
    }
}

/// <summary>What a request to a host came to.</summary>
internal enum GitReplyKind
{
    /// <summary>It was answered with what was asked for.</summary>
    Done,

    /// <summary>The host has no such thing, or does not show it to the token.</summary>
    NotFound,

    /// <summary>It was refused.</summary>
    Refused,

    /// <summary>It had certainly no effect, and may have one later.</summary>
    NotTaken,

    /// <summary>It may have had an effect.</summary>
    Lost,
}

/// <summary>A host's answer.</summary>
/// <param name="Kind">What it came to.</param>
/// <param name="Json">What was answered.</param>
/// <param name="Text">The same for people, without a full stop.</param>
internal sealed record GitReply(GitReplyKind Kind, JsonElement Json, string Text)
{
    /// <summary>What it means for the opening of a revert; null where it is done.</summary>
    public RevertResult? Failure => Kind switch
    {
        GitReplyKind.Done => null,
        GitReplyKind.NotTaken => new RevertResult.NotTaken(Text),
        GitReplyKind.Lost => new RevertResult.Lost(Text),
        _ => new RevertResult.Refused(Text),
    };

    /// <summary>The same where nothing was to be changed.</summary>
    public RevertResult? ReadFailure => Failure is RevertResult.Lost lost ? new RevertResult.NotTaken(lost.Why) : Failure;
}
