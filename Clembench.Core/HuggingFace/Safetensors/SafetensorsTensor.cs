namespace Clembench.HuggingFace.Safetensors;

/// <summary>What a file says about one tensor. Its place has been checked to lie within the file.</summary>
/// <param name="Name">The tensor's name, such as <c>model.norm.weight</c>.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its extents in elements, the slowest-varying first; none for a single number.</param>
/// <param name="Offset">Where its data begin, in bytes from the beginning of the file.</param>
/// <param name="Size">How long its data are, in bytes.</param>
public sealed record SafetensorsTensor(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, long Offset, long Size);
