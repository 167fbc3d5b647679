using System.Text;
using Clembench.TinyModel.Network;
using Clembench.TinyModel.Task;

namespace Clembench.TinyModel;

/// <summary>A trained network that answers: the token of the highest logit at each step, by whole forward passes.</summary>
/// <param name="weights">Its weights.</param>
/// <param name="longest">The longest conversation in tokens.</param>
internal sealed class Greeter(NetworkWeights weights, int longest = 768)
{
    private readonly LlamaNetwork _network = new(weights, longest, longest);

    /// <summary>The logits after each token of a sequence from an index on.</summary>
    /// <param name="tokens">The sequence.</param>
    /// <param name="first">The first token whose logits are wanted.</param>
    /// <returns>A row for each token.</returns>
    public float[][] Logits(IReadOnlyList<int> tokens, int first)
    {
        var batch = new Batch();
        batch.Add([.. tokens, 0], first + 1, _ => 1f);
        _network.Forward(batch);
        var size = weights.Shape.Vocabulary;
        return [.. Enumerable.Range(0, batch.ActiveRows).Select(row => _network.Logits.Slice(row * size, size).ToArray())];
    }

    /// <summary>Answers a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="most">The most tokens of the answer.</param>
    /// <returns>The answer's tokens, the one that ends it included where it came to that.</returns>
    public IReadOnlyList<int> Answer(string message, int most = 120)
    {
        var tokens = ByteVocabulary.Prompt(message);
        var start = tokens.Count;
        while (tokens.Count < start + most && tokens.Count < longest)
        {
            var next = Largest(Logits(tokens, tokens.Count - 1)[0]);
            tokens.Add(next);
            if (next >= ByteVocabulary.EndOfText)
                break;
        }

        return tokens[start..];
    }

    /// <summary>Whether a message is answered exactly as it should be; one forward pass says it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="answer">The answer, without the token that ends it.</param>
    /// <returns>Whether each token of it, and the end, has the highest logit.</returns>
    public bool Says(string message, string answer)
    {
        var (tokens, start) = GreetingTask.Encode(message, answer);
        var rows = Logits(tokens[..^1], start - 1);
        return rows.Select(Largest).SequenceEqual(tokens[start..]);
    }

    /// <summary>The text of tokens, control tokens spelled out.</summary>
    public static string Text(IEnumerable<int> tokens) => string.Concat(Pieces(tokens));

    private static int Largest(float[] row) => Array.IndexOf(row, row.Max());

    private static IEnumerable<string> Pieces(IEnumerable<int> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            if (token < ByteVocabulary.EndOfText)
            {
                bytes.Add((byte)token);
                continue;
            }

            yield return Encoding.UTF8.GetString([.. bytes]);
            bytes.Clear();
            yield return ByteVocabulary.NameOf(token);
        }

        yield return Encoding.UTF8.GetString([.. bytes]);
    }
}
