namespace Clembench.Templates.Jinja;

/// <summary>Why a template could not be parsed or rendered.</summary>
public enum JinjaErrorKind
{
    /// <summary>The template is not Jinja (jinja2: TemplateSyntaxError, TemplateAssertionError).</summary>
    Syntax,

    /// <summary>An undefined value was used (jinja2: UndefinedError).</summary>
    Undefined,

    /// <summary>An operation does not exist for the types of its operands, or a call's arguments don't fit (Python: TypeError).</summary>
    Type,

    /// <summary>An argument has the right type and a wrong value (Python: ValueError, jinja2: FilterArgumentError).</summary>
    Value,

    /// <summary>An index or key does not exist (Python: IndexError, KeyError).</summary>
    Lookup,

    /// <summary>A division by zero, or a number too large (Python: ArithmeticError).</summary>
    Arithmetic,

    /// <summary>The template itself refused its input: it called <c>raise_exception</c>.</summary>
    Raised,

    /// <summary>The template reached for something that the sandbox forbids (jinja2: SecurityError).</summary>
    Security,

    /// <summary>A limit of <see cref="JinjaLimits"/> was reached.</summary>
    Limit,

    /// <summary>A feature of Jinja that chat templates can't have: loading other templates.</summary>
    Unsupported,

    /// <summary>Any other error of a running template (jinja2: TemplateRuntimeError).</summary>
    Runtime,
}

/// <summary>A template that could not be parsed or rendered. The message is what jinja2 or Python says for the same error.</summary>
public class JinjaException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="kind">Why the template failed.</param>
    /// <param name="message">What happened.</param>
    /// <param name="line">The line of the template, from 1, where it is known.</param>
    /// <param name="innerException">What caused it.</param>
    public JinjaException(JinjaErrorKind kind, string message, int? line = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Kind = kind;
        Line = line;
    }

    /// <summary>Why the template failed.</summary>
    public JinjaErrorKind Kind { get; }

    /// <summary>The line of the template, from 1; <see langword="null"/> where it is not known.</summary>
    public int? Line { get; internal set; }
}

internal static class Errors
{
    public static JinjaException Syntax(string message, int line) => new(JinjaErrorKind.Syntax, message, line);

    public static JinjaException Type(string message) => new(JinjaErrorKind.Type, message);

    public static JinjaException Value(string message) => new(JinjaErrorKind.Value, message);

    public static JinjaException Lookup(string message) => new(JinjaErrorKind.Lookup, message);

    public static JinjaException Arithmetic(string message) => new(JinjaErrorKind.Arithmetic, message);

    public static JinjaException Security(string message) => new(JinjaErrorKind.Security, message);

    public static JinjaException Limit(string message) => new(JinjaErrorKind.Limit, message);

    public static JinjaException Runtime(string message) => new(JinjaErrorKind.Runtime, message);

    /// <summary>Whether an exception is none that a parse or a render promises: one that the engine did not see coming.</summary>
    public static bool IsUnforeseen(Exception e) =>
        e is not (JinjaException or OperationCanceledException or OutOfMemoryException or NotPlainException or ArgumentNullException);

    public static JinjaException Unforeseen(string action, Exception e, int? line = null) =>
        new(JinjaErrorKind.Runtime, $"The template could not be {action}: {e.Message}", line, e);

    public static JinjaException Unsupported(string message, int line) => new(JinjaErrorKind.Unsupported, message, line);
}

/// <summary>A variable is not a plain value.</summary>
/// <param name="message">What it is, and what it may be.</param>
internal sealed class NotPlainException(string message) : ArgumentException(message);
