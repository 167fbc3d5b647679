using Clembench.Backends;
using Clembench.Json;
using Clembench.Results;

namespace Clembench.Games;

/// <summary>
/// One episode as its game master sees it: the players, the exchange with them, and the record that grows with every
/// step. Not safe for use from several threads at once: an episode is one conversation.
/// </summary>
public sealed class Dialogue
{
    /// <summary>The name of the game master in the record.</summary>
    public const string GameMaster = "GM";

    private readonly IReadOnlyList<IModel> _models;
    private readonly GenerationOptions _options;
    private readonly TimeProvider _clock;
    private readonly List<Player> _players = [];
    private readonly List<List<InteractionEvent>> _rounds = [[]];
    private readonly List<RequestCounts> _counts = [new()];
    private readonly List<RecordedCall> _calls = [];
    private readonly OrderedDictionary<string, object?> _keys = [];
    private int _seated;

    /// <summary>Creates the dialogue of an episode.</summary>
    /// <param name="models">The models, one for each role or one for all.</param>
    /// <param name="options">How the models generate.</param>
    /// <param name="clock">The clock of the record's timestamps, which are local times.</param>
    public Dialogue(IReadOnlyList<IModel> models, GenerationOptions options, TimeProvider clock)
    {
        _models = models;
        _options = options;
        _clock = clock;
    }

    /// <summary>The players, in the order in which they were seated.</summary>
    public IReadOnlyList<Player> Players => _players;

    /// <summary>Which of the models a player is, from 0.</summary>
    /// <param name="player">The player's name.</param>
    /// <returns>The model's place; null for a role that the game plays itself.</returns>
    public int? SeatOf(string player)
    {
        var seats = _players.Where(one => !one.IsProgrammatic).Select(one => one.Name).ToList();
        return seats.IndexOf(player) is >= 0 and var seat ? seat : null;
    }

    /// <summary>The current round, from 0.</summary>
    public int Round => _rounds.Count - 1;

    /// <summary>The events of each round so far.</summary>
    public IReadOnlyList<IReadOnlyList<InteractionEvent>> Rounds => _rounds;

    /// <summary>The calls made so far, in order.</summary>
    public IReadOnlyList<RecordedCall> Calls => _calls;

    /// <summary>Seats the next model in a role.</summary>
    /// <param name="role">The role's name.</param>
    /// <param name="cooperative">What a cooperative player says in the role: the mock model's part.</param>
    /// <returns>The player.</returns>
    public Player AddPlayer(string role, PlayerScript cooperative)
    {
        // One model plays all roles; otherwise there is one for each.
        var model = _models[_models.Count == 1 ? 0 : _seated];
        _seated++;
        return Seat(role, model is IScriptedModel scripted ? scripted.InRole(cooperative) : model, isProgrammatic: false);
    }

    /// <summary>Seats a program in a role that the game plays itself.</summary>
    /// <param name="role">The role's name.</param>
    /// <param name="script">The program.</param>
    /// <returns>The player.</returns>
    public Player AddProgrammaticPlayer(string role, PlayerScript script) =>
        Seat(role, new ProgrammaticModel(PlayerInfo.Programmatic, script), isProgrammatic: true);

    /// <summary>Gives a player a context and waits for the response; both are recorded.</summary>
    /// <param name="player">The player.</param>
    /// <param name="context">What the player is told.</param>
    /// <param name="cancellationToken">Stops the model.</param>
    /// <param name="images">Images that belong to the context (see <see cref="InstanceImages"/>).</param>
    /// <param name="remember">Whether the player remembers this exchange; a probe is forgotten.</param>
    /// <returns>The response without outer white space.</returns>
    /// <exception cref="Common.ClemException">The model failed.</exception>
    public async Task<string> AskAsync(
        Player player, string context, CancellationToken cancellationToken, IReadOnlyList<ChatImage>? images = null, bool remember = true)
    {
        var message = ChatMessage.User(context) with { Images = images ?? [] };
        LogEvent(
            GameMaster, player.Name, "send message", context, remember ? "context" : "forget",
            message.Images.Select(image => image.Reference).ToArray());

        var conversation = ChatMessage.Prepare([.. player.Memory, message]);
        var started = _clock.GetTimestamp();
        var response = await player.Model.GenerateAsync(conversation, _options, cancellationToken).ConfigureAwait(false);
        var text = response.Text.Trim();

        // The event and its call carry one timestamp, by which readers match them.
        var timestamp = LogEvent(player.Name, GameMaster, "get message", text, remember ? "response" : "forget");
        _calls.Add(new RecordedCall(player.Name, Round, timestamp, _clock.GetElapsedTime(started), response));
        if (!player.IsProgrammatic)
            _counts[^1].Requests++;
        if (remember)
            player.Remember(message, ChatMessage.Assistant(text));
        return text;
    }

