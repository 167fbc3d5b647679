using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Clembench.TinyModel.Export;

/// <summary>Writes small safetensors files: all in memory. Format: https://huggingface.co/docs/safetensors/index#format</summary>
internal sealed class SafetensorsWriter
{
    private readonly List<(string Name, string Type, int[] Shape, byte[] Data)> _tensors = [];

    public void AddF32(string name, int[] shape, ReadOnlySpan<float> values) =>
        _tensors.Add((name, "F32", shape, MemoryMarshal.AsBytes(values).ToArray()));

    public void Add(string name, string type, int[] shape, byte[] data) => _tensors.Add((name, type, shape, data));

    public byte[] ToBytes()
    {
        var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            var offset = 0L;
            foreach (var (name, type, shape, data) in _tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", type);
                json.WriteStartArray("shape");
                foreach (var extent in shape)
                    json.WriteNumberValue(extent);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += data.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces bring the data to a multiple of 8, as the reference implementation does.
        var length = (header.Length + 7) / 8 * 8;
        var bytes = new byte[sizeof(ulong) + length + _tensors.Sum(tensor => (long)tensor.Data.Length)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)length);
        bytes.AsSpan(sizeof(ulong), (int)length).Fill((byte)' ');
        header.ToArray().CopyTo(bytes, sizeof(ulong));
        var at = sizeof(ulong) + (int)length;
        foreach (var (_, _, _, data) in _tensors)
        {
            data.CopyTo(bytes, at);
            at += data.Length;
        }

        return bytes;
    }
}
