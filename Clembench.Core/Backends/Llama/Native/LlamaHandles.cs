using System.Runtime.InteropServices;

namespace Clembench.Backends.Llama.Native;

/// <summary>A loaded model.</summary>
internal sealed class LlamaModelHandle : SafeHandle
{
    /// <summary>Takes over a model.</summary>
    /// <param name="model">What llama.cpp gave for it; 0 where it could not be loaded.</param>
    public LlamaModelHandle(nint model)
        : base(0, ownsHandle: true) => SetHandle(model);

    /// <inheritdoc />
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc />
    protected override bool ReleaseHandle()
    {
        LlamaApi.llama_model_free(handle);
        return true;
    }
}

/// <summary>A context: the cache and the buffers that a model computes in. The model lives at least as long.</summary>
internal sealed class LlamaContextHandle : SafeHandle
{
    private readonly LlamaModelHandle _model;
    private readonly bool _holdsModel;

    /// <summary>Takes over a context.</summary>
    /// <param name="context">What llama.cpp gave for it; 0 where it could not be made.</param>
    /// <param name="model">Its model.</param>
    public LlamaContextHandle(nint context, LlamaModelHandle model)
        : base(0, ownsHandle: true)
    {
        _model = model;
        if (context != 0)
            model.DangerousAddRef(ref _holdsModel);
        SetHandle(context);
    }

    /// <inheritdoc />
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc />
    protected override bool ReleaseHandle()
    {
        LlamaApi.llama_free(handle);
        if (_holdsModel)
            _model.DangerousRelease();
        return true;
    }
}

/// <summary>A batch's arrays, in memory that stays where it is. Each token belongs to one sequence.</summary>
internal sealed unsafe class LlamaBatchHandle : SafeHandle
{
    private readonly int _capacity;
    private LlamaBatch _batch;

    /// <summary>Makes an empty batch.</summary>
    /// <param name="capacity">The most tokens in it.</param>
    public LlamaBatchHandle(int capacity)
        : base(0, ownsHandle: true)
    {
        _capacity = capacity;
        // Pointers first, so that each array is aligned.
        var size = (nuint)capacity * (nuint)(sizeof(int*) + 4 * sizeof(int) + sizeof(sbyte));
        var memory = (byte*)NativeMemory.AllocZeroed(size);
        SetHandle((nint)memory);
        _batch.Sequences = (int**)memory;
        var numbers = (int*)(memory + (nuint)capacity * (nuint)sizeof(int*));
        _batch.Tokens = numbers;
        _batch.Positions = numbers + capacity;
        _batch.SequenceCounts = numbers + 2 * capacity;
        var sequenceIds = numbers + 3 * capacity;
        _batch.Outputs = (sbyte*)(numbers + 4 * capacity);
        for (var i = 0; i < capacity; i++)
        {
            _batch.SequenceCounts[i] = 1;
            _batch.Sequences[i] = sequenceIds + i;
        }
    }

    /// <inheritdoc />
    public override bool IsInvalid => handle == 0;

    /// <summary>The tokens in it.</summary>
    public int Count => _batch.TokenCount;

    /// <summary>How many more there is room for.</summary>
    public int Room => _capacity - _batch.TokenCount;

    /// <summary>What llama.cpp is given. The handle has to outlive the call.</summary>
    public LlamaBatch Value => _batch;

    /// <summary>Takes all tokens out.</summary>
    public void Clear() => _batch.TokenCount = 0;

    /// <summary>Puts a token in.</summary>
    /// <param name="token">The token's number.</param>
    /// <param name="position">Its place in its sequence.</param>
    /// <param name="sequence">The sequence.</param>
    /// <param name="output">Whether what follows it is wanted.</param>
    /// <returns>Its place in the batch.</returns>
    public int Add(int token, int position, int sequence, bool output)
    {
        var index = _batch.TokenCount;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _capacity);
        _batch.Tokens[index] = token;
        _batch.Positions[index] = position;
        *_batch.Sequences[index] = sequence;
        _batch.Outputs[index] = output ? (sbyte)1 : (sbyte)0;
        _batch.TokenCount++;
        return index;
    }

    /// <inheritdoc />
    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
