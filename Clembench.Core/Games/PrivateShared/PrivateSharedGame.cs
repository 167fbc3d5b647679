using Clembench.Backends;
using Clembench.Games.Generation;
using Clembench.Json;
using Clembench.Results;
using Clembench.Scoring;

namespace Clembench.Games.PrivateShared;

/// <summary>
/// A player has information (slots with values) that the game's questioner asks for, one slot after the other. Before
/// the first question and after each answer, the game master asks the player aside, for every slot, whether the
/// questioner knows it already; these probes are forgotten. Answers begin with <c>ANSWER:</c>, asides with
/// <c>ASIDE:</c> and yes or no; an aside of another form is asked for up to five times.
/// </summary>
public sealed class PrivateSharedGame : IGame, IInstanceGenerator
{
    /// <inheritdoc />
    public string Name => "privateshared";

    /// <inheritdoc />
    public bool IsScoredByDialogueAlone => true;

    /// <inheritdoc />
    public async Task PlayAsync(GameInstance instance, Dialogue dialogue, CancellationToken cancellationToken)
    {
        var texts = await PrivateSharedTexts.FindAsync(instance, cancellationToken).ConfigureAwait(false);
        await new Episode(instance, texts, dialogue, cancellationToken).PlayAsync().ConfigureAwait(false);
    }

    /// <inheritdoc />
    public IReadOnlyList<ExperimentDraft> GenerateInstances(GameResources resources, SeededRandom random) =>
        PrivateSharedInstances.Generate(resources, random);

    /// <inheritdoc />
    public EpisodeScores Score(Interactions interactions, GameInstance instance) => PrivateSharedScores.Of(interactions);

    /// <summary>One episode in play.</summary>
    private sealed class Episode
    {
        private readonly GameInstance _instance;
        private readonly PrivateSharedTexts _texts;
        private readonly Dialogue _dialogue;
        private readonly CancellationToken _cancellationToken;
        private readonly Player _answerer;
        private readonly Player _questioner;
        private readonly IReadOnlyList<KeyValuePair<string, string>> _slots;
        private readonly IReadOnlyList<string> _order;

        // The question with which each slot becomes known to the questioner, from 0.
        private readonly Dictionary<string, int> _knownAt;

        // The requests and violations around each question; the first entry is what comes before them.
        private readonly List<(long Requests, long Parsed, long Violated)> _counts = [default];
        private readonly List<object?> _probes = [];
        private readonly List<object?> _filled = [];
        private string _request = "";
        private string _cooperative = "";

        public Episode(GameInstance instance, PrivateSharedTexts texts, Dialogue dialogue, CancellationToken cancellationToken)
        {
            (_instance, _texts, _dialogue, _cancellationToken) = (instance, texts, dialogue, cancellationToken);
            _slots = [.. (instance.Properties.GetOrDefault<JsonMap>("slots") ?? throw instance.Lacks("object 'slots'"))
                .Select(slot => KeyValuePair.Create(slot.Key, slot.Value as string ?? throw instance.Lacks($"text '{slot.Key}' in 'slots'")))];
            _order = instance.GetTexts("request_order");
            _knownAt = _order.Select((slot, index) => (slot, index)).ToDictionary(one => one.slot, one => one.index, StringComparer.Ordinal);
            if (_slots.FirstOrDefault(slot => !_knownAt.ContainsKey(slot.Key)).Key is { } missing)
                throw instance.Lacks($"'{missing}' in 'request_order'");
            _answerer = dialogue.AddPlayer("Answerer", _ => _cooperative);
            _questioner = dialogue.AddProgrammaticPlayer("Questioner", _ => _request);
        }

        public async Task PlayAsync()
        {
            var prompt = _instance.GetText("initial_prompt");
            _dialogue.LogEvent(Dialogue.GameMaster, _answerer.Name, "send message", prompt, "pseudo");
            _dialogue.LogEvent(_answerer.Name, Dialogue.GameMaster, "get message", _texts.Ok, "pseudo");
            _answerer.Remember(ChatMessage.User(prompt), ChatMessage.Assistant(_texts.Ok));

            await ProbeAsync(question: 0).ConfigureAwait(false);
            for (var question = 0; question < _order.Count; question++)
            {
                if (question > 0)
                    _dialogue.NextRound();
                _counts.Add(default);
                if (await AskAsync(question).ConfigureAwait(false))
                    await ProbeAsync(question + 1).ConfigureAwait(false);
            }

            _dialogue.Note("end", "Game finished.");
            LogKeys();
        }

