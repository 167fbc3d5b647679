using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Clembench.Tests.Support;
using Clembench.Transcripts;

namespace Clembench.Tests.Transcripts;

public partial class LatexTranscriptTests
{
    private static readonly string[] Commands =
    [
        "begin", "end", "section", "subsection", "textbf", "setlength", "itemsep", "item", "footnotesize", "color", "par", "strut",
        "clemmaster", "clemplayerleft", "clemplayerright", "clemend", "clemsymbol", "clemcjk", "clemarabic", "clemhebrew", "clemR", "clemL", "cb", "cs",
        "textbackslash", "textasciicircum", "textasciitilde", "textless", "textgreater", "textbar", "textquotedbl", "textquotesingle", "textasciigrave",
    ];

    [Fact]
    public async Task Nothing_of_a_hostile_episode_is_a_command()
    {
        using var hostile = new HostileEpisode();
        var text = await ExportAsync(hostile);
        var body = text[text.IndexOf("\\begin{document}", StringComparison.Ordinal)..];

        Command().Matches(body).Select(match => match.Groups[1].Value).Distinct().Except(Commands).ShouldBeEmpty();
        Command().Matches(body).Count(match => match.Value == "\\begin").ShouldBe(Command().Matches(body).Count(match => match.Value == "\\end"));
        Regex.Count(body, @"\\end\{document\}").ShouldBe(1);
        // What is left without commands and escaped signs has none that TeX obeys; a percent sign only ends a line of the source.
        var plain = Command().Replace(Escaped().Replace(body, ""), "");
        plain.Replace("%\n", "").ShouldNotMatch("[$&#^_~%\\\\\"`'|<>]");
        plain.ShouldNotMatch("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\ue000-\\uf8ff]");
        var depth = 0;
        foreach (var c in plain)
        {
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            depth.ShouldBeGreaterThanOrEqualTo(0);
        }

        depth.ShouldBe(0);
        body.Split('\n').Max(line => line.Length).ShouldBeLessThan(2000);
    }

    [Theory]
    [InlineData("ا", ".")]
    [InlineData("ש", "{")]
    [InlineData("", "\u202e")]
    [InlineData("", "a ")]
    public void No_line_of_the_source_is_long(string start, string repeated)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        LatexText.Write(output, start + string.Concat(Enumerable.Repeat(repeated, 300_000)));
        LatexText.WriteLine(output, start + string.Concat(Enumerable.Repeat(repeated, 300_000)));
        output.ToString().Split('\n').Max(line => line.Length).ShouldBeLessThan(2000);
    }

    [Fact]
    public void A_space_where_a_line_of_the_source_ends_is_kept()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        LatexText.Write(output, string.Concat(Enumerable.Repeat("abcd efghi ", 1000)));
        // TeX skips spaces at the beginning of a line.
        output.ToString().ShouldNotContain("%\n ");
        output.ToString().ShouldContain("%\n");
    }

    [Fact]
    public async Task The_replacement_character_is_named_because_LuaTeX_stops_at_it()
    {
        using var hostile = new HostileEpisode();
        var transcript = await TranscriptReader.ReadAsync(await hostile.ReadAsync(), default);
        var round = transcript.Rounds[0];
        var entry = round.Entries[0] with { Text = "a\ufffdb" };
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        new LatexTranscriptWriter().Write(transcript with { Rounds = [round with { Entries = [entry] }] }, output, default);
        output.ToString().ShouldContain("a\\clemsymbol{U+FFFD}b");
        output.ToString().ShouldNotContain("\ufffd");
    }

    [SkippableTheory]
    [InlineData("lualatex")]
    [InlineData("xelatex")]
    [InlineData("pdflatex")]
    public async Task It_compiles(string program)
    {
        Skip.If((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).All(folder => !File.Exists(Path.Join(folder, program))), $"{program} is not installed.");
        Skip.IfNot(Thorough.IsOn, "Typesetting takes long: it is done with CLEMBENCH_THOROUGH=1.");
        using var hostile = new HostileEpisode();
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("transcript.tex"), await ExportAsync(hostile));
        using var process = Process.Start(new ProcessStartInfo(program, ["-no-shell-escape", "-halt-on-error", "-interaction=nonstopmode", "transcript.tex"])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, output[^Math.Min(output.Length, 3000)..]);
        new FileInfo(folder.File("transcript.pdf")).Length.ShouldBeGreaterThan(1000);
        File.Exists(folder.File("hit")).ShouldBeFalse();
    }

    private static async Task<string> ExportAsync(HostileEpisode hostile)
    {
        var transcript = await TranscriptReader.ReadAsync(await hostile.ReadAsync(), default);
        var file = await new TranscriptExporter(hostile.Out).WriteAsync(transcript, TranscriptFormat.Latex, default);
        return await File.ReadAllTextAsync(file.FullName);
    }

    [GeneratedRegex(@"\\([A-Za-z]+)")]
    private static partial Regex Command();

    [GeneratedRegex(@"\\[{}$&#%_]")]
    private static partial Regex Escaped();
}
