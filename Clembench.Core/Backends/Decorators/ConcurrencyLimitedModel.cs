namespace Clembench.Backends;

/// <summary>A model whose calls wait for a permit of its service's limiter, and tell the limiter how they ended.</summary>
/// <param name="inner">The model that answers.</param>
/// <param name="limiter">The limiter, shared by all models of the service.</param>
public sealed class ConcurrencyLimitedModel(IModel inner, AdaptiveLimiter limiter) : DelegatingModel(inner)
{
    /// <inheritdoc />
    public override async Task<ModelResponse> GenerateAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        var permit = await limiter.AcquireAsync(Name, cancellationToken).ConfigureAwait(false);
        Action end = permit.Ended;
        try
        {
            var response = await Inner.GenerateAsync(messages, options, cancellationToken).ConfigureAwait(false);
            end = permit.Succeeded;
            if (response.Allowance is { } allowance && Bearable(allowance.ResetsIn) is not null)
                limiter.Allow(Name, allowance);
            return response;
        }
        catch (ModelCallException error) when (error.Status == 429)
        {
            end = () => permit.RateLimited(Bearable(error.RetryAfter));
            throw;
        }
        catch (ModelCallException error) when (error.Status >= 500)
        {
            end = () => permit.ServerFailed(Bearable(error.RetryAfter));
            throw;
        }
        finally
        {
            end();
        }
    }

    // A wait of hours is for a person to decide about: RetryingModel reports it instead of waiting.
    private static TimeSpan? Bearable(TimeSpan? wait) => wait <= RetryingModel.LongestRetryAfter ? wait : null;
}
