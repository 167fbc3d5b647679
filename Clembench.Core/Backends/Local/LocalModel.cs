using System.Collections.Concurrent;
using Clembench.Backends.Http;
using Clembench.Backends.Llama;
using Clembench.Common;
using Clembench.Json;
using Clembench.Models;
using Clembench.Templates;
using Clembench.Templates.Checkpoints;

namespace Clembench.Backends.Local;

/// <summary>
/// A model on this machine: the conversation becomes a prompt by the chat template, the engine continues it, and what it
/// generated is cleaned as the entry says. What is recorded is the templated text and the full output, EOS included.
/// </summary>
public sealed class LocalModel : IModel, IModelWarnings
{
    private readonly ModelEntry _entry;
    private readonly ILlamaEngine _engine;
    private readonly PromptFormatter _formatter;
    private readonly ILocalTokens _tokens;
    private readonly string? _padToken;
    private readonly string? _eosToken;
    private readonly string _bypass;
    private readonly bool _thinksAloud;
    private readonly ConcurrentDictionary<string, ResponseCleaner> _cleaners = new(StringComparer.Ordinal);

    private LocalModel(ModelEntry entry, ILlamaEngine engine, PromptFormatter formatter, ILocalTokens tokens, Checkpoint checkpoint)
    {
        _entry = entry;
        _engine = engine;
        _formatter = formatter;
        _tokens = tokens;
        _padToken = checkpoint.SpecialTokens.GetValueOrDefault("pad_token");
        _eosToken = checkpoint.EosToken;
        _bypass = entry.Setting<string>("cot_bypass", "a text") ?? "";
        _thinksAloud = ResponseCleaner.ThinksAloud(entry);
        // What the entry says of its output is read now, not after the first answer.
        _ = Cleaner(_eosToken);
        if (entry.ContextSize is { } wanted && wanted > engine.Info.ContextSize)
            Warnings = [$"{entry.Name}: its context_size is {wanted}, and this machine's memory suffices for {engine.Info.ContextSize} tokens."];
    }

    /// <inheritdoc />
    public string Name => _entry.Name;

    /// <inheritdoc />
    public IReadOnlyList<string> Warnings { get; } = [];

    /// <summary>What the loaded model is.</summary>
    public LlamaModelInfo Info => _engine.Info;

    /// <summary>Puts a model together.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="checkpoint">What the model's files say of its template and special tokens.</param>
    /// <param name="engine">The loaded model; the local model owns it, also where this fails.</param>
    /// <param name="tokens">Its tokenizer; null for the loaded model's own vocabulary.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ClemException">The model has no template, or a setting of the entry cannot be used.</exception>
    public static async Task<LocalModel> CreateAsync(
        ModelEntry entry, Checkpoint checkpoint, ILlamaEngine engine, ILocalTokens? tokens, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(engine);
        try
        {
            var subject = new TemplateSubject(entry.Name) { Checkpoint = checkpoint, Entry = entry };
            var formatter = await PromptFormatter.LoadAsync(subject, tokenize: false, cancellationToken).ConfigureAwait(false);
            tokens ??= new EngineTokens(engine, await checkpoint.LoadVocabularyAsync(cancellationToken).ConfigureAwait(false));
            return new LocalModel(entry, engine, formatter, tokens, checkpoint);
        }
        catch
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>How an entry's model is to be loaded.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="path">The GGUF file; the first one of a split model.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ClemException">A setting is of the wrong type or out of range.</exception>
    public static LlamaLoadOptions LoadOptions(ModelEntry entry, string path)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return new LlamaLoadOptions(path)
        {
            ContextSize = entry.ContextSize,
            GpuLayers = entry.Setting<string>("execute_on", "a text") switch
            {
                "cpu" => 0,
                // clemcore's own names; its "gpu" puts all layers there.
                "gpu" => Number("gpu_layers") ?? Number("gpu_layers_offloaded") ?? -1,
                _ => Number("gpu_layers") ?? Number("gpu_layers_offloaded") ?? 0,
            },
            Threads = Number("threads"),
            MaxSequences = Number("sequences") ?? new LlamaLoadOptions(path).MaxSequences,
            InProcess = entry.Switch("in_process") ?? false,
            HangLimit = entry.Seconds("hang_limit"),
        };

        int? Number(string key) => entry.Tokens(key) switch
        {
            null => null,
            >= -1 and <= int.MaxValue and var number => (int)number,
            var number => throw new ClemException(
                "Clem.Backend.InvalidSetting", ErrorKind.InvalidData, $"The setting {key} of the entry '{entry.Name}' is {number}.", "Correct the entry in its registry.", entry.Name),
        };
    }

