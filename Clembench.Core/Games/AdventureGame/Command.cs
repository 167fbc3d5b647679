namespace Clembench.Games.AdventureGame;

/// <summary>A command that was understood so far: its action, and the names of what it is about.</summary>
/// <param name="Action">The action.</param>
/// <param name="First">The name of the first room or thing.</param>
/// <param name="Second">The name of the second one.</param>
/// <param name="Preposition">The last preposition before one of them.</param>
internal sealed record Command(ActionDefinition Action, string? First, string? Second, string? Preposition)
{
    private const int MaxWords = 4;
    private static readonly string[] Articles = ["the", "a", "an"];
    private static readonly string[] Prepositions = ["on", "in", "from", "out", "into", "up"];

    /// <summary>Reads a command: a verb, and what it is about, with articles, adjectives and prepositions.</summary>
    /// <param name="text">The command; case and a full stop or exclamation mark at its end do not count.</param>
    /// <param name="definitions">The actions and the words of the adventure.</param>
    /// <param name="failure">Why it was not understood.</param>
    /// <returns>The command, or null.</returns>
    public static Command? Read(string text, AdventureDefinitions definitions, out Failure? failure)
    {
        text = (text.EndsWith('.') || text.EndsWith('!') ? text[..^1] : text).ToLowerInvariant();
        failure = null;
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || text.Any(c => !char.IsAsciiLetter(c) && !char.IsWhiteSpace(c) && c != '\''))
        {
            failure = new(Failure.Parsing, "lark_exception", "I do not understand this.", text);
            return null;
        }

        var action = definitions.Actions.FirstOrDefault(one => one.Verbs.Contains(words[0]));
        var command = action is null ? null : ReadThings(action, words[1..], definitions);
        if (command is null)
        {
            failure = definitions.Actions.Any(one => one.Name == words[0])
                ? new(Failure.Parsing, "malformed_command", "I do not understand this.", text)
                : new(Failure.Parsing, "undefined_action_verb", $"I do not know how to '{words[0]}'.", words[0]);
        }

        return command;
    }

    private static Command? ReadThings(ActionDefinition action, string[] words, AdventureDefinitions definitions)
    {
        if (!action.HasArguments)
            return words.Length == 0 ? new(action, null, null, null) : null;
        if (!action.MayHaveTwoArguments)
        {
            var meant = words.SkipWhile(action.Fillers.Contains).ToList();
            return ReadThing(meant.Count > 0 ? meant : words, definitions) is { } thing ? new(action, thing, null, null) : null;
        }

        var things = new List<List<string>> { new() };
        string? preposition = null;
        for (var i = 0; i < words.Length; i++)
        {
            var isPreposition = Prepositions.Contains(words[i]);
            if (!isPreposition && !action.Fillers.Contains(words[i]))
            {
                things[^1].Add(words[i]);
                continue;
            }

            if (things[^1].Count > 0)
                things.Add([]);
            else if (things.Count == 1 && action.NeedsTwoArguments)
                return null;
            if (!isPreposition)
                continue;
            var hasOf = words[i] == "out" && i + 1 < words.Length && words[i + 1] == "of";
            preposition = hasOf ? "out of" : words[i];
            i += hasOf ? 1 : 0;
        }

        if (things.Count == 1 && action.NeedsTwoArguments && SplitThings(things[0], definitions) is { } split)
            things = split;
        var names = things.Select(thing => ReadThing(thing, definitions)).ToList();
        return names.Contains(null) || (names.Count < 2 && action.NeedsTwoArguments)
            ? null
            : new(action, names[0], names.ElementAtOrDefault(1), preposition);
    }

    // Two things without a preposition between them.
    private static List<List<string>>? SplitThings(List<string> words, AdventureDefinitions definitions)
    {
        for (var i = 1; i < words.Count; i++)
        {
            if (IsKnown(words[..i]) && IsKnown(words[i..]))
                return [words[..i], words[i..]];
        }

        return null;
        bool IsKnown(List<string> part) => ReadThing(part, definitions) is { } name && definitions.Types.ContainsKey(name);
    }

    private static string? ReadThing(IEnumerable<string> words, AdventureDefinitions definitions)
    {
        var left = words.ToList();
        if (left.Count > 1 && Articles.Contains(left[0]))
            left.RemoveAt(0);
        while (left.Count > 1 && definitions.Adjectives.Contains(left[0]))
            left.RemoveAt(0);
        return left.Count is 0 or > MaxWords ? null : string.Join(' ', left);
    }
}

/// <summary>Why a command had no effect.</summary>
/// <param name="Phase">Whether it was not understood (<c>parsing</c>) or not possible (<c>resolution</c>).</param>
/// <param name="Kind">The kind of failure, such as <c>entity_not_accessible</c>.</param>
/// <param name="Text">What the player is told.</param>
/// <param name="Argument">What it is about, for the record.</param>
internal sealed record Failure(string Phase, string Kind, string Text, object? Argument)
{
    public const string Parsing = "parsing";
    public const string Resolution = "resolution";
}
