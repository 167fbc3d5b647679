using Clembench.Oracles;

namespace Clembench.Tests.Oracles;

/// <summary>
/// The template language, case by case: every filter, test, method, operator and tag, the text of values, errors with class,
/// message and line, scopes, white space. The answers are jinja2's, so that a machine without it checks the same ground.
/// </summary>
public class LanguageTests
{
    public static IEnumerable<object[]> Sections { get; } =
    [
        .. from file in new[] { "language", "found" }
           from section in CaseFile.Read(file)
           select new object[] { file, section.Section },
    ];

    [Theory]
    [MemberData(nameof(Sections))]
    public void Says_what_jinja2_says(string file, string section)
    {
        var (_, answers) = CaseFile.ReadAnswers(file);
        var differences = new List<string>();
        foreach (var subject in CaseFile.Read(file).Single(s => s.Section == section).Cases)
        {
            var theirs = answers[subject.Template];
            var ours = Engine.Render(subject);
            if (Difference.OfAll(ours, theirs) is { } kind && KnownDifferences.Reason(kind, subject.Template) is null)
                differences.Add($"{kind}: {OracleJson.Write(subject.Template)}\n   ours:   {ours}\n   jinja2: {theirs}");
        }

        differences.ShouldBeEmpty();
    }

    [SkippableTheory]
    [InlineData("language")]
    [InlineData("found")]
    public async Task The_answers_are_jinja2s(string file)
    {
        var python = Installed.Python;
        var cases = CaseFile.Read(file).SelectMany(section => section.Cases).ToList();
        var live = await python.RenderAsync(cases);
        var versions = (await python.AskAsync(new([new("versions", true)]))).GetOrDefault<string>("versions")!;
        if (CaseFile.Updates)
            CaseFile.WriteAnswers(file, versions, cases.Zip(live));

        var (recorded, answers) = CaseFile.ReadAnswers(file);
        // Other versions have other words for the same errors, and some of what differs on purpose is as ours in later ones.
        cases.Zip(live)
            .Where(c => recorded == versions || !KnownDifferences.Templates.Contains(c.First.Template))
            .Where(c => recorded == versions ? Difference.OfText(c.Second, answers[c.First.Template]) : Difference.OfOutcome(answers[c.First.Template], c.Second) is not null)
            .Select(c => $"{OracleJson.Write(c.First.Template)}\n   recorded: {answers[c.First.Template]}\n   live:     {c.Second}")
            .ShouldBeEmpty();
    }
}
