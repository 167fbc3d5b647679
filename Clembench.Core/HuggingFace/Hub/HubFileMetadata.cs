using System.Text.RegularExpressions;

namespace Clembench.HuggingFace.Hub;

/// <summary>What the hub says about a file.</summary>
/// <param name="Commit">The commit's full name.</param>
/// <param name="ETag">The name of the content: its SHA-256 for a large file, else the Git blob's SHA-1.</param>
/// <param name="Size">The size in bytes; null where the hub does not tell it.</param>
internal sealed partial record HubFileMetadata(string Commit, string ETag, long? Size)
{
    /// <summary>The content's SHA-256 in hexadecimal, where the ETag is one.</summary>
    public string? Sha256 => Sha256Form().IsMatch(ETag) ? ETag : null;

    /// <summary>An ETag as the name of a file.</summary>
    /// <param name="header">The header, with quotes and perhaps the mark of a weak one.</param>
    /// <returns>The name; null where there is none, or one that is no plain name.</returns>
    public static string? NormalizeETag(string? header)
    {
        if (header is null)
            return null;
        var etag = (header.StartsWith("W/", StringComparison.Ordinal) ? header[2..] : header).Trim('"');
        return NameForm().IsMatch(etag) && HubFileName.Fault(etag) is null && !etag.EndsWith(".incomplete", StringComparison.Ordinal) ? etag : null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}\z")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Sha256Form();
}
