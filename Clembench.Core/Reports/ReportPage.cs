using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Clembench.Transcripts;

namespace Clembench.Reports;

/// <summary>
/// The page around the data: its markup, style and program, from the files in <c>Page/</c>. A content security policy
/// names the program and the style by their hashes: nothing else runs, and nothing is loaded.
/// </summary>
internal static class ReportPage
{
    // The order matters to nobody but the reader: functions are found wherever they stand, and start.js comes last.
    private static readonly string[] Scripts =
        ["dom", "format", "data", "route", "charts", "leaderboard", "heatmap", "failures", "resources", "overview", "episodes", "transcript", "compare", "start"];

    private static readonly string[] Styles = ["base", "charts", "transcript", "print"];

    private static readonly Lazy<string> Script = new(() =>
        $"(() => {{\n'use strict';\n{string.Concat(Scripts.Select(name => Read($"scripts/{name}.js") + "\n"))}}})();\n".Replace("{{hidden}}", VisibleText.ScriptClass, StringComparison.Ordinal));
    private static readonly Lazy<string> Style = new(() => string.Concat(Styles.Select(name => Read($"styles/{name}.css") + "\n")));

    /// <summary>The policy of a page.</summary>
    /// <param name="live">Whether the page asks the server that it came from for data.</param>
    /// <param name="images">Whether it shows images, which it has within itself.</param>
    /// <returns>The policy's text.</returns>
    public static string Policy(bool live, bool images) =>
        $"default-src 'none'; script-src '{Hash(Script.Value)}'; style-src '{Hash(Style.Value)}'; {(live ? "connect-src 'self'; " : "")}{(images ? "img-src data:; " : "")}"
        + "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>Writes the page up to where chunks of dialogues follow.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="overview">The overview as JSON; empty for a page that asks its server for it.</param>
    /// <param name="images">Whether the page shows images.</param>
    public static void WriteHead(Stream output, ReadOnlySpan<byte> overview, bool images)
    {
        var live = overview.IsEmpty;
        var parts = Read("page.html")
            .Replace("{{policy}}", Policy(live, images), StringComparison.Ordinal)
            .Replace("{{style}}", Style.Value, StringComparison.Ordinal)
            .Split("{{program}}");
        output.Write(Encoding.UTF8.GetBytes(parts[0]));
        if (!live)
            TranscriptChunks.WriteElement(output, "overview-data", overview);
        output.Write("<script>"u8);
        output.Write(Encoding.UTF8.GetBytes(Script.Value));
        output.Write("</script>\n"u8);
    }

    /// <summary>Writes the page's end.</summary>
    /// <param name="output">Where it goes.</param>
    public static void WriteEnd(Stream output) => output.Write("</body>\n</html>\n"u8);

    private static string Hash(string content) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}";

    // Browsers take a carriage return for a line feed before they hash.
    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"report/{name}")
            ?? throw new InvalidOperationException($"The assembly has no resource 'report/{name}'.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal);
    }
}
