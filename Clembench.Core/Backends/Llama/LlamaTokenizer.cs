using Clembench.Backends.Llama.Native;
using Clembench.Common;
using Clembench.Templates;

namespace Clembench.Backends.Llama;

/// <summary>A GGUF file's tokenizer without its weights. Safe for any number of threads; freed with the object.</summary>
public sealed class LlamaTokenizer
{
    private readonly LlamaModelHandle _model;
    private readonly LlamaVocabulary _vocabulary;

    private LlamaTokenizer(LlamaModelHandle model)
    {
        _model = model;
        _vocabulary = new LlamaVocabulary(model, endTokens: []);
    }

    /// <summary>Loads a file's vocabulary.</summary>
    /// <param name="path">The file; the first one of a split model.</param>
    /// <param name="cancellationToken">Stops before the library begins to load.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ClemException">The file is damaged or foreign, or the library is missing or another version.</exception>
    public static async Task<LlamaTokenizer> LoadAsync(string path, CancellationToken cancellationToken)
    {
        var file = await LlamaModelFile.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        return await Task.Run(
            () =>
            {
                LlamaLibrary.Load();
                _ = LlamaLog.TakeErrors();
                return new LlamaTokenizer(file.Open(gpuLayers: 0, vocabularyOnly: true, onStep: null, cancellationToken));
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Turns a text into tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="plainSpans">Where control tokens are the ordinary text that they look like.</param>
    /// <param name="addSpecialTokens">Whether BOS and EOS are added, where the vocabulary says that they belong there.</param>
    /// <returns>The tokens' numbers.</returns>
    public IReadOnlyList<int> Encode(string text, IReadOnlyList<TextSpan> plainSpans, bool addSpecialTokens)
    {
        var tokens = _vocabulary.Tokenize(text, plainSpans);
        tokens = addSpecialTokens ? _vocabulary.AddSpecialTokens(tokens) : tokens;
        GC.KeepAlive(_model);
        return tokens;
    }

    /// <summary>Turns tokens into text, control tokens spelled out.</summary>
    /// <param name="tokens">The tokens' numbers.</param>
    /// <returns>The text; bytes that are not UTF-8 become U+FFFD.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is no token's.</exception>
    public string Decode(IReadOnlyList<int> tokens)
    {
        var text = _vocabulary.Decode(tokens);
        GC.KeepAlive(_model);
        return text;
    }
}
