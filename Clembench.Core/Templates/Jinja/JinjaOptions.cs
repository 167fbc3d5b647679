using System.Collections.Frozen;

namespace Clembench.Templates.Jinja;

/// <summary>How a template is rendered.</summary>
public sealed record JinjaOptions
{
    private static readonly string[] DefaultInputVariables = ["messages", "tools", "documents"];
    private static readonly string[] DefaultUnmarkedMembers = ["messages.role", "messages.content.type"];
    private static readonly FrozenDictionary<string, InputMark> DefaultMarks = InputMark.Of(DefaultInputVariables, DefaultUnmarkedMembers);

    internal static JinjaOptions Default { get; } = new();

    /// <summary>What a render may cost.</summary>
    public JinjaLimits Limits { get; init; } = JinjaLimits.Default;

    /// <summary>The clock of <c>strftime_now</c>, which gives local time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The variables whose strings, at any depth, are input: where they reach the text is told by <see cref="JinjaOutput.InputSpans"/>.</summary>
    public IReadOnlyCollection<string> InputVariables
    {
        get;
        init
        {
            field = value;
            Marks = InputMark.Of(value, UnmarkedMembers);
        }
    } = DefaultInputVariables;

    /// <summary>
    /// Members of the input variables that are no input: the program chooses them, not whoever writes the messages, and
    /// templates build control tokens from them (<c>'&lt;|' + message.role + '|&gt;'</c>). Each is the variable's name and the
    /// names of members down to it, with points between them; lists on the way are gone through.
    /// </summary>
    public IReadOnlyCollection<string> UnmarkedMembers
    {
        get;
        init
        {
            field = value;
            Marks = InputMark.Of(InputVariables, value);
        }
    } = DefaultUnmarkedMembers;

    internal FrozenDictionary<string, InputMark> Marks { get; private init; } = DefaultMarks;
}

/// <summary>What a template may cost. A template that wants more ends with <see cref="JinjaErrorKind.Limit"/>.</summary>
public sealed record JinjaLimits
{
    /// <summary>Enough for every honest chat template; a hostile one ends within about 100 ms and a few hundred MB.</summary>
    public static JinjaLimits Default { get; } = new();

    /// <summary>The most steps of a render: an operation is one step, work on data one step for each element or 64 characters.</summary>
    public long MaxSteps { get; init; } = 2_000_000;

    /// <summary>The most characters (UTF-16 code units) of the text.</summary>
    public int MaxOutputLength { get; init; } = 16 * 1024 * 1024;

    /// <summary>The most characters (UTF-16 code units) of all strings that a render creates, those that it drops included.</summary>
    public long MaxCreatedLength { get; init; } = 32 * 1024 * 1024;

    /// <summary>How deep macros and recursive loops may call each other, values may nest where they are walked, and blocks and brackets may nest in a template.</summary>
    public int MaxDepth { get; init; } = 200;

    /// <summary>The most elements of a <c>range</c>, as in jinja2's sandbox.</summary>
    public int MaxRange { get; init; } = 100_000;

    /// <summary>The most bits of an integer.</summary>
    public int MaxIntegerBits { get; init; } = 16_384;

    /// <summary>The most characters (UTF-16 code units) of a template.</summary>
    public int MaxSourceLength { get; init; } = 1024 * 1024;
}

/// <summary>What a template rendered.</summary>
/// <param name="Text">The text.</param>
/// <param name="InputSpans">The pieces of <paramref name="Text"/> that came from strings of <see cref="JinjaOptions.InputVariables"/> (without <see cref="JinjaOptions.UnmarkedMembers"/>), merged and ascending. All else was written by the template's author.</param>
/// <param name="GenerationSpans">The pieces of <paramref name="Text"/> from <c>{% generation %}</c> blocks, ascending.</param>
public sealed record JinjaOutput(string Text, IReadOnlyList<TextSpan> InputSpans, IReadOnlyList<TextSpan> GenerationSpans);
