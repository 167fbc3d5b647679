using Clembench.Json;

namespace Clembench.Games.Codenames;

/// <summary>The experiment's leniencies, and how often each was needed for one player's answers.</summary>
internal sealed class CodenamesFlags
{
    public const string IgnoreRambling = "IGNORE RAMBLING";
    public const string IgnoreFalseWords = "IGNORE FALSE TARGETS OR GUESSES";
    public const string RepromptOnError = "REPROMPT ON ERROR";
    public const string StripWords = "STRIP WORDS";
    public const string IgnoreNumber = "IGNORE NUMBER OF TARGETS";

    private static readonly string[] Names = [IgnoreRambling, IgnoreFalseWords, RepromptOnError, StripWords, IgnoreNumber];

    private readonly HashSet<string> _set;
    private readonly Dictionary<string, long> _engaged = Names.ToDictionary(name => name, _ => 0L);

    public CodenamesFlags(GameInstance instance)
    {
        var flags = instance.ExperimentProperties.GetOrDefault<JsonMap>("flags") ?? throw instance.ExperimentLacks("map 'flags'");
        _set = [.. flags.Where(flag => flag.Value is true).Select(flag => flag.Key)];
    }

    /// <summary>Uses a leniency, if the experiment has it.</summary>
    /// <param name="flag">The leniency.</param>
    /// <returns>Whether the experiment has it.</returns>
    public bool TryEngage(string flag)
    {
        if (!_set.Contains(flag))
            return false;
        _engaged[flag]++;
        return true;
    }

    /// <summary>How often each was used, as the record has it.</summary>
    public JsonMap ToCounts() => new(Names.Select(name => KeyValuePair.Create(name, (object?)_engaged[name])));
}
