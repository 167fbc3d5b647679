using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Clembench.TinyModel.Network;

/// <summary>
/// Products of small matrices. Sums run in one fixed order on vectors of one fixed width, so that a training gives the same
/// weights on every processor that has fused multiply-add.
/// </summary>
internal static unsafe class Gemm
{
    /// <summary>C = A·B, or C += A·B. B and C are stored row by row; A's elements lie at any two strides, so that a transposed A is no copy.</summary>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="columns">Columns of B and C.</param>
    /// <param name="depth">Columns of A, rows of B.</param>
    /// <param name="a">A.</param>
    /// <param name="aRow">Elements between two rows of A.</param>
    /// <param name="aColumn">Elements between two columns of A.</param>
    /// <param name="b">B.</param>
    /// <param name="bRow">Elements between two rows of B.</param>
    /// <param name="c">C.</param>
    /// <param name="cRow">Elements between two rows of C.</param>
    /// <param name="add">Whether the product is added to C.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(int rows, int columns, int depth, float* a, int aRow, int aColumn, float* b, int bRow, float* c, int cRow, bool add)
    {
        var column = 0;
        for (; column + 16 <= columns; column += 16)
        {
            var row = 0;
            for (; row + 6 <= rows; row += 6)
                Six(depth, a + (nint)row * aRow, aRow, aColumn, b + column, bRow, c + (nint)row * cRow + column, cRow, add);
            for (; row < rows; row++)
                One(depth, a + (nint)row * aRow, aColumn, b + column, bRow, c + (nint)row * cRow + column, add);
        }

        for (; column < columns; column++)
        {
            for (var row = 0; row < rows; row++)
            {
                var sum = add ? c[(nint)row * cRow + column] : 0f;
                for (var k = 0; k < depth; k++)
                    sum = MathF.FusedMultiplyAdd(a[(nint)row * aRow + (nint)k * aColumn], b[(nint)k * bRow + column], sum);
                c[(nint)row * cRow + column] = sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Six(int depth, float* a, int aRow, int aColumn, float* b, int bRow, float* c, int cRow, bool add)
    {
        Vector256<float> c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        if (add)
        {
            c00 = Vector256.Load(c);
            c01 = Vector256.Load(c + 8);
            c10 = Vector256.Load(c + cRow);
            c11 = Vector256.Load(c + cRow + 8);
            c20 = Vector256.Load(c + 2 * cRow);
            c21 = Vector256.Load(c + 2 * cRow + 8);
            c30 = Vector256.Load(c + 3 * cRow);
            c31 = Vector256.Load(c + 3 * cRow + 8);
            c40 = Vector256.Load(c + 4 * cRow);
            c41 = Vector256.Load(c + 4 * cRow + 8);
            c50 = Vector256.Load(c + 5 * cRow);
            c51 = Vector256.Load(c + 5 * cRow + 8);
        }
        else
        {
            c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = Vector256<float>.Zero;
        }

        var a3 = a + 3 * aRow;
        for (var k = 0; k < depth; k++)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 8);
            var f = Vector256.Create(*a);
            c00 = Vector256.FusedMultiplyAdd(f, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(f, b1, c01);
            f = Vector256.Create(a[aRow]);
            c10 = Vector256.FusedMultiplyAdd(f, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(f, b1, c11);
            f = Vector256.Create(a[2 * aRow]);
            c20 = Vector256.FusedMultiplyAdd(f, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(f, b1, c21);
            f = Vector256.Create(*a3);
            c30 = Vector256.FusedMultiplyAdd(f, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(f, b1, c31);
            f = Vector256.Create(a3[aRow]);
            c40 = Vector256.FusedMultiplyAdd(f, b0, c40);
            c41 = Vector256.FusedMultiplyAdd(f, b1, c41);
            f = Vector256.Create(a3[2 * aRow]);
            c50 = Vector256.FusedMultiplyAdd(f, b0, c50);
            c51 = Vector256.FusedMultiplyAdd(f, b1, c51);
            a += aColumn;
            a3 += aColumn;
            b += bRow;
        }

        c00.Store(c);
        c01.Store(c + 8);
        c10.Store(c + cRow);
        c11.Store(c + cRow + 8);
        c20.Store(c + 2 * cRow);
        c21.Store(c + 2 * cRow + 8);
        c30.Store(c + 3 * cRow);
        c31.Store(c + 3 * cRow + 8);
        c40.Store(c + 4 * cRow);
        c41.Store(c + 4 * cRow + 8);
        c50.Store(c + 5 * cRow);
        c51.Store(c + 5 * cRow + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(int depth, float* a, int aColumn, float* b, int bRow, float* c, bool add)
    {
        var c0 = add ? Vector256.Load(c) : Vector256<float>.Zero;
        var c1 = add ? Vector256.Load(c + 8) : Vector256<float>.Zero;
        for (var k = 0; k < depth; k++)
        {
            var f = Vector256.Create(*a);
            c0 = Vector256.FusedMultiplyAdd(f, Vector256.Load(b), c0);
            c1 = Vector256.FusedMultiplyAdd(f, Vector256.Load(b + 8), c1);
            a += aColumn;
            b += bRow;
        }

        c0.Store(c);
        c1.Store(c + 8);
    }
}
