namespace Clembench.Templates;

/// <summary>A piece of a text.</summary>
/// <param name="Start">Where it begins, in UTF-16 code units from the text's beginning.</param>
/// <param name="Length">How long it is, in UTF-16 code units.</param>
public readonly record struct TextSpan(int Start, int Length)
{
    /// <summary>Where it ends: the place of the first code unit behind it.</summary>
    public int End => Start + Length;
}
