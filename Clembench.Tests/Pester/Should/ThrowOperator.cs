using System.Management.Automation;

namespace Clembench.Tests.Pester.Should;

/// <summary>-Throw: runs a script block and looks at the error that ends it.</summary>
internal static class ThrowOperator
{
    public static ShouldOperator Definition { get; } =
        new("Throw", ["ExpectedMessage", "ErrorId", "ExceptionType"], Test) { Switches = ["PassThru"] };

    private static ShouldVerdict Test(ShouldCall call)
    {
        if (Values.Base(call.Actual) is not ScriptBlock script)
            throw new ArgumentException("-Throw needs a script block in braces piped to it.");

        var scopes = new ScriptScopes(call.State);
        ErrorRecord? error = null;
        scopes.InNewScope(() => error = scopes.Dot(script));

        var filters = Filters(call).ToList();
        var actual = error is null
            ? "no error"
            : $"{ValueText.Of(error.Exception.Message)} [{error.Exception.GetType().FullName}], FullyQualifiedErrorId {ValueText.Of(error.FullyQualifiedErrorId)}";
        var expected = "an error" + string.Concat(filters.Select(f => $" with {f.Words}"));
        var detail = error is null ? null : error.InvocationInfo?.PositionMessage;

        // With -Not the filters do not matter: there should be no error at all.
        if (call.Negate) return new ShouldVerdict(error is null, "an error", actual) { Detail = detail };
        return new ShouldVerdict(error is not null && filters.All(f => f.Matches(error)), expected, actual)
        {
            Detail = detail,
            Output = call.Switch("PassThru") ? error : null,
        };
    }

    private static IEnumerable<(string Words, Func<ErrorRecord, bool> Matches)> Filters(ShouldCall call)
    {
        if (call.Text("ExpectedMessage") is { } message && !string.IsNullOrWhiteSpace(message))
            yield return ($"a message like {ValueText.Of(message)}", e => Values.Test(e.Exception.Message, "like", message));
        if (call.Text("ErrorId") is { } id && !string.IsNullOrWhiteSpace(id))
            yield return ($"a FullyQualifiedErrorId like {ValueText.Of(id)}", e => Values.Test(e.FullyQualifiedErrorId, "like", id));
        if (call.Argument("ExceptionType") is { } given)
        {
            var type = Values.TypeOf(given);
            yield return ($"an exception of the type {ValueText.Of(type)}", e => type.IsInstanceOfType(e.Exception));
        }
    }
}
