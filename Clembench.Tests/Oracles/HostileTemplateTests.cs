using System.Diagnostics;
using System.Globalization;
using Clembench.Oracles;
using Clembench.Templates.Jinja;
using Xunit.Abstractions;

namespace Clembench.Tests.Oracles;

/// <summary>Hostile and broken templates end in an exception, whatever they are, and within bounds of memory.</summary>
public class HostileTemplateTests(ITestOutputHelper output)
{
    // What the limits allow (see JinjaLimits): created text and lists are counted, and a few copies of them may be alive.
    private const long MostAllocated = 1L << 30;

    public static TheoryData<string> Families { get; } = [.. HostileTemplates.All.Select(t => t.Family).Distinct()];

    [Theory]
    [MemberData(nameof(Families))]
    public void Hostile_templates_end_in_an_exception(string family)
    {
        var templates = HostileTemplates.All.Where(t => t.Family == family).Select(t => t.Case).ToList();
        var (rendered, hungry) = (new List<string>(), new List<string>());
        var (slowest, slowestTemplate, most, mostTemplate) = (TimeSpan.Zero, "", 0L, "");
        var kinds = new SortedDictionary<JinjaErrorKind, int>();
        foreach (var subject in templates)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            try
            {
                rendered.Add($"{Start(subject)} -> {JinjaTemplate.Parse(subject.Template).Render(subject.Variables, Engine.Options).Text.Length} characters");
            }
            catch (JinjaException e)
            {
                kinds[e.Kind] = kinds.GetValueOrDefault(e.Kind) + 1;
            }

            var (took, used) = (Stopwatch.GetElapsedTime(started), GC.GetAllocatedBytesForCurrentThread() - allocated);
            if (took > slowest)
                (slowest, slowestTemplate) = (took, Start(subject));
            if (used > most)
                (most, mostTemplate) = (used, Start(subject));
            if (used > MostAllocated)
                hungry.Add($"{Start(subject)} -> {used >> 20} MiB");
        }

        output.WriteLine($"{templates.Count} templates: {string.Join(", ", kinds.Select(k => $"{k.Key} {k.Value}"))}.");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Slowest: {slowest.TotalMilliseconds:F0} ms for {slowestTemplate}"));
        output.WriteLine($"Hungriest: {most >> 20} MiB for {mostTemplate}");
        rendered.ShouldBeEmpty();
        hungry.ShouldBeEmpty();
    }

    [Fact]
    public void There_are_hundreds_of_them() => HostileTemplates.All.Select(t => t.Case.Template).Distinct().Count().ShouldBeGreaterThan(300);

    private static string Start(TemplateCase subject) => subject.Template.Length > 120 ? $"{subject.Template[..120]}… ({subject.Template.Length} characters)" : subject.Template;
}
