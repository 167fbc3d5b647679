namespace Clembench.TinyModel.Network;

/// <summary>Sequences one after the other, and what shall be predicted in the last part of each.</summary>
internal sealed class Batch
{
    private readonly List<Sequence> _sequences = [];
    private readonly List<int> _tokens = [];
    private readonly List<int> _targets = [];
    private readonly List<float> _weights = [];

    /// <summary>All tokens.</summary>
    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>What follows each active row.</summary>
    public IReadOnlyList<int> Targets => _targets;

    /// <summary>How much each active row counts.</summary>
    public IReadOnlyList<float> Weights => _weights;

    /// <summary>The sequences.</summary>
    public IReadOnlyList<Sequence> Sequences => _sequences;

    /// <summary>How many tokens there are.</summary>
    public int Rows => _tokens.Count;

    /// <summary>How many rows predict something.</summary>
    public int ActiveRows => _targets.Count;

    /// <summary>Adds a sequence.</summary>
    /// <param name="tokens">Its tokens; the last one is predicted but predicts nothing.</param>
    /// <param name="firstPredicted">The index of the first token that is predicted; the network's last layer is computed from the row before it on.</param>
    /// <param name="weight">How much the prediction of the token at an index counts.</param>
    public void Add(IReadOnlyList<int> tokens, int firstPredicted, Func<int, float> weight)
    {
        var rows = tokens.Count - 1;
        _sequences.Add(new Sequence(_tokens.Count, rows, firstPredicted - 1, _targets.Count));
        for (var i = 0; i < rows; i++)
        {
            _tokens.Add(tokens[i]);
            if (i < firstPredicted - 1)
                continue;
            _targets.Add(tokens[i + 1]);
            _weights.Add(weight(i + 1));
        }
    }

    /// <summary>One sequence of a batch.</summary>
    /// <param name="Start">Its first row in the batch.</param>
    /// <param name="Rows">Its rows.</param>
    /// <param name="FirstActive">Its first row that predicts, counted within the sequence.</param>
    /// <param name="ActiveStart">Where its predicting rows begin among those of the batch.</param>
    internal readonly record struct Sequence(int Start, int Rows, int FirstActive, int ActiveStart)
    {
        public int ActiveRows => Rows - FirstActive;
    }
}
