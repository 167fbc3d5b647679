namespace Clembench.TinyModel.Network;

/// <summary>Floats that do not move in memory, so that kernels can go over them by address.</summary>
/// <param name="length">How many.</param>
internal sealed unsafe class FloatBuffer(int length)
{
    private readonly float[] _values = GC.AllocateArray<float>(length, pinned: true);

    /// <summary>How many there are.</summary>
    public int Length => _values.Length;

    /// <summary>The first one's address; good as long as the buffer is referenced.</summary>
    public float* Address => (float*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_values, 0);

    /// <summary>All of them.</summary>
    public Span<float> Span => _values;

    /// <summary>Makes the first ones zero.</summary>
    /// <param name="count">How many.</param>
    public void Clear(int count) => _values.AsSpan(0, count).Clear();
}
