namespace Clembench.TinyModel.Network;

/// <summary>
/// A Llama network for training: forward and backward passes written by hand, on one thread. The loss is the weighted mean
/// cross-entropy of the predicted tokens. In the last layer only the rows that predict are computed: the others give it no
/// more than keys and values.
/// </summary>
internal sealed unsafe class LlamaNetwork
{
    private const int QueryBlock = 48;

    private readonly NetworkShape _shape;
    private readonly NetworkWeights _weights;
    private readonly int _capacity;
    private readonly LayerState[] _layers;
    private readonly FloatBuffer _cosines;
    private readonly FloatBuffer _sines;
    private readonly FloatBuffer _last;
    private readonly FloatBuffer _lastInverseRoot;
    private readonly FloatBuffer _lastNormed;
    private readonly FloatBuffer _logits;
    private readonly FloatBuffer _stream;
    private readonly FloatBuffer _streamBefore;
    private readonly FloatBuffer _normedGradient;
    private readonly FloatBuffer _askingGradient;
    private readonly FloatBuffer _queryGradient;
    private readonly FloatBuffer _keyGradient;
    private readonly FloatBuffer _valueGradient;
    private readonly FloatBuffer _mixedGradient;
    private readonly FloatBuffer _hiddenGradient;
    private readonly FloatBuffer _scores;
    private readonly FloatBuffer _turned;

    /// <summary>Makes a network.</summary>
    /// <param name="weights">Its weights.</param>
    /// <param name="capacity">The most tokens of a batch.</param>
    /// <param name="longest">The most tokens of a sequence.</param>
    public LlamaNetwork(NetworkWeights weights, int capacity, int longest)
    {
        _weights = weights;
        _shape = weights.Shape;
        _capacity = capacity;
        var padded = Pad(longest);
        _layers = [.. Enumerable.Range(0, _shape.Layers).Select(_ => new LayerState(_shape, capacity, _shape.Heads * capacity * padded))];
        var half = _shape.HeadWidth / 2;
        _cosines = new(longest * half);
        _sines = new(longest * half);
        for (var position = 0; position < longest; position++)
        {
            for (var i = 0; i < half; i++)
            {
                var angle = position * Math.Pow(_shape.RopeBase, -2.0 * i / _shape.HeadWidth);
                _cosines.Span[position * half + i] = (float)Math.Cos(angle);
                _sines.Span[position * half + i] = (float)Math.Sin(angle);
            }
        }

        _last = new(capacity * _shape.Width);
        _lastInverseRoot = new(capacity);
        _lastNormed = new(capacity * _shape.Width);
        _logits = new(capacity * _shape.Vocabulary);
        _stream = new(capacity * _shape.Width);
        _streamBefore = new(capacity * _shape.Width);
        _normedGradient = new(capacity * _shape.Width);
        _askingGradient = new(capacity * _shape.Width);
        _queryGradient = new(capacity * _shape.QueryWidth);
        _keyGradient = new(capacity * _shape.KeyWidth);
        _valueGradient = new(capacity * _shape.KeyWidth);
        _mixedGradient = new(capacity * _shape.QueryWidth);
        _hiddenGradient = new(capacity * _shape.FeedForward);
        _scores = new(QueryBlock * padded);
        _turned = new(_shape.HeadWidth * padded);
    }

    /// <summary>The logits of the last forward pass: a row of the vocabulary's size for each active row.</summary>
    public ReadOnlySpan<float> Logits => _logits.Span;

    /// <summary>Computes the logits of a batch's active rows.</summary>
    /// <param name="batch">The batch.</param>
    public void Forward(Batch batch)
    {
        if (batch.Rows > _capacity)
            throw new ArgumentException($"The batch has {batch.Rows} tokens, and the network has room for {_capacity}.", nameof(batch));
        var width = _shape.Width;
        var embedding = _weights.Embedding.Value.Span;
        var input = _layers[0].Input.Span;
        for (var row = 0; row < batch.Rows; row++)
            embedding.Slice(batch.Tokens[row] * width, width).CopyTo(input[(row * width)..]);
        for (var index = 0; index < _layers.Length; index++)
        {
            var isLast = index == _layers.Length - 1;
            ForwardLayer(batch, _weights.Layers[index], _layers[index], isLast, isLast ? _last : _layers[index + 1].Input);
        }

        var active = batch.ActiveRows;
        Kernels.Norm(active, width, _shape.NormEpsilon, _last.Address, _weights.Norm.Value.Address, _lastNormed.Address, _lastInverseRoot.Address);
        Linear(active, _lastNormed, _weights.Output, _logits, add: false);
    }

