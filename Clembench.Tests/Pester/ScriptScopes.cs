using System.Collections;
using System.Management.Automation;

namespace Clembench.Tests.Pester;

/// <summary>
/// Runs script blocks of a test file in scopes: a block or a test has a scope of its own, and its set-up and body are
/// dot-sourced into it, so that they share variables and inner scopes see those of outer ones.
/// </summary>
internal sealed class ScriptScopes(SessionState state)
{
    // No variables of their own: what is dot-sourced into the scope could not overwrite them.
    private static readonly ScriptBlock NewScope = ScriptBlock.Create(ScriptScopeFile);

    private static readonly ScriptBlock NewScriptScope = ScriptBlock.Create("& $args[0] $args[1]");

    // The try makes statement-terminating errors end the script block, and not only the statement. $args is each
    // script block's own even where the scope is shared, so that one dot-sourced by another cannot confuse it.
    private static readonly ScriptBlock DotSource = ScriptBlock.Create("""
        try {
            $______splat = $args[0].Arguments
            . $args[0].Body @______splat
            $args[0].Complete()
        } catch {
            $args[0].Fail($_)
        }
        """);

    /// <summary>The name of the script file for <see cref="InNewScriptScope"/>.</summary>
    public const string ScopeFileName = "______pester-scope.ps1";

    /// <summary>What a script file has to contain for <see cref="InNewScriptScope"/>.</summary>
    public const string ScriptScopeFile = "$args[0].Run()";

    /// <summary>Runs an action in a new scope below the current one.</summary>
    public void InNewScope(Action action)
    {
        var step = new ScopeStep(action);
        state.InvokeCommand.InvokeScript(useLocalScope: true, NewScope, null, step);
        step.Rethrow();
    }

    /// <summary>Runs an action in a new script scope, in which <c>$script:</c> variables are new.</summary>
    public void InNewScriptScope(string scopeFile, Action action)
    {
        var step = new ScopeStep(action);
        state.InvokeCommand.InvokeScript(useLocalScope: true, NewScriptScope, null, scopeFile, step);
        step.Rethrow();
    }

    /// <summary>Sets variables in the current scope.</summary>
    public void Set(IEnumerable<KeyValuePair<string, object?>> variables)
    {
        foreach (var (name, value) in variables) state.PSVariable.Set(name, value);
    }

    /// <summary>Dot-sources a script block, or a file by its path, into the current scope; its output is dropped.</summary>
    /// <returns>The error that ended it; null if it ran to its end.</returns>
    public ErrorRecord? Dot(object body, IDictionary? arguments = null)
    {
        var step = new BodyStep(body, arguments ?? new Hashtable());
        try
        {
            state.InvokeCommand.InvokeScript(useLocalScope: false, DotSource, null, step);
        }
        catch (Exception e) when (e is not PipelineStoppedException)
        {
            // Loop and exit statements are exceptions to the engine that a script's catch does not see.
            step.Leave(e);
        }

        return step.Error;
    }

    /// <summary>An action that a script calls back, so that it runs in the script's scope.</summary>
    public sealed class ScopeStep(Action action)
    {
        private System.Runtime.ExceptionServices.ExceptionDispatchInfo? _failure;

        // A script would write the exception of a call to the error stream and go on, so it is kept for the caller.
        public void Run()
        {
            try
            {
                action();
            }
            catch (Exception e) when (e is not PipelineStoppedException)
            {
                _failure = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e);
            }
        }

        internal void Rethrow() => _failure?.Throw();
    }

    /// <summary>A script block to dot-source and how it ended.</summary>
    public sealed class BodyStep(object body, IDictionary arguments)
    {
        private bool _completed;
        private ErrorRecord? _error;

        public object Body { get; } = body;

        public IDictionary Arguments { get; } = arguments;

        public void Complete() => _completed = true;

        public void Fail(ErrorRecord error) => _error = error;

        internal void Leave(Exception exception) => _error ??= exception is RuntimeException { ErrorRecord: { } record }
            ? record
            : LeftEarly(exception.GetType().Name);

        internal ErrorRecord? Error => _error ?? (_completed ? null : LeftEarly("a loop statement"));

        private static ErrorRecord LeftEarly(string how) => new(
            new InvalidOperationException($"A break, continue or exit outside of a loop or function left the script block ({how})."),
            "PesterFlowControlEscaped", ErrorCategory.InvalidOperation, null);
    }
}
