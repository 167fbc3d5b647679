using System.Text;
using Clembench.Fuzz.Mutation;
using Clembench.Json;
using Clembench.Templates.Jinja;
using Clembench.Tests.Oracles;

namespace Clembench.Fuzz.Targets;

/// <summary>
/// A template, rendered with variables that a generator makes. The engine turns exceptions that it did not see coming into errors of its own, so that
/// no template ends a session: here they are finds.
/// </summary>
internal sealed class TemplateTarget : FuzzTarget
{
    private const int Contexts = 64;
    private static readonly JinjaOptions Options = new()
    {
        Limits = JinjaLimits.Default with { MaxSteps = 20_000, MaxCreatedLength = 1 << 20, MaxOutputLength = 1 << 18 },
        Clock = new FixedClock(),
    };

    private readonly JsonMap[] _contexts = [.. Enumerable.Range(1, Contexts).Select(seed => new TemplateGenerator(seed).Variables())];

    public override string Name => "jinja";

    public override string Description => "a chat template, rendered";

    public override InputForm Form => InputForm.Text;

    public override IReadOnlyList<byte[]> Words { get; } = TextMutator.Words(
        "{{", "}}", "{%", "%}", "{#", "#}", "{%-", "-%}", "(", ")", "[", "]", "{", "}", "'", "\"", ",", ".", ":", "|", "~", "*", "**", "//", "%", "+", "-", "not ", " in ", " is ", " and ", " if ", " else ", "-1", "0", "1e308", "99999999999999999999",
        "{% for x in messages %}", "{% endfor %}", "{% if x %}", "{% else %}", "{% elif y %}", "{% endif %}", "{% macro m(a, b=1) %}", "{{ m(1) }}", "{% endmacro %}", "{% set x = [] %}", "{% set ns = namespace(a=1) %}", "{% set ns.a = 2 %}",
        "{% raw %}", "{% endraw %}", "{% filter upper %}", "{% endfilter %}", "{% call m() %}", "{% endcall %}", "{% generation %}", "{% endgeneration %}", "{% break %}", "{% continue %}", "{% block b %}", "{% endblock %}", "{{ self.b() }}",
        "caller()", "loop.index", "loop(x)", "range(9)", "dict(a=1)", "joiner(', ')", "cycler(1, 2)", "messages", "messages[0]", "['content']", ".role", "s", "n", "l", "d", "nothing", "|length", "|tojson", "|tojson(indent=2)", "|map('upper')", "|join(',')",
        "|sort", "|groupby('a')", "|batch(2)", "|slice(3)", "|round(1)", "|format(1)", "|replace('a', 'b')", "|truncate(3)", "|indent(2)", "|default('x')", "|int", "|float", "|list", "|dictsort", "|selectattr('a')", "|random", "|center(9)", "|wordwrap(3)",
        "'%s' % x", "'{}'.format(x)", ".split()", ".items()", "[::-1]", "[1:]", "[-1:0:-2]", "__class__", "raise_exception('x')", "strftime_now('%Y')", "\ud83d\ude00", "\u0000", "\r\n", "*args", "**kwargs", "_(1)", "{% set x %}", "{% endset %}", "{% do x %}");

    public override long MostAllocated(int length) => (64L << 20) + (4_096L * length);

    public override byte[]? Generate(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Encoding.UTF8.GetBytes(new TemplateGenerator(random.Next()).Template().ToString());
    }

    public override bool Run(byte[] input)
    {
        var source = Encoding.UTF8.GetString(input);
        try
        {
            var template = JinjaTemplate.Parse(source);
            var output = template.Render(_contexts[input.Length % Contexts], Options);
            var end = 0;
            foreach (var span in output.InputSpans)
            {
                Promise(span.Start >= end && span.Length > 0 && span.Start + span.Length <= output.Text.Length, "spans of input are ascending pieces of the text", () => $"{span} of {output.Text.Length}");
                end = span.Start + span.Length;
            }

            return true;
        }
        catch (JinjaException error)
        {
            // What a template says itself is its own affair.
            Promise(error.Kind == JinjaErrorKind.Raised || !string.IsNullOrWhiteSpace(error.Message), "an error says what is wrong", error.ToString);
            if (error.Kind == JinjaErrorKind.Runtime && error.InnerException is { } unforeseen && Errors.IsUnforeseen(unforeseen))
                throw new BrokenPromiseException("the engine foresees what a template does", unforeseen.Message, unforeseen);
            return false;
        }
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
