namespace Clembench.Transcripts;

/// <summary>Parts of documents that come with the assembly.</summary>
internal static class TranscriptResource
{
    /// <summary>The text of a part, with line feeds.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The text.</returns>
    public static string Read(string name)
    {
        using var reader = new StreamReader(typeof(TranscriptResource).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
