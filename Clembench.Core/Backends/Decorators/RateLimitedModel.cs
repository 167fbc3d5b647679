namespace Clembench.Backends;

/// <summary>
/// A model that keeps to limits in requests and tokens a minute: the entry's <c>requests_per_minute</c> and
/// <c>tokens_per_minute</c>. Calls are spread over the minute, after a tenth of it that may come at once.
/// A call's tokens are booked as estimated (a token for three characters, plus the most that may be generated) and
/// corrected when the service has told the true number.
/// </summary>
public sealed class RateLimitedModel : DelegatingModel
{
    private readonly TokenBucket? _requests;
    private readonly TokenBucket? _tokens;
    private readonly TimeProvider _time;

    /// <summary>Wraps a model.</summary>
    /// <param name="inner">The model that answers.</param>
    /// <param name="requestsPerMinute">The most requests a minute; null for no limit.</param>
    /// <param name="tokensPerMinute">The most tokens a minute, of prompts and responses together; null for no limit.</param>
    /// <param name="time">The clock.</param>
    public RateLimitedModel(IModel inner, double? requestsPerMinute, double? tokensPerMinute, TimeProvider time)
        : base(inner)
    {
        _requests = requestsPerMinute is { } requests ? new TokenBucket(requests, time) : null;
        _tokens = tokensPerMinute is { } tokens ? new TokenBucket(tokens, time) : null;
        _time = time;
    }

    /// <inheritdoc />
    public override async Task<ModelResponse> GenerateAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        var estimate = messages.Sum(message => (double)message.Content.Length) / 3 + options.MaxTokens;
        var wait = Longer(_requests?.Book(1), _tokens?.Book(estimate));
        var used = 0.0;
        try
        {
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
            var response = await Inner.GenerateAsync(messages, options, cancellationToken).ConfigureAwait(false);
            used = response.PromptTokens + response.CompletionTokens ?? estimate;
            return response;
        }
        finally
        {
            // A call that failed has used none.
            _tokens?.Correct(used - estimate);
        }
    }

    private static TimeSpan Longer(TimeSpan? one, TimeSpan? other) =>
        TimeSpan.FromTicks(Math.Max(one?.Ticks ?? 0, other?.Ticks ?? 0));

    // The generic cell rate algorithm (ITU-T I.371): a call is due when everything booked before it has flowed off.
    private sealed class TokenBucket(double perMinute, TimeProvider time)
    {
        private readonly Lock _lock = new();
        private readonly long _origin = time.GetTimestamp();
        private readonly double _perSecond = perMinute / 60;
        private readonly double _burstSeconds = 6;
        private double _flowsUntil;

        public TimeSpan Book(double amount)
        {
            lock (_lock)
            {
                var now = time.GetElapsedTime(_origin).TotalSeconds;
                _flowsUntil = Math.Max(_flowsUntil, now) + amount / _perSecond;
                return TimeSpan.FromSeconds(Math.Max(0, _flowsUntil - amount / _perSecond - now - _burstSeconds));
            }
        }

        public void Correct(double amount)
        {
            lock (_lock)
                _flowsUntil += amount / _perSecond;
        }
    }
}
