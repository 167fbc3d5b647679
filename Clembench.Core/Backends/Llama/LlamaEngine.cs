using System.Text;
using Clembench.Backends.Llama.Batching;
using Clembench.Backends.Llama.Native;
using Clembench.Common;
using Clembench.Templates;

namespace Clembench.Backends.Llama;

/// <summary>
/// A model in this process. A fault of the native library ends the process, so files are checked before the library sees
/// them; what can only be found out by computing stays a risk, which a process of its own contains.
/// </summary>
public sealed class LlamaEngine : ILlamaEngine, ILlamaVitals
{
    private readonly LlamaModelHandle _model;
    private readonly LlamaVocabulary _vocabulary;
    private readonly LlamaBatchContext _context;
    private readonly BatchPump _pump;
    private readonly string _path;
    private int _disposed;

    private LlamaEngine(string path, LlamaModelHandle model, LlamaVocabulary vocabulary, LlamaBatchContext context, ContextPlan plan)
    {
        _path = path;
        _model = model;
        _vocabulary = vocabulary;
        _context = context;
        Info = new LlamaModelInfo(
            Math.Min(plan.ConversationTokens, context.CellCount), vocabulary.Size, (long)LlamaApi.llama_model_n_params(model), Describe(model));
        _pump = new BatchPump(context, plan.MaxSequences, Path.GetFileName(path));
    }

    /// <inheritdoc />
    public LlamaModelInfo Info { get; }

    /// <inheritdoc />
    public long Steps => _pump.Steps;

    /// <inheritdoc />
    public Task<ClemException> Failed => _pump.Failed;

    /// <summary>Loads a model into this process: the <see cref="LlamaEngineLoader"/> without isolation.</summary>
    /// <param name="options">What to load, and how.</param>
    /// <param name="cancellationToken">Stops the loading, also while the library reads the weights.</param>
    /// <returns>The engine; the caller disposes it.</returns>
    /// <exception cref="ClemException">The file is damaged or foreign, the library is missing or another version, or memory does not suffice.</exception>
    public static async Task<ILlamaEngine> LoadAsync(LlamaLoadOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var file = await LlamaModelFile.ReadAsync(options.Path, cancellationToken).ConfigureAwait(false);
        var plan = ContextPlan.Make(options, file, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        return await Task.Run(() => Load(options, file, plan, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<int>> TokenizeAsync(string text, IReadOnlyList<TextSpan> plainSpans, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(plainSpans);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(WithModel(() => _vocabulary.Tokenize(text, plainSpans)));
    }

    /// <inheritdoc />
    public async Task<LlamaCompletion> CompleteAsync(LlamaRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request);
        var generated = await _pump.CompleteAsync(request, cancellationToken).ConfigureAwait(false);
        return new LlamaCompletion(generated.Tokens, WithModel(() => _vocabulary.Decode(generated.Tokens)), generated.Stop) { CachedTokens = generated.CachedTokens };
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _pump.StopAsync().ConfigureAwait(false);
        _context.Dispose();
        _model.Dispose();
    }

    private static LlamaEngine Load(LlamaLoadOptions options, LlamaModelFile file, ContextPlan plan, CancellationToken cancellationToken)
    {
        LlamaLibrary.Load();
        options.OnStep?.Invoke();
        if (options.GpuLayers != 0 && !LlamaLibrary.HasGpu())
        {
            throw new ClemException(
                "Clem.Llama.NoGpu", ErrorKind.NotAvailable, $"'{options.Path}' is to be computed on a GPU (gpu_layers), and the llama.cpp libraries in '{LlamaLibrary.LoadedFrom}' find none.",
                $"Leave out gpu_layers; or use a build for your GPU (see docs/local-models.md), and check its driver.", options.Path);
        }

        _ = LlamaLog.TakeErrors();
        var model = file.Open(options.GpuLayers, vocabularyOnly: false, options.OnStep, cancellationToken);
        try
        {
            var vocabulary = new LlamaVocabulary(model, options.EndTokens);
            for (var smaller = plan; smaller is not null; smaller = smaller.Smaller())
            {
                cancellationToken.ThrowIfCancellationRequested();
                options.OnStep?.Invoke();
                if (LlamaBatchContext.Create(model, vocabulary, smaller) is { } context)
                    return new LlamaEngine(options.Path, model, vocabulary, context, smaller);
            }

            throw new ClemException(
                "Clem.Llama.NoContext", ErrorKind.LimitExceeded,
                $"There is not enough memory for a context of {plan.ConversationTokens} tokens with '{options.Path}'. {string.Join(' ', LlamaLog.TakeErrors())}".TrimEnd(),
                "Set a smaller context_size in the model's entry.", options.Path);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static unsafe string Describe(LlamaModelHandle model)
    {
        const int Room = 256;
        var buffer = stackalloc byte[Room];
        var length = LlamaApi.llama_model_desc(model, buffer, Room);
        return Encoding.UTF8.GetString(buffer, Math.Clamp(length, 0, Room - 1));
    }

    private void Check(LlamaRequest request)
    {
        ArgumentOutOfRangeException.ThrowIfZero(request.Tokens.Count, "request.Tokens");
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxTokens, 1, "request.MaxTokens");
        if (!double.IsFinite(request.Temperature) || request.Temperature < 0)
            throw new ArgumentOutOfRangeException(nameof(request), request.Temperature, "The temperature is a number of at least 0.");
        // The library would end the process.
        if (request.Tokens.Any(token => token < 0 || token >= Info.VocabularySize))
            throw new ArgumentOutOfRangeException(nameof(request), $"A token's number is outside the vocabulary, which has {Info.VocabularySize}.");
        var used = (long)request.Tokens.Count + request.MaxTokens;
        if (used > Info.ContextSize)
        {
            throw new ContextExceededException(
                $"The prompt has {request.Tokens.Count} tokens; with {request.MaxTokens} for the answer that is more than the context of {Info.ContextSize} tokens.",
                Path.GetFileName(_path))
            {
                TokensUsed = used,
                ContextSize = Info.ContextSize,
            };
        }
    }

    private T WithModel<T>(Func<T> use)
    {
        var held = false;
        try
        {
            _model.DangerousAddRef(ref held);
            return use();
        }
        catch (ObjectDisposedException e)
        {
            throw new ClemException("Clem.Llama.Ended", ErrorKind.NotAvailable, $"The model '{_path}' has been unloaded.", "Load it again.", _path, e);
        }
        finally
        {
            if (held)
                _model.DangerousRelease();
        }
    }
}
