namespace Clembench.Help;

/// <summary>A page of help that does not have the form of one.</summary>
public sealed class HelpSourceException : Exception
{
    /// <summary>An error at a place of a file.</summary>
    /// <param name="file">The Markdown file.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="message">What is wrong, and what is right.</param>
    public HelpSourceException(string file, int line, string message)
        : base(message)
    {
        File = file;
        Line = line;
    }

    /// <summary>The Markdown file.</summary>
    public string File { get; }

    /// <summary>The line, from 1.</summary>
    public int Line { get; }
}
