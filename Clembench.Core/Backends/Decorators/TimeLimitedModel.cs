using Clembench.Common;

namespace Clembench.Backends;

/// <summary>A model whose every call must end within a time limit.</summary>
/// <param name="inner">The model that answers; it must honour the cancellation token.</param>
/// <param name="limit">The most time that one call may take.</param>
/// <param name="time">The clock; the system's where it is null.</param>
public sealed class TimeLimitedModel(IModel inner, TimeSpan limit, TimeProvider? time = null) : DelegatingModel(inner)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <inheritdoc />
    /// <exception cref="ModelCallException">The limit is reached (<c>Clem.Backend.Timeout</c>, transient).</exception>
    public override async Task<ModelResponse> GenerateAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await Inner.GenerateAsync(messages, options, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ModelCallException(
                "Clem.Backend.Timeout", ErrorKind.Timeout,
                $"The model '{Name}' did not answer within {limit.TotalSeconds:0.###} s.",
                "Raise the limit (-TimeoutSec), or check that the service is not overloaded.", Name)
            { IsTransient = true };
        }
    }
}
