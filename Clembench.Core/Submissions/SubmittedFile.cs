using System.Net;
using System.Text;
using System.Text.Json;
using Clembench.Backends;
using Clembench.Json;

namespace Clembench.Submissions;

/// <summary>
/// Makes a file of a record fit to be shared. In a record's head, where the entries of the models stand, paths are cut down to their
/// last name: they say where files lay on the machine that played. Nothing else is changed, byte for byte; secrets and paths
/// that are found there are problems.
/// </summary>
/// <param name="secrets">Finds secrets.</param>
/// <param name="paths">Finds paths.</param>
internal sealed class SubmittedFile(SecretFinder secrets, AbsolutePathFinder paths)
{
    private const string PlayerModels = "player_models";
    private static readonly string[] PathMembers = ["lookup_source", "game_path"];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, as an absolute path.</param>
    /// <param name="content">Its content.</param>
    /// <param name="report">Is given the problems.</param>
    /// <returns>The content to share.</returns>
    public ReadOnlyMemory<byte> Clean(string path, byte[] content, Action<SubmissionProblem> report)
    {
        if (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            ScanText(path, Encoding.UTF8.GetString(content), report);
            return content;
        }

        try
        {
            return CleanJson(path, content, report);
        }
        catch (JsonException error)
        {
            report(new SubmissionProblem(SubmissionProblemKind.Broken, path, (int)(error.LineNumber ?? 0) + 1, "It is not valid JSON."));
            return content;
        }
    }

    private ReadOnlyMemory<byte> CleanJson(string path, byte[] content, Action<SubmissionProblem> report)
    {
        var start = content.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        // A copy whose bare NaN, which strict readers do not know, is a number of the same length: places stay the same.
        var strict = content[start..];
        _ = PythonNumbers.Overwrite(strict);
        var reader = new Utf8JsonReader(strict, new JsonReaderOptions { MaxDepth = 512 });
        var edits = new List<(int Start, int Length, byte[] Text)>();
        var member = "";
        var modelsDepth = -1;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                member = JsonData.ToText(ref reader);
                if (member == PlayerModels && modelsDepth < 0)
                    modelsDepth = reader.CurrentDepth;
                Scan(path, strict, (int)reader.TokenStartIndex, member, report);
            }
            else if (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == modelsDepth)
            {
                modelsDepth = -1;
            }
            else if (reader.TokenType == JsonTokenType.String)
            {
                var text = JsonData.ToText(ref reader);
                var place = (int)reader.TokenStartIndex;
                if ((modelsDepth >= 0 || PathMembers.Contains(member)) && AbsolutePathFinder.LastName(text) is { } name)
                {
                    edits.Add((start + place, (int)(reader.BytesConsumed - reader.TokenStartIndex), JsonData.ToUtf8(name)));
                    text = name;
                }

                if (modelsDepth >= 0 && text.Length > 0 && Secrets.IsSecretName(member))
                    report(new SubmissionProblem(SubmissionProblemKind.Secret, path, LineOf(strict, place), $"The entry of a model has a '{member}'."));
                Scan(path, strict, place, text, report);
            }
        }

        return edits.Count == 0 ? content : Edit(content, edits);
    }

    private void Scan(string path, ReadOnlySpan<byte> content, int place, string text, Action<SubmissionProblem> report)
    {
        foreach (var found in secrets.Find(text))
            report(new SubmissionProblem(SubmissionProblemKind.Secret, path, LineOf(content, place), $"The record {found}."));
        if (paths.Find(text) is { } named)
            report(new SubmissionProblem(SubmissionProblemKind.AbsolutePath, path, LineOf(content, place), $"The record has the path '{secrets.Mask(named)}'."));
    }

    // Transcripts: the pages have markup's own spelling of quotes and brackets, which a key may hold.
    private void ScanText(string path, string text, Action<SubmissionProblem> report)
    {
        var line = 0;
        foreach (var one in text.Split('\n'))
        {
            line++;
            var shown = path.EndsWith(".html", StringComparison.OrdinalIgnoreCase) ? WebUtility.HtmlDecode(one) : one;
            foreach (var found in secrets.Find(shown))
                report(new SubmissionProblem(SubmissionProblemKind.Secret, path, line, $"The transcript {found}."));
            if (paths.Find(shown) is { } named)
                report(new SubmissionProblem(SubmissionProblemKind.AbsolutePath, path, line, $"The transcript has the path '{secrets.Mask(named)}'."));
        }
    }

    private static int LineOf(ReadOnlySpan<byte> content, int place) => content[..place].Count((byte)'\n') + 1;

    private static ReadOnlyMemory<byte> Edit(byte[] content, List<(int Start, int Length, byte[] Text)> edits)
    {
        using var edited = new MemoryStream(content.Length);
        var at = 0;
        foreach (var (start, length, text) in edits)
        {
            edited.Write(content.AsSpan(at, start - at));
            edited.Write(text);
            at = start + length;
        }

        edited.Write(content.AsSpan(at));
        return edited.ToArray();
    }
}
