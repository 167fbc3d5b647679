using System.Globalization;
using Clembench.Json;
using Clembench.Oracles;
using Clembench.Templates.Jinja;
using Clembench.Tests.Support;
using Xunit.Abstractions;

namespace Clembench.Tests.Oracles;

/// <summary>
/// Every published chat template with a quarter of the conversations (all with CLEMBENCH_THOROUGH=1): what we render is what
/// jinja2 renders.
/// </summary>
public class PublishedTemplateTests(ITestOutputHelper output)
{
    [SkippableFact]
    public async Task Rendered_as_by_jinja2()
    {
        var python = Installed.Python;
        var (total, errors) = (0, 0);
        var otherErrors = new List<string>();
        var differences = new List<(string Template, string Kind, string Report)>();
        foreach (var (index, published) in (await PublishedTemplate.AllAsync()).Index())
        {
            var (cases, names) = Cases(published, index, Thorough.Or(1, usual: 4));
            var theirs = await python.RenderAsync(cases);
            var template = Parse(published.Template);
            for (var i = 0; i < cases.Count; i++)
            {
                var ours = template is null ? Engine.Render(cases[i]) : Engine.Render(template, cases[i].Variables);
                total++;
                if (theirs[i].Error is not null)
                    errors++;
                if (Difference.OfOutcome(ours, theirs[i]) is { } kind)
                    differences.Add((published.Name, kind, $"{published.Name}, {names[i]}: {kind}\n   ours:   {Start(ours)}\n   jinja2: {Start(theirs[i])}"));
                else if (Difference.OfAll(ours, theirs[i]) is { } detail)
                    otherErrors.Add($"{detail}: {ours} / {theirs[i]}");
            }
        }

        output.WriteLine($"{total} renderings, {errors} of them errors on jinja2's side; {Percent(total - differences.Count, total)} agree; "
            + $"{Percent(errors - otherErrors.Count, errors)} of the errors have the same class, message and line.");
        foreach (var other in otherErrors.CountBy(e => e).OrderByDescending(e => e.Value).Take(20))
            output.WriteLine($"  {other.Value} times {other.Key}");
        total.ShouldBeGreaterThan(0);
        (differences.Count / (double)total).ShouldBeLessThan(0.005);
        differences.Where(d => KnownDifferences.Reason(d.Kind, d.Template) is null).Select(d => d.Report).Take(40).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task The_other_engine_agrees_as_far_as_it_goes()
    {
        var node = Installed.Node;
        var (total, agree, sameOutcome) = (0, 0, 0);
        foreach (var (index, published) in (await PublishedTemplate.AllAsync()).Index())
        {
            // Fewer conversations: that engine is slow.
            var (cases, _) = Cases(published, index, Thorough.Or(4, usual: 16));
            var theirs = await node.RenderAsync(cases);
            for (var i = 0; i < cases.Count; i++)
            {
                var ours = Engine.Render(cases[i]);
                total++;
                agree += ours.Text == theirs[i].Text ? 1 : 0;
                sameOutcome += (ours.Text is null) == (theirs[i].Text is null) ? 1 : 0;
            }
        }

        // A figure: where the two differ, jinja2 decides, in the test above.
        output.WriteLine($"{total} renderings; {Percent(agree, total)} are the same in @huggingface/jinja, {Percent(sameOutcome, total)} have the same outcome.");
        agree.ShouldBeGreaterThan(total / 2);
    }

    // One conversation of so many, beginning with another one for each template, so that none is left out.
    private static (IReadOnlyList<TemplateCase> Cases, IReadOnlyList<string> Names) Cases(PublishedTemplate published, int index, int oneOf)
    {
        var conversations = Conversations.All.Where((_, i) => i % oneOf == index % oneOf).ToList();
        return ([.. conversations.Select(c => new TemplateCase(published.Template, new JsonMap(c.Variables.Concat(published.Tokens))))],
            [.. conversations.Select(c => c.Name)]);
    }

    private static JinjaTemplate? Parse(string template)
    {
        try
        {
            return JinjaTemplate.Parse(template);
        }
        catch (JinjaException)
        {
            return null;
        }
    }

    private static string Start(Rendering rendering) => rendering.ToString() is { Length: > 600 } text ? text[..600] + "…" : rendering.ToString();

    private static string Percent(int part, int all) => (all == 0 ? 1 : part / (double)all).ToString("P3", CultureInfo.InvariantCulture);
}
