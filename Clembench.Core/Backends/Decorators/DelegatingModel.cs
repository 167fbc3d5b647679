namespace Clembench.Backends;

/// <summary>The base of decorators: a model that passes everything on to another one, which it owns.</summary>
/// <param name="inner">The model that answers.</param>
public abstract class DelegatingModel(IModel inner) : IModel, IModelWarnings, IServiceModel
{
    /// <inheritdoc />
    public string Name => Inner.Name;

    /// <inheritdoc />
    public IReadOnlyList<string> Warnings => Inner is IModelWarnings { Warnings: var warnings } ? warnings : [];

    /// <inheritdoc />
    public string? Service => (Inner as IServiceModel)?.Service;

    /// <summary>The model that answers.</summary>
    protected IModel Inner { get; } = inner;

    /// <inheritdoc />
    public abstract Task<ModelResponse> GenerateAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken);

    /// <inheritdoc />
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Inner.DisposeAsync();
    }
}
