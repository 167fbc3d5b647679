namespace Clembench.Gguf;

/// <summary>What a file says about one tensor. Its place has been checked to lie within the file.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Dimensions">Its extents in elements, the fastest-varying first; one to four.</param>
/// <param name="TypeId">The number of its element type.</param>
/// <param name="TypeName">The name of its element type, such as <c>Q4_K</c>; null where the type is not known here.</param>
/// <param name="Offset">Where its data begin, in bytes from the beginning of the file.</param>
/// <param name="Size">How long its data are, in bytes; null where the type is not known here.</param>
public sealed record GgufTensor(string Name, IReadOnlyList<long> Dimensions, uint TypeId, string? TypeName, long Offset, long? Size);
