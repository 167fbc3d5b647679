namespace Clembench.Documents;

/// <summary>A text is not what its format demands. Callers turn it into an error that names the file.</summary>
/// <param name="message">The cause.</param>
/// <param name="offset">Where, in characters from the beginning of the text.</param>
/// <param name="innerException">The parser's own error.</param>
internal sealed class TextSyntaxException(string message, int offset, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Where, in characters from the beginning of the text.</summary>
    public int Offset { get; } = offset;
}
