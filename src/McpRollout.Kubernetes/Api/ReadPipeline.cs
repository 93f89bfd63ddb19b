using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace McpRollout.Kubernetes.Api;

/// <summary>How often and how long a read is tried. Writes never come here.</summary>
internal static partial class ReadPipeline
{
    /// <summary>How long all tries may take together.</summary>
    public static readonly TimeSpan Total = TimeSpan.FromSeconds(15);

    /// <summary>How long one try may take.</summary>
    public static readonly TimeSpan Attempt = TimeSpan.FromSeconds(5);

    /// <summary>How long a dry run may take in one try: webhooks may take 10 s each, and then it had better be asked once.</summary>
    public static readonly TimeSpan DryRun = TimeSpan.FromSeconds(14);

    /// <summary>The longest <c>Retry-After</c> that is waited for; beyond it the refusal is the answer.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>How long nothing is sent after a row of reads without an answer.</summary>
    public static readonly TimeSpan Break = TimeSpan.FromSeconds(5);

    /// <summary>What of the request the pipeline needs to know.</summary>
    public static readonly ResiliencePropertyKey<ApiCall> Call = new("call");

    /// <summary>Makes the pipeline of one cluster.</summary>
    public static ResiliencePipeline<ClusterAnswer<ApiReply>> Create(TimeProvider time, ILogger logger) =>
        new ResiliencePipelineBuilder<ClusterAnswer<ApiReply>> { TimeProvider = time }
            .AddTimeout(Total)
            .AddRetry(new RetryStrategyOptions<ClusterAnswer<ApiReply>>
            {
                MaxRetryAttempts = 3,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(200),
                UseJitter = true,
                ShouldHandle = args => new(args.Outcome.Exception is TimeoutRejectedException || IsPassing(args.Outcome.Result.Failure)),
                DelayGenerator = args => new(args.Outcome.Result.Failure?.RetryAfter),
                OnRetry = args =>
                {
                    var kind = args.Outcome.Result.Failure?.Kind ?? ClusterFailureKind.Unreachable;
                    Retrying(logger, args.AttemptNumber + 1, args.RetryDelay, kind);
                    return default;
                },
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<ClusterAnswer<ApiReply>>
            {
                // Only silence counts: a server that refuses is well enough to be asked something else.
                ShouldHandle = args => new(
                    args.Outcome.Exception is TimeoutRejectedException
                    || args.Outcome.Result.Failure?.Kind == ClusterFailureKind.Unreachable),
                FailureRatio = 0.9,
                MinimumThroughput = 8,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = Break,
                OnOpened = args =>
                {
                    Opened(logger, args.BreakDuration);
                    return default;
                },
            })
            .AddTimeout(new TimeoutStrategyOptions
            {
                TimeoutGenerator = args => new(args.Context.Properties.GetValue(Call, ApiCall.Read) == ApiCall.DryRun ? DryRun : Attempt),
            })
            .Build();

    /// <summary>Whether the same question may well be answered a moment later.</summary>
    public static bool IsPassing(ClusterFailure? failure) => !(failure?.RetryAfter > LongestWait) && failure is
    { Kind: ClusterFailureKind.Unreachable or ClusterFailureKind.TooManyRequests }
        or { Kind: ClusterFailureKind.ServerError, StatusCode: 502 or 503 or 504 }
        or { Kind: ClusterFailureKind.ServerError, RetryAfter: not null };

    [LoggerMessage(LogLevel.Information, "Reading from the cluster failed ({Kind}); try {Attempt} follows in {Delay}")]
    private static partial void Retrying(ILogger logger, int attempt, TimeSpan delay, ClusterFailureKind kind);

    [LoggerMessage(LogLevel.Warning, "The cluster does not answer; it is left alone for {Pause}")]
    private static partial void Opened(ILogger logger, TimeSpan pause);
}
