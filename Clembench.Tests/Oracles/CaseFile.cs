using Clembench.Json;
using Clembench.Oracles;

namespace Clembench.Tests.Oracles;

/// <summary>
/// Templates of our own, and what jinja2 says to them. Each file of cases has a template a line, where ⏎, ⇥ and ␍ stand
/// for line feed, tab and carriage return, in sections that begin with <c># </c>; beside it are the variables of all its
/// cases, and the answers, which <c>CLEMBENCH_UPDATE_ORACLE=1 dotnet test</c> writes anew where jinja2 is installed.
/// </summary>
internal static class CaseFile
{
    private const string AnswersVersion = "versions";
    private static readonly string Folder = Path.Join(Installed.Folder, "Cases");

    /// <summary>Whether the answers are to be written anew.</summary>
    public static bool Updates => Environment.GetEnvironmentVariable("CLEMBENCH_UPDATE_ORACLE") is "1";

    /// <summary>The cases, by section.</summary>
    public static IReadOnlyList<(string Section, IReadOnlyList<TemplateCase> Cases)> Read(string name)
    {
        var variables = JsonMap.Parse(File.ReadAllText(Path.Join(Folder, "variables.json")));
        var sections = new List<(string, IReadOnlyList<TemplateCase>)>();
        var cases = new List<TemplateCase>();
        foreach (var line in File.ReadLines(Path.Join(Folder, name + ".txt")))
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
                sections.Add((line[2..], cases = []));
            else if (line.Length > 0)
                cases.Add(new TemplateCase(line.Replace('⏎', '\n').Replace('⇥', '\t').Replace('␍', '\r'), variables));
        }

        sections.RemoveAll(section => section.Item2.Count == 0);
        return sections;
    }

    /// <summary>What jinja2 said to the cases, by template, and which jinja2 it was.</summary>
    public static (string Versions, IReadOnlyDictionary<string, Rendering> Answers) ReadAnswers(string name)
    {
        var lines = File.ReadAllLines(AnswersPath(name));
        return (JsonMap.Parse(lines[0]).GetOrDefault<string>(AnswersVersion)!,
            lines.Skip(1).ToDictionary(line => JsonMap.Parse(line).GetOrDefault<string>("template")!, Rendering.Read, StringComparer.Ordinal));
    }

    /// <summary>Writes what jinja2 says.</summary>
    public static void WriteAnswers(string name, string versions, IEnumerable<(TemplateCase Case, Rendering Answer)> answers) =>
        File.WriteAllText(AnswersPath(name), string.Concat(answers
            .DistinctBy(a => a.Case.Template)
            .Select(a => new JsonMap(Members("template", a.Case.Template, a.Answer)))
            .Prepend(new JsonMap([new(AnswersVersion, versions)]))
            .Select(map => OracleJson.Write(map) + "\n")));

    /// <summary>An answer as the members of a JSON object, after one that tells the case.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> Members(string kind, string name, Rendering answer)
    {
        yield return new(kind, name);
        if (answer.Limit is not null)
        {
            yield return new("limit", answer.Limit);
        }
        else if (answer.Error is not null)
        {
            yield return new("error", answer.Error);
            yield return new("message", answer.Message);
            yield return new("line", answer.Line);
        }
        else
        {
            yield return new("text", answer.Text);
            if (answer.Generation.Count > 0)
                yield return new("generation", answer.Generation.Select(span => (object?)new object?[] { span.Start, span.End }).ToArray());
        }
    }

    private static string AnswersPath(string name) => Path.Join(Folder, name + ".expected.jsonl");
}
