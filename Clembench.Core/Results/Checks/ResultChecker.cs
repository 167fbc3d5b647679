using System.Text.RegularExpressions;
using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results.Checks;
using Clembench.Templates.Checkpoints;
using Clembench.Transcripts;

namespace Clembench.Results;

/// <summary>
/// Checks the records of episodes as the guide to adding models has a person do by eye: that the chat template was applied,
/// that there is output and that it follows the prompt, that responses end with an EOS token, and that the game does not
/// get to see it. What it finds for a model adds up to one suggestion, over all episodes that one checker is given.
/// </summary>
/// <param name="entries">The registry's entries, in order of precedence.</param>
/// <param name="checkpoints">Reads the checkpoint of an entry at a revision (null: the main one), such as <see cref="CheckpointSource.FromEntryAsync"/>; null leaves out what needs one.</param>
public sealed partial class ResultChecker(IReadOnlyList<ModelEntry> entries, Func<ModelEntry, string?, CancellationToken, Task<Checkpoint>>? checkpoints)
{
    private const int LongestError = 200;

    private readonly Dictionary<string, CheckedModel> _models = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModelEntry> _suggestions = new(StringComparer.Ordinal);

    /// <summary>Checks an episode.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>The checks that apply, of each model that played; none for an episode that only programs played.</returns>
    /// <exception cref="ClemException">A file of the episode is broken.</exception>
    public async Task<IReadOnlyList<ResultCheck>> CheckAsync(Episode episode, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(episode);
        var requests = await ResultsReader.ReadRequestsAsync(episode, cancellationToken).ConfigureAwait(false);
        var interactions = await ResultsReader.TryReadInteractionsAsync(episode.Path, cancellationToken).ConfigureAwait(false);
        var checks = new List<ResultCheck>();
        var calls = RecordedExchange.Of(requests, interactions)
            .Select(player => (Model: NameOf(episode, interactions, player.Player), player.Exchanges))
            .Where(player => player.Model is not null)
            .GroupBy(player => player.Model!, player => player.Exchanges, StringComparer.Ordinal);
        foreach (var model in calls)
            checks.AddRange(await CheckAsync(episode, interactions, model.Key, [.. model.SelectMany(exchanges => exchanges)], cancellationToken).ConfigureAwait(false));

        if (checks.Count == 0 && episode.Outcome == Outcome.Error)
        {
            checks.Add(Make(episode, WithoutSettings(episode.Model), 0, new Verdict(
                ResultCheck.HasOutput, false, $"There is no response: the episode ended in an error{(episode.Error is { } error ? $" ({Short(VisibleText.ToSymbolsOnOneLine(error)).TrimEnd('.')})" : "")}."), null));
        }

        return checks;
    }

    private async Task<IEnumerable<ResultCheck>> CheckAsync(
        Episode episode, Interactions? interactions, string name, IReadOnlyList<RecordedExchange> exchanges, CancellationToken cancellationToken)
    {
        var model = await FindModelAsync(interactions, name, exchanges.Any(exchange => exchange.IsLocal), cancellationToken).ConfigureAwait(false);
        var verdicts = ((Verdict?[])
        [
            await TemplateCheckOfRecord.RunAsync(model, exchanges, cancellationToken).ConfigureAwait(false),
            OutputChecks.HasOutput(model, exchanges),
            OutputChecks.FollowsPrompt(model, exchanges),
            EosChecks.InResponse(model, exchanges, cancellationToken),
            EosChecks.Culled(model, exchanges),
        ]).OfType<Verdict>().ToArray();

        // One suggestion for all that is wrong: whoever registers two of them one after the other must not lose the first.
        var suggestion = _suggestions.GetValueOrDefault(name);
        foreach (var mend in verdicts.Select(verdict => verdict.Mend).OfType<Func<ModelEntry, ModelEntry>>())
            suggestion = mend(suggestion ?? model.Current!);
        if (suggestion is not null)
            _suggestions[name] = suggestion;
        return verdicts.Select(verdict => Make(episode, name, exchanges.Count, verdict, verdict.Mend is null ? null : suggestion));
    }

    private async Task<CheckedModel> FindModelAsync(Interactions? interactions, string name, bool isLocal, CancellationToken cancellationToken)
    {
        var recorded = RecordedEntry(interactions, name);
        var key = $"{name} {isLocal} {recorded?.Properties}";
        if (_models.TryGetValue(key, out var known))
            return known;
        var current = entries.FirstOrDefault(entry => entry.Name == name && (recorded is null || entry.Backend == recorded.Backend));
        // What a record says may come from a stranger: of an entry that the registry does not have only a repository's id
        // is followed, and only one of a local backend is proposed for the registry.
        var source = current ?? (recorded is null ? null : InRepository(recorded));
        var read = isLocal && source is not null && LocalModelStore.IsLocal(source) ? checkpoints : null;
        var toMend = current ?? (recorded is not null && LocalModelStore.IsLocal(recorded) ? recorded : null);
        return _models[key] = await CheckedModel.LoadAsync(recorded ?? current, toMend, source, read, cancellationToken).ConfigureAwait(false);
    }

    // player_models: since 3.4 the entry is model_spec beside gen_args, before that it stood by itself.
    private static ModelEntry? RecordedEntry(Interactions? interactions, string name)
    {
        foreach (var map in (interactions?.PlayerModels ?? JsonMap.Empty).Values.OfType<JsonMap>().Select(map => map.GetOrDefault<JsonMap>("model_spec") ?? map))
        {
            if (map.GetOrDefault<string>("model_name") == name && ModelEntryReader.FindProblem(map) is null)
                return ModelEntryReader.Read(new JsonMap(map.Where(member => member.Key != "lookup_source")));
        }

        return null;
    }

    private static ModelEntry? InRepository(ModelEntry recorded) =>
        recorded is { HuggingFaceId: { Length: > 0 } id } && HubRepository.IsId(id)
            ? recorded with { Properties = new JsonMap(recorded.GetSetting("filename") is string name && HubFileName.Fault(name) is null ? [new("filename", name)] : []) }
            : null;

    // Roles that the game plays itself have no model.
    private static string? NameOf(Episode episode, Interactions? interactions, string? player)
    {
        var info = interactions?.Players.FirstOrDefault(one => one.Name == player);
        return info is { IsProgrammatic: true } ? null : WithoutSettings(info?.Model is { Length: > 0 } model ? model : episode.Model);
    }

    private static string Short(string text) =>
        text.Length <= LongestError ? text : text[..(char.IsHighSurrogate(text[LongestError - 1]) ? LongestError - 1 : LongestError)] + "…";

    // Older result folders are named <model>-t<temperature>.
    private static string WithoutSettings(string model) => Settings().Replace(model, "");

    private static ResultCheck Make(Episode episode, string model, int responses, Verdict verdict, ModelEntry? suggestion) => new()
    {
        Model = model,
        Game = episode.Game,
        Experiment = episode.Experiment,
        InstanceId = episode.InstanceId,
        Name = verdict.Name,
        Passed = verdict.Passed,
        // Messages quote what models and templates wrote.
        Message = VisibleText.ToSymbols(verdict.Message),
        Suggestion = suggestion,
        Responses = responses,
        Episode = episode,
    };

    [GeneratedRegex(@"-t[0-9]+(?:\.[0-9]+)?$")]
    private static partial Regex Settings();
}
