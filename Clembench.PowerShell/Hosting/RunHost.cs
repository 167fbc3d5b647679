using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Clembench.Backends;
using Clembench.Backends.Llama.Worker;
using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.Models;
using Clembench.Results;
using Clembench.Runs;

namespace Clembench.PowerShell.Hosting;

/// <summary>
/// Plays a run for a cmdlet: loads its models, shows how far it is, and tells how it went. What the engine has to say meanwhile
/// is written when the pipeline thread, on which this is used, has its turn.
/// </summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="session">The session's models.</param>
/// <param name="report">Is given models that cannot be loaded, and why episodes failed; null writes errors.</param>
internal sealed class RunHost(ClemCmdlet cmdlet, ModelSession session, Action<ClemException>? report = null)
{
    private readonly EngineMessages _messages = new();
    private readonly ConversionProgressWriter _conversion = new(cmdlet, session.Conversions);
    private readonly Dictionary<(string Error, string? Advice), int> _errors = [];
    private readonly ConcurrentDictionary<string, string> _backends = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Backend, string Reason), bool> _unreachable = new();
    private RunProgressWriter? _progress;
    private int _failuresTold;

    /// <summary>How far the run came; null before its first episode.</summary>
    public RunProgress? Latest => _progress?.Latest;

    /// <summary>Is told of repeated calls, on an arbitrary thread.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="notice">What is repeated, and why.</param>
    public void TellOfRetry(string model, RetryNotice notice)
    {
        // All calls under way end with a process: they are told of once, and each record that is concerned says it too.
        if (notice.Error.Id == WorkerLlamaEngine.EndedId)
            _messages.WarnOnce($"{model}: {notice.Error.Message}\nThe calls under way are repeated in a new process; their records say so (failed_attempts).");
        else if (notice.Error.Id == ModelCallException.UnreachableId)
            WarnOfConnection(model, notice);
        else
            _messages.Verbose(FormattableString.Invariant($"{model}: {notice.Error.Message} Attempt {notice.Attempt + 1} follows in {notice.Delay.TotalSeconds:0.#} s."));
    }

    // A service that is not there is asked again for a minute or so: whoever forgot to start it is told at once, and not for each call.
    private void WarnOfConnection(string model, RetryNotice notice)
    {
        var text = FormattableString.Invariant($"{model}: {notice.Error.Message} Attempt {notice.Attempt + 1} follows in {notice.Delay.TotalSeconds:0.#} s.");
        if (!_unreachable.TryAdd((_backends.GetValueOrDefault(model, model), notice.Error.Message.Replace($"'{model}'", "", StringComparison.Ordinal)), true))
            _messages.Verbose(text);
        else
            _messages.Warn($"{notice.Error.Message} {notice.Error.Action} It is asked again, with longer and longer pauses; Ctrl+C ends the run, and -Verbose tells of every attempt.");
    }

    /// <summary>A loader of the session's models. It may be called on any thread.</summary>
    /// <param name="calls">How models are called.</param>
    /// <returns>The loader.</returns>
    public ModelLoader Loader(CallPolicy calls) => async (entry, cancellationToken) =>
    {
        _backends[entry.Name] = entry.Backend;
        var model = await session.LoadModelAsync(entry, cancellationToken).ConfigureAwait(false);
        foreach (var warning in (model as IModelWarnings)?.Warnings ?? [])
            _messages.WarnOnce(warning);
        WarnOfBrokenPatterns(entry);
        try
        {
            var callable = calls.Apply(model, entry);
            _messages.Verbose($"{entry.Name}: ready ({entry.Backend}).");
            return callable;
        }
        catch
        {
            await model.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    };

    /// <summary>Shows, for -WhatIf, what a run would do with each experiment.</summary>
    /// <param name="run">The run.</param>
    /// <param name="plan">Its episodes.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="cancellationToken">Stops the looking.</param>
    /// <returns>A task.</returns>
    public async Task ShowPlanAsync(GameRun run, RunPlan plan, RunSettings settings, CancellationToken cancellationToken)
    {
        foreach (var part in await run.PreviewAsync(plan, cancellationToken))
        {
            cmdlet.ShouldProcess(
                Path.Join(settings.ResultsPath, part.Model, part.Game, part.Experiment),
                $"Play {part.New + part.Replaced} episode(s)"
                + (part.Replaced > 0 ? $", {part.Replaced} of them in place of complete ones{(settings.Force ? "" : " of a changed instance or entry")}" : "")
                + (part.Reused > 0 ? $", reuse {part.Reused}" : "")
                + (part.Kept > 0 ? $", leave {part.Kept} with other generation settings as they are" : ""));
        }
    }

    /// <summary>Plays, and shows progress and messages also while nothing ends. A model that cannot be loaded is an error at once.</summary>
    /// <param name="run">The run.</param>
    /// <param name="plan">Its episodes.</param>
    /// <param name="activity">What is going on, for people.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>Each episode as it ends.</returns>
    public async IAsyncEnumerable<Episode> PlayAsync(
        GameRun run, RunPlan plan, string activity, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var progress = _progress = new RunProgressWriter(cmdlet, activity);
        using var log = new NativeLog(_messages);
        await using var enumerator = run.PlayAsync(plan, progress, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            var next = enumerator.MoveNextAsync().AsTask();
            while (!next.IsCompleted && !cancellationToken.IsCancellationRequested)
            {
                if (await Task.WhenAny(next, Task.Delay(RunProgressWriter.Interval, cancellationToken)) == next)
                    break;
                Write();
            }

            var more = await next;
            Write();
            if (!more)
                break;
            if (enumerator.Current is { Error: { } error, Reused: false } failed)
                _errors[(error, failed.Advice)] = _errors.GetValueOrDefault((error, failed.Advice)) + 1;
            yield return enumerator.Current;
        }

        _conversion.Complete();
        progress.Complete();
    }

    /// <summary>Tells how the run went: what was reused, left alone or not started, why episodes failed, what it took.</summary>
    /// <param name="settings">The run's settings.</param>
    public void WriteSummary(RunSettings settings)
    {
        if (Latest is not { } run)
            return;
        if (run.Reused > 0)
            cmdlet.WriteWarning($"{run.Reused} of {run.Total} episode(s) were complete already and are reused. To play them anew, use -Force or another -ResultsPath.");
        if (run.Kept > 0)
        {
            WriteError(new ClemException(
                "Clem.Run.OtherSettings", ErrorKind.AlreadyExists,
                $"{run.Kept} episode(s) were not played: complete ones with another -Temperature or -MaxTokens lie in their place.",
                "Give another -ResultsPath; or -Force, which replaces them.", settings.ResultsPath));
        }

        if (run.Replaced > 0 && !settings.Force)
            cmdlet.WriteWarning($"{run.Replaced} complete episode(s) of a changed instance or model entry were played anew, in place of the old ones.");
        foreach (var ((error, advice), count) in _errors)
        {
            Report(new ClemException(
                "Clem.Run.EpisodesFailed", ErrorKind.NotAvailable, $"{count} episode(s) ended in an error: {error}",
                $"{(advice is null ? "" : $"{advice.TrimEnd('.')}. ")}The same command plays them again; Get-ClemEpisode -Outcome Error lists them.", settings.ResultsPath));
        }

        if (run.NotStarted > 0)
        {
            cmdlet.WriteWarning(
                $"{run.NotStarted} episode(s) were not started, and nothing is recorded of them, because a model cannot be loaded: {string.Join(", ", run.LoadFailures.Select(failure => failure.Model))}. "
                + "Do what its error says; the same command plays them then.");
        }

        if (run.Stopped is { } limit)
            cmdlet.WriteWarning($"The run stopped before its end: {limit} {run.Total - run.Done} episode(s) are left; the same command continues.");
        cmdlet.WriteInformation(
            FormattableString.Invariant($"{run.Played} episode(s) played in {run.Elapsed.TotalSeconds:0.0} s ({run.Rate:0.#}/s), {run.Reused} reused, {run.Failed} failed")
            + (run.NotStarted > 0 ? $", {run.NotStarted} not started" : "")
            + (run.Cost > 0 ? FormattableString.Invariant($", cost {run.Cost:0.####}") : "") + ".",
            ["Clembench", "Summary"]);
    }

    // A value that was meant as an expression, and is none, culls what it says letter by letter: not what its author wants.
    private void WarnOfBrokenPatterns(ModelEntry entry)
    {
        foreach (var key in LocalModelStore.IsLocal(entry) ? (string[])["eos_to_cull", "cot_end_tag"] : [])
        {
            if (entry.GetSetting(key) is string { Length: > 0 } value && EosPattern.Parse(value).IsBroken)
                _messages.WarnOnce($"{entry.Name}: {key} is no regular expression, and is taken as the text '{value}'. Test-ClemModel proposes how to write it.");
        }
    }

    private void Write()
    {
        _conversion.Show();
        _progress!.Show();
        _messages.Write(cmdlet);
        foreach (var failure in (_progress.Latest?.LoadFailures ?? []).Skip(_failuresTold))
        {
            _failuresTold++;
            Report(failure.Error);
        }
    }

    private void Report(ClemException error)
    {
        if (report is null)
            WriteError(error);
        else
            report(error);
    }

    private void WriteError(ClemException error) => cmdlet.WriteError(error.ToErrorRecord());
}