    /// <inheritdoc />
    public async Task<ModelResponse> GenerateAsync(IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(options);
        var prepared = ChatMessage.Prepare(messages);
        if (prepared.Any(message => message.Images.Count > 0))
        {
            throw new ClemException(
                "Clem.Backend.ImagesNotSupported", ErrorKind.NotAvailable, $"'{Name}' runs on this machine, where models see no images.",
                "Play games without images with it.", Name);
        }

        var formatted = _formatter.Format(prepared, ChatTemplateOptions.Default, cancellationToken);
        // The text that the entry begins the answer with is the author's, like the template's.
        var text = formatted.Text + _bypass;
        var prompt = await _tokens.EncodeAsync(text, formatted.InputSpans, cancellationToken).ConfigureAwait(false);
        // A model that thinks aloud needs room for that; its answer is measured when it is known.
        var most = _thinksAloud ? Math.Max(options.MaxTokens, _engine.Info.ContextSize - prompt.Count) : options.MaxTokens;
        var completion = await CompleteAsync(new LlamaRequest(prompt, most, options.Temperature), cancellationToken).ConfigureAwait(false);
        var generated = _tokens.Decode(completion);
        var cleaned = Cleaner(completion.Stop == LlamaStop.EndOfGeneration ? _tokens.GetText(completion.Tokens[^1]) : _eosToken).Clean(generated);
        var answer = _thinksAloud ? await ShortenAsync(cleaned.Text, options.MaxTokens, cancellationToken).ConfigureAwait(false) : cleaned.Text;
        return new ModelResponse(
            JsonData.ToElement(new JsonMap(
            [
                new("messages", JsonData.ToPlain(ChatMessageJson.ToElement(prepared))),
                new("inputs", text),
                new("max_new_tokens", (long)most),
                new("temperature", options.Temperature),
            ])),
            JsonData.ToElement(new JsonMap(
            [
                new("response", generated),
                new("stop", completion.Stop == LlamaStop.EndOfGeneration ? "eos" : "length"),
                new("prompt_tokens", (long)prompt.Count),
                new("completion_tokens", (long)completion.Tokens.Count),
                .. cleaned.CotContent is { } thought ? (KeyValuePair<string, object?>[])[new("cot_content", thought)] : [],
            ])),
            answer)
        {
            PromptTokens = prompt.Count,
            CompletionTokens = completion.Tokens.Count,
        };
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private async Task<LlamaCompletion> CompleteAsync(LlamaRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await _engine.CompleteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ContextExceededException error)
        {
            // The engine knows a file; a person knows the model's name.
            throw new ContextExceededException($"{Name}: {error.Message}", Name) { TokensUsed = error.TokensUsed, ContextSize = error.ContextSize };
        }
    }

    // The token that ended the answer may be another one than the vocabulary's EOS: Llama 3 has three of them.
    private ResponseCleaner Cleaner(string? eos) =>
        _cleaners.GetOrAdd(eos ?? "", static (text, model) => new ResponseCleaner(model._entry, model._padToken, text), this);

    // The longest beginning that has no more tokens than the session allows.
    private async Task<string> ShortenAsync(string answer, int most, CancellationToken cancellationToken)
    {
        if (await CountAsync(answer.Length).ConfigureAwait(false) <= most)
            return answer;
        var (fits, fitsNot) = (0, answer.Length);
        while (fitsNot - fits > 1)
        {
            var middle = (fits + fitsNot) / 2;
            if (await CountAsync(middle).ConfigureAwait(false) <= most)
                fits = middle;
            else
                fitsNot = middle;
        }

        return answer[..(fits > 0 && char.IsHighSurrogate(answer[fits - 1]) ? fits - 1 : fits)].TrimEnd();

        async Task<int> CountAsync(int length) =>
            (await _tokens.EncodeAsync(answer[..length], [new TextSpan(0, length)], cancellationToken).ConfigureAwait(false)).Count;
    }
}
