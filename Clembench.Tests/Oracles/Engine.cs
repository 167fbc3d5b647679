using Clembench.Json;
using Clembench.Oracles;
using Clembench.Templates;
using Clembench.Templates.Jinja;

namespace Clembench.Tests.Oracles;

/// <summary>Our engine, answering as an oracle does.</summary>
internal static class Engine
{
    /// <summary>The time that all engines are told: the one that is the default of jinja_oracle.py.</summary>
    public static JinjaOptions Options { get; } = new() { Clock = new FixedClock(new DateTimeOffset(2025, 3, 9, 8, 5, 7, TimeSpan.Zero)) };

    /// <summary>Renders a case. What the engine throws beside <see cref="JinjaException"/> is a bug, and is not caught.</summary>
    public static Rendering Render(TemplateCase subject)
    {
        try
        {
            return Render(JinjaTemplate.Parse(subject.Template), subject.Variables);
        }
        catch (JinjaException e)
        {
            return Read(e);
        }
    }

    /// <summary>Renders a parsed template.</summary>
    public static Rendering Render(JinjaTemplate template, JsonMap variables)
    {
        try
        {
            var output = template.Render(variables, Options);
            return new Rendering { Text = output.Text, Generation = [.. output.GenerationSpans.Select(span => CodePoints(output.Text, span))] };
        }
        catch (JinjaException e)
        {
            return Read(e);
        }
    }

    /// <summary>The class of our engine's error for one of jinja2's or Python's.</summary>
    /// <param name="error">The name of the class there.</param>
    public static IReadOnlyList<JinjaErrorKind> KindsOf(string error) => error switch
    {
        "TemplateSyntaxError" or "TemplateAssertionError" or "SyntaxError" => [JinjaErrorKind.Syntax],
        "UndefinedError" => [JinjaErrorKind.Undefined],
        "TypeError" or "AttributeError" => [JinjaErrorKind.Type],
        "ValueError" or "FilterArgumentError" or "AssertionError" => [JinjaErrorKind.Value],
        "IndexError" or "KeyError" => [JinjaErrorKind.Lookup],
        "ZeroDivisionError" => [JinjaErrorKind.Arithmetic],
        "OverflowError" => [JinjaErrorKind.Arithmetic, JinjaErrorKind.Limit],
        "RecursionError" => [JinjaErrorKind.Limit],
        "SecurityError" => [JinjaErrorKind.Security],
        "TemplateError" => [JinjaErrorKind.Raised],
        "TemplateRuntimeError" or "RuntimeError" => [JinjaErrorKind.Runtime],
        _ => [JinjaErrorKind.Unsupported],
    };

    private static Rendering Read(JinjaException e) => new() { Error = e.Kind.ToString(), Message = e.Message, Line = e.Line };

    private static (long Start, long End) CodePoints(string text, TextSpan span) =>
        (Count(text.AsSpan(0, span.Start)), Count(text.AsSpan(0, span.End)));

    private static long Count(ReadOnlySpan<char> text)
    {
        long count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i]))
                count--;
        }

        return count;
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
