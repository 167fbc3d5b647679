using Clembench.Backends.Llama.Batching;

namespace Clembench.Tests.Llama;

/// <summary>
/// A context whose next token follows from all tokens of the sequence, so that whatever is mixed up shows in the answers.
/// It holds what it is told against its own accounts of sequences and cells.
/// </summary>
internal sealed class FakeBatchContext(int cells, int room = 64) : IBatchContext
{
    public const int Vocabulary = 1000;
    public const int End = 0;

    private readonly Dictionary<int, List<Cell>> _sequences = [];
    private readonly List<(int Token, int Position, int Sequence, bool Output)> _batch = [];
    private readonly Lock _held = new();
    private List<int[]> _seen = [];

    /// <summary>What becomes of a batch; by default all are computed.</summary>
    public Func<IReadOnlyList<(int Token, int Position, int Sequence, bool Output)>, int> OnEvaluate { get; init; } = _ => 0;

    /// <summary>How many tokens an answer has, its end included.</summary>
    public int AnswerLength { get; init; } = 10;

    /// <summary>Whether what follows cannot be told.</summary>
    public bool Fails { get; set; }

    /// <summary>The most sequences that one batch had.</summary>
    public int MostAtOnce { get; private set; }

    public int CellCount => cells;

    public long Operations => 0;

    public int Room => room - _batch.Count;

    public bool CanTruncate { get; init; } = true;

    public int MaxSequences => 16;

    /// <summary>What a prompt is continued with, by one who is alone.</summary>
    public int[] Answer(IReadOnlyList<int> prompt, int most)
    {
        var tokens = prompt.ToList();
        while (tokens.Count < prompt.Count + most && (tokens.Count == prompt.Count || tokens[^1] != End))
            tokens.Add(Next([.. tokens]));
        return [.. tokens.Skip(prompt.Count)];
    }

    public void Clear() => _batch.Clear();

    public int Add(int token, int position, int sequence, bool output)
    {
        _batch.Add((token, position, sequence, output));
        return _batch.Count - 1;
    }

    /// <summary>Asks for something while no step is computed, so that all of it is there in the step after the next.</summary>
    public T WhileHeld<T>(Func<T> ask)
    {
        lock (_held)
            return ask();
    }

    public int Evaluate()
    {
        lock (_held)
        {
        }

        _batch.Count.ShouldBeInRange(1, room);
        if (OnEvaluate(_batch) is not 0 and var code)
            return code;
        _seen = [];
        foreach (var (token, position, sequence, _) in _batch)
        {
            if (!_sequences.TryGetValue(sequence, out var tokens))
                _sequences[sequence] = tokens = [];
            tokens.Count.ShouldBe(position);
            tokens.Add(new Cell(token));
            _seen.Add([.. tokens.Select(cell => cell.Token)]);
        }

        _sequences.Values.SelectMany(tokens => tokens).Distinct().Count().ShouldBeLessThanOrEqualTo(cells);
        MostAtOnce = Math.Max(MostAtOnce, _batch.Select(one => one.Sequence).Distinct().Count());
        return 0;
    }

    public ReadOnlySpan<float> GetLogits(int index)
    {
        if (Fails)
            throw new InvalidOperationException("There are no logits.");
        var logits = new float[Vocabulary];
        logits[Next(_seen[index])] = 1;
        return logits;
    }

    public bool IsEndOfGeneration(int token) => token == End;

    public void Abort()
    {
    }

    public void Copy(int source, int target, int length) => _sequences[target] = [.. _sequences[source].Take(length)];

    public void Truncate(int sequence, int length)
    {
        if (_sequences.TryGetValue(sequence, out var tokens) && tokens.Count > length)
            tokens.RemoveRange(length, tokens.Count - length);
    }

    public void Remove(int sequence) => _sequences.Remove(sequence);

    // The first token of a prompt is its length: so the end is known.
    private int Next(int[] tokens)
    {
        if (tokens.Length >= tokens[0] + AnswerLength - 1)
            return End;
        var hash = tokens.Aggregate(17L, (sum, token) => (sum * 31 + token) % 1_000_003);
        return 1 + (int)(hash % (Vocabulary - 1));
    }

    private sealed class Cell(int token)
    {
        public int Token { get; } = token;
    }
}
