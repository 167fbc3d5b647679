using Clembench.Common;
using Clembench.Templates.Checkpoints;

namespace Clembench.Backends.Local;

/// <summary>
/// Holds the vocabulary of a GGUF file against that of the tokenizer whose numbers it is going to get. A file of another
/// model would take them for other texts, and answer nonsense.
/// </summary>
internal static class TokenNumbers
{
    // Fine-tuned models give names to numbers that their base model has reserved.
    private const double MostDiffering = 0.01;

    /// <summary>Compares.</summary>
    /// <param name="checkpoint">The tokenizer's checkpoint.</param>
    /// <param name="tokenizer">The tokenizer's vocabulary, which is complete.</param>
    /// <param name="path">The GGUF file; the first one of a split model.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException"><c>Clem.Model.OtherVocabulary</c>: they differ; or the file cannot be read.</exception>
    public static async Task CheckAsync(Checkpoint checkpoint, Vocabulary tokenizer, string path, CancellationToken cancellationToken)
    {
        var file = await (await CheckpointSource.FromPathAsync(path, cancellationToken).ConfigureAwait(false)).LoadVocabularyAsync(cancellationToken).ConfigureAwait(false);
        // The tokens that a conversation is made with have to be the same ones, each of them.
        foreach (var text in tokenizer.ControlTokens.Where(text => IsUsed(checkpoint, text)).Append(checkpoint.BosToken).Append(checkpoint.EosToken))
        {
            if (text is not null && tokenizer.Find(text) is { } id && !IsSame(file.GetText(id), text))
                throw Differs(checkpoint, path, $"the token '{text}', which its conversations are made with, has the number {id}, and {Show(file.GetText(id), id)}");
        }

        var (compared, differing, first) = (0, 0, -1);
        for (var id = 0; id < Math.Max(file.Size ?? 0, tokenizer.Size ?? 0); id++)
        {
            if (tokenizer.GetText(id) is not { } text)
                continue;
            compared++;
            if (IsSame(file.GetText(id), text))
                continue;
            differing++;
            first = first < 0 ? id : first;
        }

        if (differing > compared * MostDiffering)
        {
            throw Differs(
                checkpoint, path,
                $"{differing} of {compared} tokens are other ones. The first of them is {first}: '{tokenizer.GetText(first)}', and {Show(file.GetText(first), first)}");
        }
    }

    private static bool IsUsed(Checkpoint checkpoint, string text) => checkpoint.ChatTemplate?.Contains(text, StringComparison.Ordinal) == true;

    // llama.cpp's files have spaces in added tokens, where SentencePiece's sign for them is in the others.
    private static bool IsSame(string? one, string other) =>
        one is not null && (one == other || one.Replace('\u2581', ' ') == other.Replace('\u2581', ' '));

    private static string Show(string? text, int id) => text is null ? "the file has no such number" : $"the file has '{text}' for {id}";

    private static ClemException Differs(Checkpoint checkpoint, string path, string difference) => new(
        "Clem.Model.OtherVocabulary", ErrorKind.InvalidData,
        $"The GGUF file '{path}' has another vocabulary than the tokenizer of '{checkpoint.Location}': in that, {difference}.",
        "Name a GGUF file of the same model (gguf_repo, gguf_file); or play the file with the backend llamacpp, which takes tokenizer and template from the file itself.",
        path);
}
