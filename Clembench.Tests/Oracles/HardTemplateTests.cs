using Clembench.Json;
using Clembench.Oracles;

namespace Clembench.Tests.Oracles;

/// <summary>
/// Templates of our own, one for each thing that template engines are known to fail at, over a few conversations. The
/// answers are jinja2's (see <see cref="CaseFile"/>).
/// </summary>
public class HardTemplateTests
{
    private static readonly string Folder = Path.Join(Installed.Folder, "Cases", "hard");
    private static readonly string[] Chosen = File.ReadAllLines(Path.Join(Installed.Folder, "Cases", "hard.conversations.txt"));

    private static readonly string[] All =
        [.. Directory.GetFiles(Folder, "*.jinja").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Names { get; } = [.. All];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_template_that(string name)
    {
        var answers = ReadAnswers(name);
        Cases(name)
            .Select(c => (c.Conversation, Ours: Engine.Render(c.Case), Theirs: answers[c.Conversation]))
            .Where(c => Difference.OfAll(c.Ours, c.Theirs) is not null)
            .Select(c => $"{c.Conversation}: {Difference.OfAll(c.Ours, c.Theirs)}\n   ours:   {c.Ours}\n   jinja2: {c.Theirs}")
            .ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task The_answers_are_jinja2s()
    {
        var python = Installed.Python;
        foreach (var name in All)
        {
            var cases = Cases(name).ToList();
            var live = await python.RenderAsync([.. cases.Select(c => c.Case)]);
            if (CaseFile.Updates)
                await File.WriteAllTextAsync(AnswersPath(name), string.Concat(cases.Zip(live, (c, answer) => OracleJson.Write(new JsonMap(CaseFile.Members("conversation", c.Conversation, answer))) + "\n")));
            var answers = ReadAnswers(name);
            cases.Zip(live).Where(c => Difference.OfOutcome(answers[c.First.Conversation], c.Second) is not null).Select(c => (name, c.First.Conversation)).ShouldBeEmpty();
        }
    }

    private static IEnumerable<(string Conversation, TemplateCase Case)> Cases(string name)
    {
        var template = File.ReadAllText(Path.Join(Folder, name + ".jinja"));
        var tokens = new KeyValuePair<string, object?>[] { new("bos_token", "<s>"), new("eos_token", "</s>") };
        return from conversation in Conversations.All
               where Chosen.Contains(conversation.Name)
               select (conversation.Name, new TemplateCase(template, new JsonMap(conversation.Variables.Concat(tokens))));
    }

    private static Dictionary<string, Rendering> ReadAnswers(string name) =>
        File.ReadLines(AnswersPath(name)).ToDictionary(line => JsonMap.Parse(line).GetOrDefault<string>("conversation")!, Rendering.Read, StringComparer.Ordinal);

    private static string AnswersPath(string name) => Path.Join(Folder, name + ".expected.jsonl");
}
