using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Clembench.TinyModel.Network;

/// <summary>The network's steps that are no matrix products, forwards and backwards. Widths are multiples of 16.</summary>
internal static unsafe class Kernels
{
    /// <summary>Each row over its root mean square, times the gain.</summary>
    public static void Norm(int rows, int width, float epsilon, float* input, float* gain, float* output, float* inverseRoot)
    {
        for (var row = 0; row < rows; row++, input += width, output += width)
        {
            var sum = Vector256<float>.Zero;
            for (var i = 0; i < width; i += 8)
            {
                var x = Vector256.Load(input + i);
                sum = Vector256.FusedMultiplyAdd(x, x, sum);
            }

            var inverse = 1f / MathF.Sqrt(Vector256.Sum(sum) / width + epsilon);
            inverseRoot[row] = inverse;
            for (var i = 0; i < width; i += 8)
                (Vector256.Load(input + i) * inverse * Vector256.Load(gain + i)).Store(output + i);
        }
    }

    /// <summary>The way back through <see cref="Norm"/>; both gradients are added to.</summary>
    public static void NormBack(
        int rows, int width, float* input, float* gain, float* inverseRoot, float* outputGradient, float* inputGradient, float* gainGradient)
    {
        for (var row = 0; row < rows; row++, input += width, outputGradient += width, inputGradient += width)
        {
            var inverse = inverseRoot[row];
            var sum = Vector256<float>.Zero;
            for (var i = 0; i < width; i += 8)
            {
                var x = Vector256.Load(input + i);
                var d = Vector256.Load(outputGradient + i);
                sum += x * d * Vector256.Load(gain + i);
                (Vector256.Load(gainGradient + i) + x * d * inverse).Store(gainGradient + i);
            }

            var shared = Vector256.Sum(sum) * inverse * inverse * inverse / width;
            for (var i = 0; i < width; i += 8)
            {
                var d = Vector256.Load(outputGradient + i) * Vector256.Load(gain + i) * inverse - Vector256.Load(input + i) * shared;
                (Vector256.Load(inputGradient + i) + d).Store(inputGradient + i);
            }
        }
    }

    /// <summary>Turns each head's pairs (i, i + half) by the position's angles; with a negative sign, back.</summary>
    public static void Rotate(int heads, int headWidth, float* row, float* cosines, float* sines, float sign)
    {
        var half = headWidth / 2;
        for (var head = 0; head < heads; head++, row += headWidth)
        {
            for (var i = 0; i < half; i += 8)
            {
                var cosine = Vector256.Load(cosines + i);
                var sine = Vector256.Load(sines + i) * sign;
                var first = Vector256.Load(row + i);
                var second = Vector256.Load(row + half + i);
                (first * cosine - second * sine).Store(row + i);
                (second * cosine + first * sine).Store(row + half + i);
            }
        }
    }

    /// <summary>A row's softmax over its first elements, the rest zero.</summary>
    public static void Softmax(float* row, int seen, int padded, float scale)
    {
        for (var i = seen; i < padded; i++)
            row[i] = float.NegativeInfinity;
        var largest = Vector256.Create(float.NegativeInfinity);
        for (var i = 0; i < padded; i += 8)
            largest = Vector256.Max(largest, Vector256.Load(row + i));
        var top = float.NegativeInfinity;
        for (var i = 0; i < 8; i++)
            top = MathF.Max(top, largest[i]);
        var sum = Vector256<float>.Zero;
        for (var i = 0; i < padded; i += 8)
        {
            var e = Exp((Vector256.Load(row + i) - Vector256.Create(top)) * scale);
            sum += e;
            e.Store(row + i);
        }

        var inverse = 1f / Vector256.Sum(sum);
        for (var i = 0; i < padded; i += 8)
            (Vector256.Load(row + i) * inverse).Store(row + i);
    }

    /// <summary>The way back through a softmax with its scale: the gradient of the scores, in place of that of the probabilities.</summary>
    public static void SoftmaxBack(float* probabilities, float* gradient, int padded, float scale)
    {
        var sum = Vector256<float>.Zero;
        for (var i = 0; i < padded; i += 8)
            sum = Vector256.FusedMultiplyAdd(Vector256.Load(probabilities + i), Vector256.Load(gradient + i), sum);
        var mean = Vector256.Create(Vector256.Sum(sum));
        for (var i = 0; i < padded; i += 8)
            (Vector256.Load(probabilities + i) * (Vector256.Load(gradient + i) - mean) * scale).Store(gradient + i);
    }

    /// <summary>SwiGLU: silu(gate)·up.</summary>
    public static void SwiGlu(int count, float* gate, float* up, float* hidden)
    {
        for (var i = 0; i < count; i += 8)
        {
            var g = Vector256.Load(gate + i);
            (g / (Vector256<float>.One + Exp(-g)) * Vector256.Load(up + i)).Store(hidden + i);
        }
    }

    /// <summary>The way back through <see cref="SwiGlu"/>: the gradients take the place of gate and up.</summary>
    public static void SwiGluBack(int count, float* gate, float* up, float* hiddenGradient)
    {
        for (var i = 0; i < count; i += 8)
        {
            var g = Vector256.Load(gate + i);
            var u = Vector256.Load(up + i);
            var d = Vector256.Load(hiddenGradient + i);
            var sigmoid = Vector256<float>.One / (Vector256<float>.One + Exp(-g));
            (d * g * sigmoid).Store(up + i);
            (d * u * sigmoid * (Vector256<float>.One + g * (Vector256<float>.One - sigmoid))).Store(gate + i);
        }
    }

    /// <summary>to += from.</summary>
    public static void Add(int count, float* from, float* to)
    {
        for (var i = 0; i < count; i += 8)
            (Vector256.Load(to + i) + Vector256.Load(from + i)).Store(to + i);
    }

    // Far below zero it is zero: the library's function need not be asked about minus infinity.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Exp(Vector256<float> x) => Vector256.Exp(Vector256.Max(x, Vector256.Create(-80f)));
}
