using System.Net.Http.Headers;
using McpRollout.Approvals.Files;

namespace McpRollout.Approvals.Probes;

/// <summary>Asks the probes of the settings, all at once and not for long: an undo waits for them.</summary>
internal sealed class ProbeReader(IOptions<VerifyOptions> options, TimeProvider time) : IDisposable
{
    private const int MostProbes = 10;
    private const int LongestAnswer = 1 << 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Probe[] _probes = [.. options.Value.Probes.Select(probe => new Probe(probe))];
    private readonly HttpClient _direct = Client(useProxy: false);
    private readonly HttpClient _outward = Client(useProxy: true);

    /// <summary>The probes for a workload of a cluster.</summary>
    public IReadOnlyList<Probe> For(string cluster, WorkloadRef workload) =>
        [.. _probes.Where(probe => probe.IsFor(cluster, workload)).Take(MostProbes)];

    /// <summary>Asks each probe for a workload once. Whatever keeps one from answering is what it showed.</summary>
    public async Task<IReadOnlyList<ProbeReading>> AskAsync(
        string cluster, WorkloadRef workload, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var readings = await Task.WhenAll(For(cluster, workload).Select(probe => AskAsync(probe, workload, either.Token)));
        cancellationToken.ThrowIfCancellationRequested();
        return readings;
    }

    public void Dispose()
    {
        _direct.Dispose();
        _outward.Dispose();
    }

    private async Task<ProbeReading> AskAsync(Probe probe, WorkloadRef workload, CancellationToken cancellationToken)
    {
        var reading = new ProbeReading(probe.Name, time.GetUtcNow());
        try
        {
            return probe.PromQl is { } question
                ? await CountAsync(reading, ProbeTemplate.Question(question, workload), cancellationToken)
                : ProbeTemplate.Address(probe.Url!, workload) is { } address
                    ? await ReachAsync(reading, address, cancellationToken)
                    : reading with { Why = "its name cannot stand in the address" };
        }
        catch (HttpRequestException failure)
        {
            return reading with
            {
                Why = failure.HttpRequestError switch
                {
                    HttpRequestError.NameResolutionError => "its name is not known",
                    HttpRequestError.SecureConnectionError => "its certificate is not trusted",
                    HttpRequestError.ConfigurationLimitExceeded => "its answer is too long",
                    _ => "it cannot be reached",
                },
            };
        }
        catch (OperationCanceledException)
        {
            return reading with { Why = $"no answer within {Patience.TotalSeconds:0} s" };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            return reading with { Why = "the token of Prometheus cannot be read" };
        }
    }

    // The status is enough: what is in an answer is not read.
    private async Task<ProbeReading> ReachAsync(ProbeReading reading, Uri address, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        // A connection that is kept open leads to the pod that answered before.
        request.Headers.ConnectionClose = true;
        using var answer = await ClientFor(address).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return reading with
        {
            Status = (int)answer.StatusCode,
            Milliseconds = (int)time.GetElapsedTime(begun).TotalMilliseconds,
        };
    }

    private async Task<ProbeReading> CountAsync(ProbeReading reading, string question, CancellationToken cancellationToken)
    {
        var address = new Uri($"{options.Value.Prometheus!.TrimEnd('/')}/api/v1/query?query={Uri.EscapeDataString(question)}");
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        // Read for each question: one that was renewed needs no restart.
        if (options.Value.PrometheusTokenFile is { } file)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Encoding.UTF8.GetString(SecretFile.Read(file)));
        using var answer = await ClientFor(address).SendAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            return reading with
            {
                Why = string.Create(CultureInfo.InvariantCulture, $"Prometheus answered {(int)answer.StatusCode}"),
            };
        }

        var (figure, why) = PrometheusAnswer.Read(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        return reading with { Figure = figure, Why = why };
    }

    // This machine is never asked through a proxy of the environment.
    private HttpClient ClientFor(Uri address) => address.IsLoopback ? _direct : _outward;

    // A redirect is an answer: it is not followed, so that neither token nor question goes anywhere but where the settings say.
    private static HttpClient Client(bool useProxy) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = useProxy })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LongestAnswer,
            DefaultRequestHeaders =
            {
                UserAgent = { new ProductInfoHeaderValue("mcp-rollout", typeof(ProbeReader).Assembly.GetName().Version?.ToString(3)) },
            },
        };
}
