using System.Buffers;
using System.Buffers.Binary;
using Clembench.Common;
using Clembench.Gguf;
using Clembench.HuggingFace.Safetensors;

namespace Clembench.HuggingFace.Conversion;

/// <summary>Brings a tensor from a checkpoint into a GGUF file, piece by piece.</summary>
internal static class TensorCopier
{
    private const int Piece = 4 << 20;

    /// <summary>Adds a tensor to a file that will be written.</summary>
    /// <param name="writer">The file.</param>
    /// <param name="planned">The tensor, and what becomes of it.</param>
    public static void Add(GgufFileWriter writer, PlannedTensor planned)
    {
        // llama.cpp computes with vectors of 32 bits only.
        var isVector = planned.Source.Shape.Count == 1;
        writer.AddTensor(
            planned.Name, isVector ? GgufTensorType.F32 : TypeOf(planned.Source.Type), [.. planned.Source.Shape.Reverse()],
            (output, cancellationToken) => CopyAsync(planned, isVector, output, cancellationToken));
    }

    /// <summary>The number that GGUF gives a type.</summary>
    /// <param name="type">F32, F16 or BF16.</param>
    /// <returns>The number.</returns>
    public static uint TypeOf(SafetensorsType type) =>
        type == SafetensorsType.F32 ? GgufTensorType.F32 : type == SafetensorsType.F16 ? GgufTensorType.F16 : GgufTensorType.BF16;

    private static async Task CopyAsync(PlannedTensor planned, bool isVector, Stream output, CancellationToken cancellationToken)
    {
        try
        {
            var stream = new FileStream(
                planned.File.Path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0 });
            await using (stream.ConfigureAwait(false))
            {
                stream.Position = planned.Source.Offset;
                if (isVector)
                    await CopyVectorAsync(planned, stream, output, cancellationToken).ConfigureAwait(false);
                else if (planned.RotaryHeads is { } heads)
                    await CopyHeadsAsync(planned, heads, stream, output, cancellationToken).ConfigureAwait(false);
                else
                    await CopyBytesAsync(planned, stream, output, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (EndOfStreamException e)
        {
            throw SafetensorsFile.Error(planned.File.Path, "it became shorter while it was read", "Truncated", e);
        }
        catch (FileNotFoundException e)
        {
            throw new ClemException(
                "Clem.Safetensors.Unreadable", ErrorKind.NotFound, $"'{planned.File.Path}' is gone.", "Leave the checkpoint where it is until it is converted.",
                planned.File.Path, e);
        }
    }

    private static async Task CopyBytesAsync(PlannedTensor planned, FileStream stream, Stream output, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(Piece, planned.Source.Size));
        try
        {
            for (var left = planned.Source.Size; left > 0;)
            {
                var piece = buffer.AsMemory(0, (int)Math.Min(buffer.Length, left));
                await stream.ReadExactlyAsync(piece, cancellationToken).ConfigureAwait(false);
                await output.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
                left -= piece.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A head's rows at a time: of the pair (i, i + d/2) the rows become neighbours.
    private static async Task CopyHeadsAsync(PlannedTensor planned, long heads, FileStream stream, Stream output, CancellationToken cancellationToken)
    {
        var rows = (int)(planned.Source.Shape[0] / heads);
        var rowSize = planned.Source.Size / planned.Source.Shape[0];
        var size = rowSize * rows;
        if (size > Array.MaxLength)
            throw ConversionError.Unsupported(planned.File.Path, $"one head of the tensor '{planned.Source.Name}' has {size} bytes");
        var buffer = new byte[size];
        for (var head = 0L; head < heads; head++)
        {
            await stream.ReadExactlyAsync(buffer, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < rows; i++)
                await output.WriteAsync(buffer.AsMemory((int)(RotaryRow(i, rows) * rowSize), (int)rowSize), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task CopyVectorAsync(PlannedTensor planned, FileStream stream, Stream output, CancellationToken cancellationToken)
    {
        // A vector is as long as the model is wide, at most.
        var bytes = new byte[planned.Source.Size];
        await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        var values = Decode(bytes, planned.Source.Type);
        var result = new byte[values.Length * sizeof(float)];
        var rows = planned.RotaryHeads is { } heads ? values.Length / (int)heads : 0;
        for (var i = 0; i < values.Length; i++)
        {
            var from = rows == 0 ? i : i / rows * rows + RotaryRow(i % rows, rows);
            BinaryPrimitives.WriteSingleLittleEndian(result.AsSpan(i * sizeof(float)), values[from] + planned.Shift);
        }

        await output.WriteAsync(result, cancellationToken).ConfigureAwait(false);
    }

    private static int RotaryRow(int row, int rows) => row / 2 + row % 2 * (rows / 2);

    private static float[] Decode(ReadOnlySpan<byte> bytes, SafetensorsType type)
    {
        var values = new float[bytes.Length / (type.Bits / 8)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = type == SafetensorsType.F32 ? BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * 4)..])
                : type == SafetensorsType.F16 ? (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(i * 2)..])
                : BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i * 2)..]) << 16);
        }

        return values;
    }
}
