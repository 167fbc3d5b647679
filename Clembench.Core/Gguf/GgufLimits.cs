namespace Clembench.Gguf;

/// <summary>
/// What a file may have at most. Files are untrusted: each number in one is believed only within these limits and within
/// the file's own length. Real files stay far below them.
/// </summary>
internal static class GgufLimits
{
    /// <summary>Metadata entries.</summary>
    public const int Entries = 65_536;

    /// <summary>Bytes of a key: the format's own limit.</summary>
    public const int KeyLength = 65_535;

    /// <summary>Bytes of one text.</summary>
    public const int TextLength = 16 << 20;

    /// <summary>Bytes of all texts that are kept.</summary>
    public const int KeptText = 64 << 20;

    /// <summary>Texts in an array, and items of an array that is read.</summary>
    public const int Items = 1 << 24;

    /// <summary>Levels of arrays in arrays.</summary>
    public const int Nesting = 4;

    /// <summary>Tensors.</summary>
    public const int Tensors = 1 << 20;

    /// <summary>Bytes of a tensor's name: the format's own limit.</summary>
    public const int NameLength = 64;

    /// <summary>Dimensions of a tensor: the format's own limit.</summary>
    public const int Dimensions = 4;

    /// <summary>Bytes that tensors are aligned to.</summary>
    public const int Alignment = 1 << 16;
}
