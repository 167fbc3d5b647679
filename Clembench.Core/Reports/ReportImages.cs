using Clembench.Transcripts;

namespace Clembench.Reports;

/// <summary>The images of a report: each once, as an element of the page, however many messages show it.</summary>
/// <param name="output">Where the elements go.</param>
internal sealed class ReportImages(Stream output)
{
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Whether there is any.</summary>
    public bool Any => _written.Count > 0;

    /// <summary>How many different images the page has no room for.</summary>
    public int LeftOut => _leftOut.Count;

    private readonly HashSet<string> _leftOut = new(StringComparer.Ordinal);

    /// <summary>Takes the images of an episode.</summary>
    /// <param name="images">Images that are shown.</param>
    public void Add(IEnumerable<TranscriptImage> images)
    {
        foreach (var image in images)
        {
            if (_written.Contains(image.Id!) || GameImages.Read(image) is not { } content)
                continue;
            if (_bytes + content.Length > GameImages.LargestPage)
            {
                _leftOut.Add(image.Id!);
                continue;
            }

            _bytes += content.Length;
            _written.Add(image.Id!);
            TranscriptChunks.WriteBase64(output, $"image-{image.Id}", content);
        }
    }
}
