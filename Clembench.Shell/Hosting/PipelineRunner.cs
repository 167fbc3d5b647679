using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace Clembench.Shell.Hosting;

/// <summary>Runs commands in the session with their output formatted to the host, and stops them on Ctrl+C.</summary>
internal sealed class PipelineRunner(Runspace runspace)
{
    private readonly Lock _gate = new();
    private Pipeline? _running;

    /// <summary>Whether the command that runs has been told to stop.</summary>
    internal bool IsStopping
    {
        get
        {
            lock (_gate) return _running is not null && WasStopped;
        }
    }

    /// <summary>Whether the last command ended because of <see cref="Stop"/>.</summary>
    internal bool WasStopped { get; private set; }

    /// <summary>Runs what a person wrote. Only a command of the history sets `$?` for the next one.</summary>
    internal bool RunText(string text, IEnumerable<string>? input = null)
    {
        using var pipeline = runspace.CreatePipeline(text, addToHistory: true);
        return Run(pipeline, input);
    }

    /// <summary>Runs one command, such as a script file.</summary>
    internal bool RunCommand(Command command, IEnumerable<string>? input = null)
    {
        using var pipeline = runspace.CreatePipeline();
        pipeline.Commands.Add(command);
        return Run(pipeline, input);
    }

    // True if no error ended the pipeline. Errors are shown, not thrown.
    private bool Run(Pipeline pipeline, IEnumerable<string>? input)
    {
        var show = new Command("Out-Default", isScript: false, useLocalScope: true)
        {
            MergeUnclaimedPreviousCommandResults = PipelineResultTypes.Error | PipelineResultTypes.Output,
        };
        pipeline.Commands.Add(show);
        try
        {
            Invoke(pipeline, input);
            return true;
        }
        catch (RuntimeException e)
        {
            if (e is IncompleteParseException) e = WithPositions(e, pipeline.Commands[0].CommandText);
            if (e is not PipelineStoppedException) Report(e.ErrorRecord ?? new ErrorRecord(e, e.GetType().Name, ErrorCategory.NotSpecified, null));
            return false;
        }
    }

    // For a text that ends too early the engine throws an error without a place, and its error view shows nothing of that one.
    private static RuntimeException WithPositions(RuntimeException original, string text)
    {
        Parser.ParseInput(text, out _, out var errors);
        return errors.Length > 0 ? new ParseException(errors) : original;
    }

    /// <summary>The values of a script that is no command of the user's: the prompt, or `$?`.</summary>
    internal IReadOnlyList<PSObject> Evaluate(string script)
    {
        using var pipeline = runspace.CreatePipeline(script);
        return pipeline.Invoke();
    }

    /// <summary>Whether the last statement succeeded.</summary>
    internal bool LastStatementSucceeded => Evaluate("$global:?") is [{ BaseObject: true }];

    /// <summary>Stops what runs. False if there was nothing to stop, or if it is being stopped already.</summary>
    internal bool Stop()
    {
        lock (_gate)
        {
            if (_running is null || WasStopped) return false;
            WasStopped = true;
            _running.StopAsync();
            return true;
        }
    }

    internal void Report(ErrorRecord error)
    {
        using var pipeline = runspace.CreatePipeline();
        pipeline.Commands.Add(new Command("Out-Default", isScript: false, useLocalScope: true));
        pipeline.Invoke(new[] { EngineInternals.AsErrorStream(error) });
    }

    private void Invoke(Pipeline pipeline, IEnumerable<string>? input)
    {
        lock (_gate)
        {
            WasStopped = false;
            _running = pipeline;
        }

        try
        {
            if (input is null) pipeline.Invoke();
            else pipeline.Invoke(input);
        }
        finally
        {
            lock (_gate) _running = null;
        }
    }
}