    /// <summary>Computes the loss of the last forward pass, and with it the gradients of all weights.</summary>
    /// <param name="batch">The batch of that pass.</param>
    /// <returns>The loss, in nats for each predicted token of weight 1.</returns>
    public double Backward(Batch batch)
    {
        var width = _shape.Width;
        var active = batch.ActiveRows;
        var loss = LossAndLogitGradients(batch);
        LinearBack(active, _lastNormed, _weights.Output, _logits, _normedGradient, add: false);
        _stream.Clear(active * width);
        Kernels.NormBack(
            active, width, _last.Address, _weights.Norm.Value.Address, _lastInverseRoot.Address, _normedGradient.Address, _stream.Address,
            _weights.Norm.Gradient.Address);
        for (var index = _layers.Length - 1; index >= 0; index--)
            BackwardLayer(batch, _weights.Layers[index], _layers[index], isLast: index == _layers.Length - 1);
        for (var row = 0; row < batch.Rows; row++)
            Kernels.Add(width, _stream.Address + row * width, _weights.Embedding.Gradient.Address + batch.Tokens[row] * width);
        return loss;
    }

    /// <summary>The loss of the last forward pass.</summary>
    /// <param name="batch">The batch of that pass.</param>
    /// <returns>The loss, in nats for each predicted token of weight 1.</returns>
    public double Loss(Batch batch)
    {
        var vocabulary = _shape.Vocabulary;
        var loss = 0.0;
        for (var row = 0; row < batch.ActiveRows; row++)
        {
            var logits = _logits.Span.Slice(row * vocabulary, vocabulary);
            var top = Largest(logits);
            var sum = 0.0;
            foreach (var logit in logits)
                sum += Math.Exp(logit - top);
            loss += batch.Weights[row] * (Math.Log(sum) + top - logits[batch.Targets[row]]);
        }

        return loss / batch.Weights.Sum();
    }

    private double LossAndLogitGradients(Batch batch)
    {
        var vocabulary = _shape.Vocabulary;
        var loss = 0.0;
        var total = batch.Weights.Sum();
        for (var row = 0; row < batch.ActiveRows; row++)
        {
            var logits = _logits.Span.Slice(row * vocabulary, vocabulary);
            var top = Largest(logits);
            var sum = 0.0;
            var target = logits[batch.Targets[row]];
            foreach (ref var logit in logits)
            {
                logit = MathF.Exp(logit - top);
                sum += logit;
            }

            var weight = batch.Weights[row];
            loss += weight * (Math.Log(sum) + top - target);
            var factor = (float)(weight / total / sum);
            foreach (ref var logit in logits)
                logit *= factor;
            logits[batch.Targets[row]] -= weight / total;
        }

        return loss / total;
    }

    private static float Largest(ReadOnlySpan<float> logits)
    {
        var top = float.NegativeInfinity;
        foreach (var logit in logits)
            top = MathF.Max(top, logit);
        return top;
    }

    private void ForwardLayer(Batch batch, LayerWeights weights, LayerState state, bool isLast, FloatBuffer output)
    {
        var width = _shape.Width;
        var rows = batch.Rows;
        var asking = isLast ? batch.ActiveRows : rows;
        Kernels.Norm(rows, width, _shape.NormEpsilon, state.Input.Address, weights.AttentionNorm.Value.Address, state.Normed.Address, state.InverseRoot.Address);
        Linear(rows, state.Normed, weights.Key, state.Key, add: false);
        Linear(rows, state.Normed, weights.Value, state.Value, add: false);
        if (isLast)
        {
            Gather(batch, state.Normed, state.Asking);
            Gather(batch, state.Input, state.Middle);
        }
        else
        {
            state.Input.Span[..(rows * width)].CopyTo(state.Middle.Span);
        }

        Linear(asking, isLast ? state.Asking : state.Normed, weights.Query, state.Query, add: false);
        RotateAll(batch, state.Query, state.Key, isLast, 1f);
        Attend(batch, state, isLast);
        Linear(asking, state.Mixed, weights.AttentionOutput, state.Middle, add: true);
        Kernels.Norm(
            asking, width, _shape.NormEpsilon, state.Middle.Address, weights.FeedForwardNorm.Value.Address, state.MiddleNormed.Address,
            state.MiddleInverseRoot.Address);
        Linear(asking, state.MiddleNormed, weights.Gate, state.Gate, add: false);
        Linear(asking, state.MiddleNormed, weights.Up, state.Up, add: false);
        Kernels.SwiGlu(asking * _shape.FeedForward, state.Gate.Address, state.Up.Address, state.Hidden.Address);
        state.Middle.Span[..(asking * width)].CopyTo(output.Span);
        Linear(asking, state.Hidden, weights.Down, output, add: true);
    }

