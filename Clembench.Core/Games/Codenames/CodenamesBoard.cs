using Clembench.Json;

namespace Clembench.Games.Codenames;

/// <summary>The cards of an episode: which are still hidden, and which side revealed the others.</summary>
internal sealed class CodenamesBoard
{
    public const string Team = "team";
    public const string Opponent = "opponent";
    public const string Innocent = "innocent";
    public const string Assassin = "assassin";

    private static readonly string[] Assignments = [Team, Innocent, Opponent, Assassin];

    private readonly IReadOnlyList<string> _words;
    private readonly Dictionary<string, string> _assignmentOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _hidden;
    private readonly Dictionary<(string Side, string Assignment), List<string>> _revealed = [];

    private CodenamesBoard(IReadOnlyList<string> words, Dictionary<string, List<string>> hidden)
    {
        _words = words;
        _hidden = hidden;
        foreach (var assignment in Assignments)
        {
            foreach (var word in hidden[assignment])
                _assignmentOf[word] = assignment;
            foreach (var side in new[] { Team, Opponent })
                _revealed[(side, assignment)] = [];
        }
    }

    /// <summary>The words whose card is hidden, as they lie on the board.</summary>
    public IReadOnlyList<string> HiddenWords => [.. _words.Where(word => _hidden[_assignmentOf[word]].Contains(word))];

    /// <summary>The words that the team has revealed, its own ones first.</summary>
    public IReadOnlyList<string> RevealedByTeam => [.. Assignments.SelectMany(assignment => _revealed[(Team, assignment)])];

    /// <summary>Whether the team revealed an assassin.</summary>
    public bool IsAssassinated => _revealed[(Team, Assassin)].Count > 0;

    /// <summary>Whether all words of the team are revealed.</summary>
    public bool IsWon => !IsAssassinated && _hidden[Team].Count == 0;

    /// <summary>How the game ended, in the words of the record; null while it goes on.</summary>
    public string? End =>
        IsAssassinated ? "opponent has won through assassin"
        : IsWon ? "team has won"
        : _hidden[Opponent].Count == 0 ? "opponent has won"
        : null;

    /// <summary>Lays out an instance's board.</summary>
    /// <exception cref="Common.ClemException">The instance has no complete board.</exception>
    public static CodenamesBoard Of(GameInstance instance)
    {
        var words = instance.GetTexts("board");
        var assignments = instance.Properties.GetOrDefault<JsonMap>("assignments") ?? throw instance.Lacks("map 'assignments'");
        var hidden = Assignments.ToDictionary(
            assignment => assignment,
            assignment => assignments.GetOrDefault<object?[]>(assignment)?.OfType<string>().ToList() ?? throw instance.Lacks($"list 'assignments.{assignment}'"));
        var board = new CodenamesBoard(words, hidden);
        return words.FirstOrDefault(word => !board._assignmentOf.ContainsKey(word)) is { } unassigned
            ? throw instance.Lacks($"assignment of the board's word '{unassigned}'")
            : board;
    }

    /// <summary>The hidden words of one assignment.</summary>
    public IReadOnlyList<string> Hidden(string assignment) => _hidden[assignment];

    /// <summary>What a word is; it need not be hidden.</summary>
    public string AssignmentOf(string word) => _assignmentOf[word];

    /// <summary>Turns a hidden card over.</summary>
    /// <param name="side">Who does it.</param>
    /// <param name="word">The card's word.</param>
    /// <returns>What the word is.</returns>
    public string Reveal(string side, string word)
    {
        var assignment = _assignmentOf[word];
        _hidden[assignment].Remove(word);
        _revealed[(side, assignment)].Add(word);
        return assignment;
    }

    /// <summary>The board as the record has it.</summary>
    public JsonMap ToStatus() => new([
        new("hidden", Lists(assignment => _hidden[assignment])),
        new("revealed", new JsonMap([
            new(Team, Lists(assignment => _revealed[(Team, assignment)])),
            new(Opponent, Lists(assignment => _revealed[(Opponent, assignment)]))]))]);

    private static JsonMap Lists(Func<string, IReadOnlyList<string>> words) =>
        new(Assignments.Select(assignment => KeyValuePair.Create(assignment, (object?)words(assignment).ToArray<object?>())));
}
