namespace Clembench.Gguf;

/// <summary>
/// An array in a file's metadata. Its items stay in the file until they are asked for: a vocabulary has hundreds of
/// thousands.
/// </summary>
/// <param name="ElementType">The kind of its items.</param>
/// <param name="Count">How many items there are.</param>
/// <param name="Offset">Where the first item begins, in bytes from the beginning of the file.</param>
public sealed record GgufArray(GgufValueType ElementType, long Count, long Offset);