    // _stream is the gradient of what the layer gave; it becomes that of what entered.
    private void BackwardLayer(Batch batch, LayerWeights weights, LayerState state, bool isLast)
    {
        var width = _shape.Width;
        var rows = batch.Rows;
        var asking = isLast ? batch.ActiveRows : rows;
        LinearBack(asking, state.Hidden, weights.Down, _stream, _hiddenGradient, add: false);
        Kernels.SwiGluBack(asking * _shape.FeedForward, state.Gate.Address, state.Up.Address, _hiddenGradient.Address);
        LinearBack(asking, state.MiddleNormed, weights.Gate, state.Gate, _normedGradient, add: false);
        LinearBack(asking, state.MiddleNormed, weights.Up, state.Up, _normedGradient, add: true);
        Kernels.NormBack(
            asking, width, state.Middle.Address, weights.FeedForwardNorm.Value.Address, state.MiddleInverseRoot.Address, _normedGradient.Address,
            _stream.Address, weights.FeedForwardNorm.Gradient.Address);

        LinearBack(asking, state.Mixed, weights.AttentionOutput, _stream, _mixedGradient, add: false);
        AttendBack(batch, state, isLast);
        RotateAll(batch, _queryGradient, _keyGradient, isLast, -1f);
        LinearBack(rows, state.Normed, weights.Key, _keyGradient, _normedGradient, add: false);
        LinearBack(rows, state.Normed, weights.Value, _valueGradient, _normedGradient, add: true);
        if (isLast)
        {
            LinearBack(asking, state.Asking, weights.Query, _queryGradient, _askingGradient, add: false);
            Scatter(batch, _askingGradient, _normedGradient);
            _streamBefore.Clear(rows * width);
            Scatter(batch, _stream, _streamBefore);
            _streamBefore.Span[..(rows * width)].CopyTo(_stream.Span);
        }
        else
        {
            LinearBack(asking, state.Normed, weights.Query, _queryGradient, _normedGradient, add: true);
        }

        Kernels.NormBack(
            rows, width, state.Input.Address, weights.AttentionNorm.Value.Address, state.InverseRoot.Address, _normedGradient.Address, _stream.Address,
            weights.AttentionNorm.Gradient.Address);
    }

    private void Attend(Batch batch, LayerState state, bool isLast)
    {
        var (headWidth, queryWidth, keyWidth) = (_shape.HeadWidth, _shape.QueryWidth, _shape.KeyWidth);
        var scale = 1f / MathF.Sqrt(headWidth);
        var probabilities = state.Probabilities.Address;
        foreach (var sequence in batch.Sequences)
        {
            var (first, asking, askingStart) = Asking(sequence, isLast);
            var padded = Pad(sequence.Rows);
            for (var head = 0; head < _shape.Heads; head++)
            {
                var keyOffset = head / (_shape.Heads / _shape.KeyHeads) * headWidth;
                var queries = state.Query.Address + (nint)askingStart * queryWidth + head * headWidth;
                var mixed = state.Mixed.Address + (nint)askingStart * queryWidth + head * headWidth;
                Turn(state.Key.Address + (nint)sequence.Start * keyWidth + keyOffset, sequence.Rows, padded);
                for (var block = 0; block < asking; block += QueryBlock)
                {
                    var count = Math.Min(QueryBlock, asking - block);
                    var seen = Pad(first + block + count);
                    var p = probabilities + (nint)block * padded;
                    Gemm.Multiply(count, seen, headWidth, queries + (nint)block * queryWidth, queryWidth, 1, _turned.Address, padded, p, padded, add: false);
                    for (var i = 0; i < count; i++)
                        Kernels.Softmax(p + (nint)i * padded, first + block + i + 1, seen, scale);
                    Gemm.Multiply(
                        count, headWidth, seen, p, padded, 1, state.Value.Address + (nint)sequence.Start * keyWidth + keyOffset, keyWidth,
                        mixed + (nint)block * queryWidth, queryWidth, add: false);
                }

                probabilities += (nint)asking * padded;
            }
        }
    }