    /// <summary>Notes a verdict or another step of the game master: an event from the game master to itself.</summary>
    /// <param name="type">The kind of event, such as <c>invalid format</c>.</param>
    /// <param name="content">What there is to say about it: a text, a number, a list or a dictionary.</param>
    public void Note(string type, object? content) => LogEvent(GameMaster, GameMaster, type, content);

    /// <summary>Notes a verdict that has more to it than a content, such as the answer that was found in a response.</summary>
    /// <param name="type">The kind of event.</param>
    /// <param name="content">The content.</param>
    /// <param name="further">Further members of the event's action, which scorers find in <see cref="InteractionEvent.Action"/>.</param>
    public void Note(string type, object? content, IEnumerable<KeyValuePair<string, object?>> further) =>
        _rounds[^1].Add(new InteractionEvent
        {
            Turn = Round,
            From = GameMaster,
            To = GameMaster,
            Type = type,
            Content = content,
            Timestamp = _clock.GetLocalNow().DateTime,
            Action = new JsonMap([new("type", type), new("content", content), .. further]),
        });

    /// <summary>Counts the latest request as violated: its response did not have the form that the game asks for.</summary>
    public void CountViolation() => _counts[^1].Violated++;

    /// <summary>Begins the next round.</summary>
    public void NextRound()
    {
        _rounds.Add([]);
        _counts.Add(new());
    }

    /// <summary>Records a value at the top of the record, such as <c>Aborted</c>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">A plain value (see <see cref="JsonMap"/>).</param>
    public void LogKey(string key, object? value) => _keys[key] = value;

    /// <summary>Records any event, for exchanges that no model takes part in.</summary>
    /// <param name="from">Who speaks.</param>
    /// <param name="to">Who is spoken to.</param>
    /// <param name="type">The kind of event.</param>
    /// <param name="content">The content.</param>
    /// <param name="label">How the player keeps it: <c>context</c>, <c>response</c>, <c>forget</c>, <c>pseudo</c>.</param>
    /// <param name="images">Images that belong to the content, as records call them.</param>
    /// <returns>The event's timestamp.</returns>
    public DateTime LogEvent(
        string from, string to, string type, object? content, string? label = null, IReadOnlyList<string>? images = null)
    {
        var timestamp = _clock.GetLocalNow().DateTime;
        _rounds[^1].Add(new InteractionEvent
        {
            Turn = Round,
            From = from,
            To = to,
            Type = type,
            Content = content,
            Label = label,
            Images = images ?? [],
            Timestamp = timestamp,
        });
        return timestamp;
    }

    /// <summary>The record as it stands.</summary>
    /// <param name="meta">What the episode is.</param>
    /// <returns>An immutable copy, with the request counts of each round among its keys.</returns>
    public Interactions ToInteractions(InteractionsMeta meta)
    {
        var keys = _keys.ToList();
        void Count(string key, Func<RequestCounts, int> count)
        {
            if (!_keys.ContainsKey(key))
                keys.Add(new(key, _counts.Select(round => (object?)(long)count(round)).ToArray()));
        }

        Count(Scoring.Metrics.RequestCount, round => round.Requests);
        Count(Scoring.Metrics.ViolatedRequestCount, round => round.Violated);
        Count(Scoring.Metrics.ParsedRequestCount, round => round.Requests - round.Violated);
        return new Interactions
        {
            Meta = meta with { RoundCount = _rounds.Count },
            Players =
            [
                new PlayerInfo(GameMaster, "Game Master", PlayerInfo.Programmatic),
                .. _players.Select(player => new PlayerInfo(player.Name, player.Role, player.Model.Name)),
            ],
            Rounds = _rounds.Select(round => (IReadOnlyList<InteractionEvent>)[.. round]).ToArray(),
            Keys = new JsonMap(keys),
        };
    }

    private Player Seat(string role, IModel model, bool isProgrammatic)
    {
        var player = new Player($"Player {_players.Count + 1}", role, model, isProgrammatic);
        _players.Add(player);
        return player;
    }

    private sealed class RequestCounts
    {
        public int Requests { get; set; }

        public int Violated { get; set; }
    }
}
