namespace Clembench.HuggingFace.Tokenizers.Decoders;

/// <summary>A step from tokens back to text. The texts of the tokens after the last step are put together.</summary>
internal interface IDecoder
{
    /// <summary>The tokens' texts after this step.</summary>
    IReadOnlyList<string> Decode(IReadOnlyList<string> tokens);
}
