namespace Clembench.HuggingFace.Tokenizers;

/// <summary>A token that is found in a text before anything else is done with it (<c>added_tokens</c> of a tokenizer.json).</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">The text that it stands for.</param>
/// <param name="Special">Whether it steers the model, as the marks of turns do, and is left out of decoded text on request.</param>
/// <param name="Lstrip">Whether it takes the white space before it.</param>
/// <param name="Rstrip">Whether it takes the white space behind it.</param>
/// <param name="SingleWord">Whether it is found only where no word character is beside it.</param>
/// <param name="Normalized">Whether it is looked for in the normalized text instead of the text as it was given.</param>
public sealed record AddedToken(int Id, string Content, bool Special, bool Lstrip, bool Rstrip, bool SingleWord, bool Normalized);
