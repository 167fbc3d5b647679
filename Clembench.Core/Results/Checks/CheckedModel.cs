using Clembench.Common;
using Clembench.Models;
using Clembench.Templates.Checkpoints;
using Clembench.Templates.Checks;

namespace Clembench.Results.Checks;

/// <summary>What is known of the model that an episode was played with.</summary>
internal sealed class CheckedModel
{
    private readonly CheckpointTokenizer? _tokenizer;

    private CheckedModel(ModelEntry? recorded, ModelEntry? current, Checkpoint? checkpoint, CheckpointTokenizer? tokenizer, ClemException? unreadable)
    {
        Recorded = recorded;
        Current = current;
        Checkpoint = checkpoint;
        _tokenizer = tokenizer;
        Unreadable = unreadable;
        StopTokens =
        [
            .. ((IEnumerable<string?>)
                [.. (checkpoint?.EosTokenIds ?? []).Select(id => tokenizer?.Vocabulary.GetText(id)), checkpoint?.EosToken, Recorded?.GetSetting("eos_string") as string])
                .OfType<string>().Where(token => token.Length > 0).Distinct(),
        ];
        Control = new ControlTokens([.. tokenizer?.Vocabulary.ControlTokens ?? (IEnumerable<string>)[], .. checkpoint?.SpecialTokens.Values ?? (IEnumerable<string>)[], .. StopTokens]);
    }

    /// <summary>The entry that the episode was played with, by its record; else the registry's.</summary>
    public ModelEntry? Recorded { get; }

    /// <summary>The entry that suggestions start from: the registry's of that name, else the recorded one; null where neither will do.</summary>
    public ModelEntry? Current { get; }

    /// <summary>The model's checkpoint; null where there is none to be found here.</summary>
    public Checkpoint? Checkpoint { get; }

    /// <summary>Why there is no checkpoint; null where nobody looked.</summary>
    public ClemException? Unreadable { get; }

    /// <summary>Finds control tokens: the vocabulary's, and what has the form of one.</summary>
    public ControlTokens Control { get; }

    /// <summary>The texts of the tokens at which generation ends.</summary>
    public IReadOnlyList<string> StopTokens { get; }

    /// <summary>Reads what there is to know of a model.</summary>
    /// <param name="recorded">The entry that the episode was played with; null for none.</param>
    /// <param name="current">The entry that suggestions start from; null for none.</param>
    /// <param name="source">The entry that says where the model's files are; null for none.</param>
    /// <param name="read">Reads the checkpoint of an entry; null where that is not wanted.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The model.</returns>
    public static async Task<CheckedModel> LoadAsync(
        ModelEntry? recorded, ModelEntry? current, ModelEntry? source, Func<ModelEntry, string?, CancellationToken, Task<Checkpoint>>? read, CancellationToken cancellationToken)
    {
        if (read is null || source is null)
            return new CheckedModel(recorded, current, null, null, null);
        try
        {
            var checkpoint = await read(source, null, cancellationToken).ConfigureAwait(false);
            var tokenizer = await checkpoint.LoadTokenizerAsync(cancellationToken).ConfigureAwait(false);
            return new CheckedModel(recorded, current, checkpoint, tokenizer, null);
        }
        catch (ClemException error)
        {
            return new CheckedModel(recorded, current, null, null, error);
        }
    }

    /// <summary>The control tokens that a text ends with, white space aside.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The tokens, in order; none where it ends with something else.</returns>
    public IReadOnlyList<string> TrailingTokens(string text)
    {
        var trailing = new List<string>();
        var end = 0;
        foreach (var (start, token) in Control.Find(text, 0, text.Length))
        {
            if (!string.IsNullOrWhiteSpace(text[end..start]))
                trailing.Clear();
            trailing.Add(token);
            end = start + token.Length;
        }

        return string.IsNullOrWhiteSpace(text[end..]) ? trailing : [];
    }

    /// <summary>A text without the control tokens in it.</summary>
    public string WithoutTokens(string text)
    {
        foreach (var token in Control.Find(text, 0, text.Length).Select(found => found.Token).Distinct().ToArray())
            text = text.Replace(token, "", StringComparison.Ordinal);
        return text;
    }

    /// <summary>How many tokens a generated text has.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Stops the counting.</param>
    /// <returns>The number; null where there is no tokenizer here.</returns>
    public int? Count(string text, CancellationToken cancellationToken)
    {
        if (_tokenizer is not { CanEncode: true })
            return null;
        try
        {
            return _tokenizer.Encode(text, [], cancellationToken: cancellationToken).Count;
        }
        catch (ClemException)
        {
            return null;
        }
    }

    /// <summary>What <c>eos_to_cull</c> should be so that it removes tokens.</summary>
    /// <param name="entry">The entry, whose value stays a part of it where it removes a token of the model.</param>
    /// <param name="tokens">The tokens that the game got to see.</param>
    /// <returns>The value; null where the entry's removes them already.</returns>
    public string? ProposeEos(ModelEntry entry, IReadOnlyCollection<string> tokens)
    {
        var parts = new List<string>();
        if (entry.GetSetting("eos_to_cull") is string { Length: > 0 } known && StopTokens.Concat(tokens).Any(token => Removes(known, token)))
            parts.Add(EosPattern.Parse(known).LiteralBecause is null ? known : EosPattern.Escape(known));
        var added = tokens.Distinct().Where(token => !parts.Exists(part => Removes(part, token))).ToArray();
        return added.Length == 0 ? null : string.Join('|', parts.Concat(added.Select(EosPattern.Escape)));
    }

    /// <summary>What a value of <c>eos_to_cull</c> leaves of a text.</summary>
    public static string Cull(string value, string text)
    {
        try
        {
            return EosPattern.Parse(value).Expression.Replace(text, "");
        }
        catch (System.Text.RegularExpressions.RegexMatchTimeoutException)
        {
            return text;
        }
    }

    private static bool Removes(string value, string token) => string.IsNullOrWhiteSpace(Cull(value, token));
}
