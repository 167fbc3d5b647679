namespace Clembench.Gguf;

/// <summary>The kinds of metadata values, with the numbers that the format gives them.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1720", Justification = "These are the format's own names.")]
public enum GgufValueType
{
    /// <summary>An unsigned integer of 8 bits.</summary>
    UInt8 = 0,

    /// <summary>A signed integer of 8 bits.</summary>
    Int8 = 1,

    /// <summary>An unsigned integer of 16 bits.</summary>
    UInt16 = 2,

    /// <summary>A signed integer of 16 bits.</summary>
    Int16 = 3,

    /// <summary>An unsigned integer of 32 bits.</summary>
    UInt32 = 4,

    /// <summary>A signed integer of 32 bits.</summary>
    Int32 = 5,

    /// <summary>A floating-point number of 32 bits.</summary>
    Float32 = 6,

    /// <summary>A truth value of one byte, 0 or 1.</summary>
    Bool = 7,

    /// <summary>A text in UTF-8, preceded by its length in bytes.</summary>
    String = 8,

    /// <summary>Values of one kind, preceded by the kind and their number.</summary>
    Array = 9,

    /// <summary>An unsigned integer of 64 bits.</summary>
    UInt64 = 10,

    /// <summary>A signed integer of 64 bits.</summary>
    Int64 = 11,

    /// <summary>A floating-point number of 64 bits.</summary>
    Float64 = 12,
}
