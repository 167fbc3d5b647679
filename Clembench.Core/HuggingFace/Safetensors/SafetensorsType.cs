namespace Clembench.HuggingFace.Safetensors;

/// <summary>The element types of safetensors files, by the format's own names.</summary>
/// <param name="Name">The name in a file's header.</param>
/// <param name="Bits">The bits of one element.</param>
public sealed record SafetensorsType(string Name, int Bits)
{
    /// <summary>Floating point of 32 bits.</summary>
    public static SafetensorsType F32 { get; } = new("F32", 32);

    /// <summary>Floating point of 16 bits (IEEE 754).</summary>
    public static SafetensorsType F16 { get; } = new("F16", 16);

    /// <summary>Floating point of 16 bits with the exponent of 32.</summary>
    public static SafetensorsType BF16 { get; } = new("BF16", 16);

    // The table of the reference implementation, safetensors 0.7: https://github.com/huggingface/safetensors
    private static readonly Dictionary<string, SafetensorsType> Known = new SafetensorsType[]
    {
        F32, F16, BF16, new("F64", 64), new("C64", 64), new("I64", 64), new("U64", 64), new("I32", 32), new("U32", 32), new("I16", 16), new("U16", 16),
        new("I8", 8), new("U8", 8), new("BOOL", 8), new("F8_E4M3", 8), new("F8_E5M2", 8), new("F8_E8M0", 8), new("F6_E2M3", 6), new("F6_E3M2", 6), new("F4", 4),
    }.ToDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>The type of a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The type; null where the format has none of that name.</returns>
    public static SafetensorsType? Find(string name) => Known.GetValueOrDefault(name);

    /// <inheritdoc />
    public override string ToString() => Name;
}
