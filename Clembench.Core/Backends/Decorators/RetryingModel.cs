using Polly;
using Polly.Retry;

namespace Clembench.Backends;

/// <summary>One failed attempt that is going to be repeated.</summary>
/// <param name="Error">Why the attempt failed.</param>
/// <param name="Attempt">Which repetition follows, from 1.</param>
/// <param name="Delay">How long is waited before it.</param>
public sealed record RetryNotice(ModelCallException Error, int Attempt, TimeSpan Delay);

/// <summary>
/// A model whose calls are repeated after transient errors: with the wait that the service asks for, else with delays
/// that double, with jitter. Other errors (a wrong key, an unknown model, a context that is exceeded) pass at once.
/// A response says which attempts failed before it (<see cref="ModelResponse.FailedAttempts"/>).
/// </summary>
public sealed class RetryingModel : DelegatingModel
{
    /// <summary>The delay before the first repetition where the service does not say how long to wait.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);

    /// <summary>The longest delay between repetitions where the service does not say how long to wait.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The longest wait that a service can ask for: a limit that resets tomorrow is an error to report, not a reason
    /// to hang until then.
    /// </summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(10);

    private readonly ResiliencePipeline _pipeline;

    /// <summary>Wraps a model.</summary>
    /// <param name="inner">The model that answers.</param>
    /// <param name="retryLimit">The most repetitions after the first attempt; 0 for none.</param>
    /// <param name="time">The clock that waits; the system's where it is null.</param>
    /// <param name="onRetry">Is told of every repetition, on an arbitrary thread.</param>
    public RetryingModel(IModel inner, int retryLimit, TimeProvider? time = null, Action<RetryNotice>? onRetry = null)
        : base(inner)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(retryLimit);
        _pipeline = retryLimit == 0 ? ResiliencePipeline.Empty : Build(retryLimit, time ?? TimeProvider.System, onRetry);
    }

    /// <inheritdoc />
    public override async Task<ModelResponse> GenerateAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        var call = new Call(Inner, messages, options);
        var response = await _pipeline.ExecuteAsync(static (call, token) => call.AttemptAsync(token), call, cancellationToken).ConfigureAwait(false);
        return call.Failed.Count == 0 ? response : response with { FailedAttempts = [.. call.Failed, .. response.FailedAttempts] };
    }

    private static ResiliencePipeline Build(int retryLimit, TimeProvider time, Action<RetryNotice>? onRetry) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = retryLimit,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstDelay,
                MaxDelay = LongestDelay,
                ShouldHandle = new PredicateBuilder().Handle<ModelCallException>(
                    error => error.IsTransient && !(error.RetryAfter > LongestRetryAfter)),
                DelayGenerator = static failed => new((failed.Outcome.Exception as ModelCallException)?.RetryAfter),
                OnRetry = failed =>
                {
                    onRetry?.Invoke(new RetryNotice(
                        (ModelCallException)failed.Outcome.Exception!, failed.AttemptNumber + 1, failed.RetryDelay));
                    return default;
                },
            })
            .Build();

    private sealed record Call(IModel Model, IReadOnlyList<ChatMessage> Messages, GenerationOptions Options)
    {
        public List<string> Failed { get; } = [];

        public async ValueTask<ModelResponse> AttemptAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await Model.GenerateAsync(Messages, Options, cancellationToken).ConfigureAwait(false);
            }
            catch (ModelCallException error)
            {
                Failed.Add(error.Id);
                throw;
            }
        }
    }
}