        // Whether there was an answer; without one the questioner goes on, and the player is not probed.
        private async Task<bool> AskAsync(int question)
        {
            var slot = _order[question];
            var value = _slots.First(one => one.Key == slot).Value;
            _request = _texts.RequestOf(_instance, slot);
            await _dialogue.AskAsync(_questioner, _texts.NextRequest, _cancellationToken).ConfigureAwait(false);

            _cooperative = _texts.AnswerTag + value;
            var response = await _dialogue.AskAsync(_answerer, $"{_instance.GetText("tag")}: {_request}", _cancellationToken).ConfigureAwait(false);
            if (!response.StartsWith(_texts.AnswerTag, StringComparison.Ordinal) || response.Contains('\n', StringComparison.Ordinal))
            {
                // clemcore counts the violation, but not the request.
                Count(requests: 0, parsed: 0, violated: 1);
                _dialogue.CountViolation();
                return false;
            }

            Count(requests: 1, parsed: 1, violated: 0);
            var isFilled = Mentions(response, value);
            _filled.Add(isFilled);
            _dialogue.Note("metadata", $"Slot filled: {(isFilled ? "True" : "False")}");
            foreach (var (other, otherValue) in _slots)
            {
                if (_knownAt[other] <= question || !Mentions(response, otherValue))
                    continue;
                _dialogue.Note("metadata", $"Value for {other.ToUpperInvariant()} anticipated; ground truth turn updated from {_knownAt[other]} to {question}.");
                _knownAt[other] = question;
            }

            return true;
        }

        // Asks aside about every slot; question is how many have been asked before.
        private async Task ProbeAsync(int question)
        {
            var round = new List<object?>();
            foreach (var (slot, _) in _slots)
            {
                var isKnown = _knownAt[slot] < question;
                round.Add(await ProbeAsync(slot, isKnown, _texts.ProbeOf(_instance, question, slot)).ConfigureAwait(false));
            }

            _probes.Add(round.ToArray());
        }

        private async Task<JsonMap> ProbeAsync(string slot, bool isKnown, string question)
        {
            var name = slot.ToUpperInvariant();
            _cooperative = _texts.AsideTag + (isKnown ? _texts.Yes : _texts.No);
            var answer = "";
            bool? said = null;
            var tries = 0;
            while (said is null && tries < _texts.Reminders.Count)
            {
                var context = _texts.FormatProbe($"{_texts.Reminders[tries]} {question}");
                answer = await _dialogue.AskAsync(_answerer, context, _cancellationToken, remember: false).ConfigureAwait(false);
                tries++;
                said = ReadAside(answer);
                _dialogue.Note("parse", said switch { true => _texts.Yes, false => _texts.No, null => "NA" });
                Count(requests: 1, parsed: said is null ? 0 : 1, violated: said is null ? 1 : 0);
                if (said is null)
                    _dialogue.CountViolation();
            }

            _dialogue.Note("metadata", $"Answer for {name} {(said is null ? "invalid" : "valid")} after {tries} tries.");
            _dialogue.Note("check", said == isKnown ? "Answer is correct." : "Answer is incorrect.");
            return new JsonMap([
                new("target", name),
                new("question", _texts.FormatProbe(question)),
                new("gt", isKnown ? 1L : 0L),
                new("answer", answer),
                new("value", (said ?? !isKnown) ? 1L : 0L),
                new("tries", (long)tries)]);
        }

        private bool? ReadAside(string answer)
        {
            if (!answer.StartsWith(_texts.AsideTag, StringComparison.Ordinal) || answer.Contains('\n', StringComparison.Ordinal))
                return null;
            var said = answer[_texts.AsideTag.Length..].TrimStart();
            return said.StartsWith(_texts.Yes, StringComparison.OrdinalIgnoreCase) ? true
                : said.StartsWith(_texts.No, StringComparison.OrdinalIgnoreCase) ? false
                : null;
        }

        private void Count(long requests, long parsed, long violated)
        {
            var last = _counts[^1];
            _counts[^1] = (last.Requests + requests, last.Parsed + parsed, last.Violated + violated);
        }

        private void LogKeys()
        {
            _dialogue.LogKey(PrivateSharedScores.Probes, _probes.ToArray());
            _dialogue.LogKey("realised_slots", new JsonMap(_order.Select(slot => KeyValuePair.Create(slot, (object?)(long)_knownAt[slot]))));
            _dialogue.LogKey(Metrics.RequestCount, _counts.Select(count => (object?)count.Requests).ToArray());
            _dialogue.LogKey(Metrics.ParsedRequestCount, _counts.Select(count => (object?)count.Parsed).ToArray());
            _dialogue.LogKey(Metrics.ViolatedRequestCount, _counts.Select(count => (object?)count.Violated).ToArray());
            _dialogue.LogKey(PrivateSharedScores.FilledSlots, _filled.ToArray());
            _dialogue.LogKey(Metrics.Aborted, false);
            _dialogue.LogKey("Played Probe Rounds", (long)_probes.Count);
        }

        private static bool Mentions(string answer, string value) => answer.Contains(value, StringComparison.OrdinalIgnoreCase);
    }
}
