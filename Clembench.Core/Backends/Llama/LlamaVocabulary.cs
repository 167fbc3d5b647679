using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Clembench.Backends.Llama.Native;
using Clembench.Common;
using Clembench.Templates;

namespace Clembench.Backends.Llama;

/// <summary>
/// A model's vocabulary: text to tokens and back. Safe for any number of threads, as long as the model is loaded.
/// </summary>
internal sealed unsafe class LlamaVocabulary
{
    private readonly nint _vocabulary;
    private readonly ControlTokenIndex _control;
    private readonly HashSet<int> _endTokens;

    /// <summary>Reads what is needed of a vocabulary.</summary>
    /// <param name="model">The model.</param>
    /// <param name="endTokens">Tokens that end an answer, beside those that the file names.</param>
    public LlamaVocabulary(LlamaModelHandle model, IReadOnlyList<int> endTokens)
    {
        _vocabulary = LlamaApi.llama_model_get_vocab(model);
        Size = LlamaApi.llama_vocab_n_tokens(_vocabulary);
        _endTokens = [.. endTokens];
        var control = new List<ControlToken>();
        for (var id = 0; id < Size; id++)
        {
            var attributes = LlamaApi.llama_vocab_get_attr(_vocabulary, id);
            if ((attributes & (LlamaTokenAttributes.Control | LlamaTokenAttributes.Unknown)) != 0
                && Marshal.PtrToStringUTF8(LlamaApi.llama_vocab_get_text(_vocabulary, id)) is { Length: > 0 } text)
                control.Add(new ControlToken(id, text, attributes));
        }

        _control = new ControlTokenIndex(control);
    }

    /// <summary>The number of tokens.</summary>
    public int Size { get; }

    /// <summary>Whether a token ends an answer.</summary>
    /// <param name="token">The token's number.</param>
    /// <returns>Whether it does.</returns>
    public bool IsEndOfGeneration(int token) => _endTokens.Contains(token) || LlamaApi.llama_vocab_is_eog(_vocabulary, token);

    /// <summary>Turns a text into tokens; none are added.</summary>
    /// <param name="text">The text.</param>
    /// <param name="plainSpans">Where control tokens are the ordinary text that they look like.</param>
    /// <returns>The tokens' numbers.</returns>
    /// <exception cref="ClemException">The vocabulary has no tokens for it.</exception>
    public IReadOnlyList<int> Tokenize(string text, IReadOnlyList<TextSpan> plainSpans)
    {
        // Cutting a text changes its tokens at the cuts. Where no message looks like a control token, nothing is cut.
        if (!plainSpans.Any(span => _control.Touch(text, span)))
            return Encode(text, parseControl: true);

        var pieces = new List<(int Start, int Length, int? Token)> { (0, text.Length, null) };
        foreach (var (id, token, attributes) in _control.In(text))
        {
            for (var i = 0; i < pieces.Count; i++)
            {
                if (pieces[i].Token is not null || FindOutside(text, token, pieces[i].Start, pieces[i].Length, plainSpans) is not ({ } at))
                    continue;
                var (start, length, _) = pieces[i];
                var before = text.AsSpan(start, at - start);
                if (attributes.HasFlag(LlamaTokenAttributes.LeftStrip))
                    before = before.TrimEnd(" \t\n\v\f\r");
                var after = at + token.Length;
                if (attributes.HasFlag(LlamaTokenAttributes.RightStrip))
                    after += text.AsSpan(after, start + length - after) is var rest ? rest.Length - rest.TrimStart(" \t\n\v\f\r").Length : 0;
                pieces[i] = (start, before.Length, null);
                pieces.Insert(i + 1, (at, token.Length, id));
                pieces.Insert(i + 2, (after, start + length - after, null));
                i++;
            }
        }

        var ids = new List<int>();
        foreach (var (start, length, token) in pieces)
        {
            if (token is { } id)
                ids.Add(id);
            else if (length > 0)
                ids.AddRange(Encode(text.Substring(start, length), parseControl: false));
        }

        return ids;
    }

    /// <summary>Puts the tokens around a text that the vocabulary says belong there. llama.cpp's own way ends the process where it names none.</summary>
    /// <param name="tokens">The text's tokens.</param>
    /// <returns>The tokens, with BOS and EOS where they are to be added.</returns>
    public IReadOnlyList<int> AddSpecialTokens(IReadOnlyList<int> tokens) =>
    [
        .. LlamaApi.llama_vocab_get_add_bos(_vocabulary) && LlamaApi.llama_vocab_bos(_vocabulary) is >= 0 and var bos ? (int[])[bos] : [],
        .. tokens,
        .. LlamaApi.llama_vocab_get_add_eos(_vocabulary) && LlamaApi.llama_vocab_eos(_vocabulary) is >= 0 and var eos ? (int[])[eos] : [],
    ];

    /// <summary>Turns tokens into text, control tokens spelled out.</summary>
    /// <param name="tokens">The tokens' numbers.</param>
    /// <returns>The text; bytes that are not UTF-8 become U+FFFD.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is no token's.</exception>
    public string Decode(IReadOnlyList<int> tokens)
    {
        // The library would end the process.
        if (tokens.Any(token => token < 0 || token >= Size))
            throw new ArgumentOutOfRangeException(nameof(tokens), $"A token's number is outside the vocabulary, which has {Size}.");
        var bytes = new ArrayBufferWriter<byte>(Math.Max(16, tokens.Count * 8));
        foreach (var token in tokens)
        {
            var room = 64;
            while (true)
            {
                int written;
                fixed (byte* buffer = bytes.GetSpan(room))
                    written = LlamaApi.llama_token_to_piece(_vocabulary, token, buffer, room, 0, special: true);
                if (written >= 0)
                {
                    bytes.Advance(written);
                    break;
                }

                room = -written;
            }
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static int? FindOutside(string text, string token, int start, int length, IReadOnlyList<TextSpan> spans)
    {
        var end = start + length;
        while (start < end && text.IndexOf(token, start, end - start, StringComparison.Ordinal) is >= 0 and var at)
        {
            if (!spans.Any(span => span.Start < at + token.Length && at < span.End))
                return at;
            start = at + 1;
        }

        return null;
    }

    private int[] Encode(string text, bool parseControl)
    {
        if (text.Length == 0)
            return [];
        var bytes = Encoding.UTF8.GetBytes(text);
        var tokens = new int[bytes.Length + 8];
        int count;
        fixed (byte* source = bytes)
        {
            fixed (int* target = tokens)
                count = LlamaApi.llama_tokenize(_vocabulary, source, bytes.Length, target, tokens.Length, addSpecial: false, parseControl);
            if (count < 0 && count != int.MinValue)
            {
                tokens = new int[-count];
                fixed (int* target = tokens)
                    count = LlamaApi.llama_tokenize(_vocabulary, source, bytes.Length, target, tokens.Length, addSpecial: false, parseControl);
            }
        }

        if (count < 0)
        {
            throw new ClemException(
                "Clem.Llama.TokenizeFailed", ErrorKind.InvalidData, "The text is too long for llama.cpp to turn into tokens.", "Shorten the conversation.");
        }

        // Some tokenizers say -1 for what they have no token for, over which the library would end the process later.
        return !tokens.AsSpan(0, count).ContainsAnyExceptInRange(0, Size - 1) ? tokens[..count] : throw new ClemException(
            "Clem.Llama.TokenizeFailed", ErrorKind.InvalidData, "The model's vocabulary has no token for a part of the text.",
            "Check that the file's tokenizer (tokenizer.ggml.model) is the one that its vocabulary is made for.");
    }
}
