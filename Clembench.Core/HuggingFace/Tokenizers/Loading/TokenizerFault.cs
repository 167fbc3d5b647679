using System.Text.RegularExpressions;
using Clembench.Common;

namespace Clembench.HuggingFace.Tokenizers.Loading;

/// <summary>The errors of tokenizers: what is wrong, where in which file, and what to do.</summary>
internal static class TokenizerFault
{
    /// <summary>A value of a tokenizer.json has the wrong form.</summary>
    public static ClemException Wrong(string source, string path, string cause, Exception? inner = null) => new(
        "Clem.Tokenizer.InvalidFile", ErrorKind.InvalidData, $"{source}: {path}: {cause}.",
        "Take the model's tokenizer.json as it was published, or mend the value at that place.", source, inner);

    /// <summary>A tokenizer.json asks for something that is not known here.</summary>
    public static ClemException Unknown(string source, string path, string cause) => new(
        "Clem.Tokenizer.Unsupported", ErrorKind.NotAvailable, $"{source}: {path}: {cause}.",
        "Tokens cannot be counted for this model; docs/tokenizers.md lists what is known.", source);

    /// <summary>A bound that keeps a hostile file from taking the machine's memory or time.</summary>
    public static ClemException Limit(string source, string what, Exception? inner = null) => new(
        "Clem.Tokenizer.LimitExceeded", ErrorKind.LimitExceeded, $"{source}: {what}.",
        "Shorten the text, or check where the tokenizer comes from: no published one does this.", source, inner);

    /// <summary>Does what may match patterns of the file; one that takes too long is an error that says so.</summary>
    public static T Bounded<T>(string source, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (RegexMatchTimeoutException e)
        {
            throw Limit(source, "a regular expression of the tokenizer takes too long on this text", e);
        }
    }
}
