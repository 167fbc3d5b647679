using Clembench.Common;

namespace Clembench.Templates.Checks;

/// <summary>What became of a conversation: its text, or the error.</summary>
/// <param name="Text">The text; empty where rendering failed.</param>
/// <param name="InputSpans">The pieces of the text that came from messages.</param>
/// <param name="Error">The error; null where there is none.</param>
internal sealed record Rendering(string Text, IReadOnlyList<TextSpan> InputSpans, ClemException? Error)
{
    /// <summary>Whether rendering failed.</summary>
    public bool Failed => Error is not null;

    /// <summary>The text for a check's record; null where rendering failed.</summary>
    public string? Shown => Failed ? null : Text;

    /// <summary>Whether a piece of the text came from messages as a whole.</summary>
    /// <param name="start">Where the piece begins.</param>
    /// <param name="length">How long it is.</param>
    /// <returns>Whether one span covers it.</returns>
    public bool IsInput(int start, int length) => InputSpans.Any(span => span.Start <= start && start + length <= span.End);
}
