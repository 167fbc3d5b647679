namespace Clembench.HuggingFace.Tokenizers;

/// <summary>The special tokens that are put around a text on request (<c>post_processor</c> of a tokenizer.json).</summary>
/// <param name="Parts">The ids in order; null stands for those of the text.</param>
internal sealed record TokenTemplate(IReadOnlyList<int?> Parts)
{
    /// <summary>The text alone.</summary>
    public static TokenTemplate Text { get; } = new([null]);

    /// <summary>This template around what another makes of a text.</summary>
    public TokenTemplate Around(TokenTemplate inner) =>
        new([.. Parts.SelectMany(part => part is null ? inner.Parts : [part])]);

    public List<int> Apply(List<int> ids)
    {
        if (Parts is [null])
            return ids;
        var result = new List<int>(ids.Count + Parts.Count);
        foreach (var part in Parts)
        {
            if (part is { } id)
                result.Add(id);
            else
                result.AddRange(ids);
        }
        return result;
    }
}
