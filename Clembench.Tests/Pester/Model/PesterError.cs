using System.Management.Automation;
using System.Text.RegularExpressions;

namespace Clembench.Tests.Pester.Model;

/// <summary>An error with its place in the test file.</summary>
/// <param name="Message">What went wrong.</param>
/// <param name="Id">The fully qualified error id.</param>
/// <param name="File">The test file.</param>
/// <param name="Line">The line in the test file, from 1; 0 if the error has none there.</param>
/// <param name="ScriptStack">The script frames, innermost first.</param>
public sealed partial record PesterError(string Message, string Id, string File, int Line, string ScriptStack)
{
    /// <summary>The place in the form of a stack frame, which editors make a link of.</summary>
    public string Frame => $"   at {System.IO.Path.GetFileName(File)} in {File}:line {Line}";

    /// <inheritdoc />
    public override string ToString() => Line > 0 ? $"{System.IO.Path.GetFileName(File)}:{Line}: {Message}" : Message;

    internal static PesterError From(ErrorRecord record, string file, string? prefix = null)
    {
        var stack = record.ScriptStackTrace ?? string.Empty;
        // The stack first: an error that a command passes on has that command's place.
        var line = LineInStack(stack, file);
        if (line == 0 && record.InvocationInfo is { } info && SamePath(info.ScriptName, file)) line = info.ScriptLineNumber;
        if (line == 0 && record.Exception is ParseException { Errors.Length: > 0 } parse) line = parse.Errors[0].Extent.StartLineNumber;
        return new PesterError(prefix + record.Exception.Message, record.FullyQualifiedErrorId, file, line, WithoutRunner(stack));
    }

    internal static PesterError From(Exception exception, string file, string? prefix = null) =>
        exception is IContainsErrorRecord { ErrorRecord: { } record }
            ? From(record, file, prefix)
            : new PesterError(prefix + exception.Message, exception.GetType().Name, file, 0, exception.StackTrace ?? string.Empty);

    // The outermost frames are the runner's own.
    private static string WithoutRunner(string stack) => string.Join('\n', stack.Split('\n', StringSplitOptions.TrimEntries)
        .Reverse().SkipWhile(f => f.Contains(", <No file>:", StringComparison.Ordinal) || f.Contains(ScriptScopes.ScopeFileName, StringComparison.Ordinal)).Reverse());

    private static int LineInStack(string stack, string file) => StackFrame().Matches(stack)
        .Where(m => SamePath(m.Groups["file"].Value, file))
        .Select(m => int.Parse(m.Groups["line"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture))
        .FirstOrDefault();

    private static bool SamePath(string? one, string other) => string.Equals(one, other, StringComparison.Ordinal);

    [GeneratedRegex(@"^at .*?, (?<file>.+): line (?<line>\d+)\r?$", RegexOptions.Multiline)]
    private static partial Regex StackFrame();
}