    private void AttendBack(Batch batch, LayerState state, bool isLast)
    {
        var (headWidth, queryWidth, keyWidth) = (_shape.HeadWidth, _shape.QueryWidth, _shape.KeyWidth);
        var scale = 1f / MathF.Sqrt(headWidth);
        var probabilities = state.Probabilities.Address;
        _keyGradient.Clear(batch.Rows * keyWidth);
        _valueGradient.Clear(batch.Rows * keyWidth);
        foreach (var sequence in batch.Sequences)
        {
            var (first, asking, askingStart) = Asking(sequence, isLast);
            var padded = Pad(sequence.Rows);
            for (var head = 0; head < _shape.Heads; head++)
            {
                var keyOffset = (nint)sequence.Start * keyWidth + head / (_shape.Heads / _shape.KeyHeads) * headWidth;
                var queryOffset = (nint)askingStart * queryWidth + head * headWidth;
                Turn(state.Value.Address + keyOffset, sequence.Rows, padded);
                for (var block = 0; block < asking; block += QueryBlock)
                {
                    var count = Math.Min(QueryBlock, asking - block);
                    var seen = Pad(first + block + count);
                    var real = Math.Min(seen, sequence.Rows);
                    var p = probabilities + (nint)block * padded;
                    var offset = queryOffset + (nint)block * queryWidth;
                    var mixedGradient = _mixedGradient.Address + offset;
                    Gemm.Multiply(count, seen, headWidth, mixedGradient, queryWidth, 1, _turned.Address, padded, _scores.Address, padded, add: false);
                    Gemm.Multiply(real, headWidth, count, p, 1, padded, mixedGradient, queryWidth, _valueGradient.Address + keyOffset, keyWidth, add: true);
                    for (var i = 0; i < count; i++)
                        Kernels.SoftmaxBack(p + (nint)i * padded, _scores.Address + (nint)i * padded, seen, scale);
                    Gemm.Multiply(
                        count, headWidth, real, _scores.Address, padded, 1, state.Key.Address + keyOffset, keyWidth, _queryGradient.Address + offset, queryWidth,
                        add: false);
                    Gemm.Multiply(
                        real, headWidth, count, _scores.Address, 1, padded, state.Query.Address + offset, queryWidth, _keyGradient.Address + keyOffset, keyWidth,
                        add: true);
                }

                probabilities += (nint)asking * padded;
            }
        }
    }

    private static (int First, int Count, int Start) Asking(Batch.Sequence sequence, bool isLast) =>
        isLast ? (sequence.FirstActive, sequence.ActiveRows, sequence.ActiveStart) : (0, sequence.Rows, sequence.Start);

    // One head's rows as columns, with zeros for the rows that fill up the last group.
    private void Turn(float* rows, int count, int padded)
    {
        var turned = _turned.Address;
        for (var i = 0; i < _shape.HeadWidth; i++, turned += padded)
        {
            for (var row = 0; row < count; row++)
                turned[row] = rows[(nint)row * _shape.KeyWidth + i];
            for (var row = count; row < padded; row++)
                turned[row] = 0f;
        }
    }

    private void RotateAll(Batch batch, FloatBuffer queries, FloatBuffer keys, bool isLast, float sign)
    {
        var half = _shape.HeadWidth / 2;
        foreach (var sequence in batch.Sequences)
        {
            for (var row = 0; row < sequence.Rows; row++)
            {
                Kernels.Rotate(
                    _shape.KeyHeads, _shape.HeadWidth, keys.Address + (nint)(sequence.Start + row) * _shape.KeyWidth, _cosines.Address + row * half,
                    _sines.Address + row * half, sign);
            }

            var (first, count, start) = Asking(sequence, isLast);
            for (var i = 0; i < count; i++)
            {
                Kernels.Rotate(
                    _shape.Heads, _shape.HeadWidth, queries.Address + (nint)(start + i) * _shape.QueryWidth, _cosines.Address + (first + i) * half,
                    _sines.Address + (first + i) * half, sign);
            }
        }
    }

    private void Gather(Batch batch, FloatBuffer all, FloatBuffer active)
    {
        var width = _shape.Width;
        foreach (var sequence in batch.Sequences)
        {
            all.Span.Slice((sequence.Start + sequence.FirstActive) * width, sequence.ActiveRows * width)
                .CopyTo(active.Span[(sequence.ActiveStart * width)..]);
        }
    }

    private void Scatter(Batch batch, FloatBuffer active, FloatBuffer all)
    {
        var width = _shape.Width;
        foreach (var sequence in batch.Sequences)
        {
            Kernels.Add(
                sequence.ActiveRows * width, active.Address + sequence.ActiveStart * width, all.Address + (sequence.Start + sequence.FirstActive) * width);
        }
    }

    private static void Linear(int rows, FloatBuffer input, Parameter weight, FloatBuffer output, bool add) => Gemm.Multiply(
        rows, weight.Columns, weight.Rows, input.Address, weight.Rows, 1, weight.Value.Address, weight.Columns, output.Address, weight.Columns, add);

    // The weight's gradient is added to; the input's is set, or added to.
    private static void LinearBack(int rows, FloatBuffer input, Parameter weight, FloatBuffer outputGradient, FloatBuffer inputGradient, bool add)
    {
        Gemm.Multiply(
            weight.Rows, weight.Columns, rows, input.Address, 1, weight.Rows, outputGradient.Address, weight.Columns, weight.Gradient.Address, weight.Columns,
            add: true);
        Gemm.Multiply(
            rows, weight.Rows, weight.Columns, outputGradient.Address, weight.Columns, 1, weight.Transposed.Address, weight.Rows, inputGradient.Address,
            weight.Rows, add);
    }

    private static int Pad(int count) => (count + 15) / 16 * 16;
}
