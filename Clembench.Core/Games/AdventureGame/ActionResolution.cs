using System.Globalization;
using System.Text.RegularExpressions;
using Clembench.Json;

namespace Clembench.Games.AdventureGame;

/// <summary>Carries out a command in a world: checks that it is possible, and changes the world.</summary>
internal sealed partial class ActionResolution
{
    private readonly AdventureWorld _world;
    private readonly AdventureDefinitions _definitions;
    private readonly Command _command;

    // By the parameter's name; null for one that the command may leave out.
    private readonly Dictionary<string, string?> _values = new(StringComparer.Ordinal);

    private ActionResolution(AdventureWorld world, AdventureDefinitions definitions, Command command)
    {
        _world = world;
        _definitions = definitions;
        _command = command;
    }

    /// <summary>What came to hold.</summary>
    public List<Fact> Added { get; } = [];

    /// <summary>What ceased to hold.</summary>
    public List<Fact> Removed { get; } = [];

    /// <summary>Why the action was not possible; null where it was.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>What the player is told.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Carries out a command.</summary>
    /// <param name="world">The world, which changes where the command is possible.</param>
    /// <param name="definitions">The kinds of things.</param>
    /// <param name="command">The command.</param>
    /// <returns>What came of it.</returns>
    public static ActionResolution Resolve(AdventureWorld world, AdventureDefinitions definitions, Command command)
    {
        var resolution = new ActionResolution(world, definitions, command);
        resolution.Failure = resolution.FindNamed() ?? resolution.FindFailure();
        if (resolution.Failure is null)
        {
            resolution.Apply(command.Action.Effect, resolution._values);
            resolution.Text = resolution.Fill(command.Action.SuccessText);
        }
        else
        {
            resolution.Text = resolution.Failure.Text;
        }

        return resolution;
    }

    // Whether the command is about rooms and things that there are, and that the action is for.
    private Failure? FindNamed()
    {
        if (_command.First is not { } first)
            return null;
        if (!_definitions.Types.TryGetValue(first, out var type))
            return Unknown(first);
        if (_definitions.Rooms.Contains(type) && (_command.Action.Name is "take" or "put" or "open" or "close"))
            return new(Failure.Parsing, "manipulating_room", $"You cannot {_command.Action.Name} the {first}.", type);
        if (_command.Second is not { } second)
            return null;
        if (_command.Action.Name == "take" && second == AdventureWorld.Inventory)
        {
            return _world.Carried.Any(thing => _world.TypeOf(thing) == type)
                ? new(Failure.Resolution, "taking_from_inventory", $"You carry the {first} already.", type)
                : new(Failure.Parsing, "taking_from_inventory", "There is no need to take what you carry.", second);
        }

        if (!_definitions.Types.TryGetValue(second, out var other))
            return Unknown(second);
        if (!_definitions.Rooms.Contains(other))
            return null;

        // clembench compares the type of the one with the name of the other, which differ for a room of two words.
        var here = _world.TypeOf(_world.PlayerRoom)!;
        return other == here && other == _definitions.Surfaces[here]
            ? null
            : new(Failure.Parsing, "other_room_argument", other == here ? $"A {second} has no place for things." : $"You are not in the {second}.", other);

        static Failure Unknown(string name) => new(Failure.Parsing, "undefined_repr_str", $"I do not know what '{name}' is.", name);
    }

    private Failure? FindFailure()
    {
        foreach (var (name, _) in _command.Action.Parameters)
            _values[name] = FindValue(_command.Action.Sources[name]);
        foreach (var (name, type) in _command.Action.Parameters)
        {
            if (_values[name] is { } value && !_definitions.IsA(_world.TypeOf(value) ?? value, type))
                return Fail(_command.Action.ParameterFailures, _command.Action.SourceOrder.ToList().IndexOf(name), "failed_parameter", value);
        }

        // The first predicate that fails says what is wrong.
        var predicate = -1;
        var (fulfilled, failed) = Check(_command.Action.Precondition, ref predicate);
        if (fulfilled)
            return null;
        return _values.ContainsValue(null)
            ? new(Failure.Resolution, "take_non_takeable_object", "You cannot do that.", Describe("failed_precon_predicate", "?s - receptacle"))
            : Fail(_command.Action.PreconditionFailures, failed, "failed_precon_predicate", $"{failed}");
    }

    private Failure Fail(IReadOnlyList<(string Text, string Kind)> failures, int index, string key, string value)
    {
        var (text, kind) = index >= 0 && index < failures.Count ? failures[index] : ("You cannot do that.", "world_state_discrepancy");
        text = Fill(text);
        return new(Failure.Resolution, kind, text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..], Describe(key, value));
    }

    private JsonMap Describe(string key, string value) => new([new("failed_action_type", _command.Action.Name), new(key, value)]);

    private string? FindValue(IReadOnlyList<string> sources)
    {
        foreach (var source in sources)
        {
            var value = source switch
            {
                "arg1" => Find(_command.First),
                "arg2" => Find(_command.Second),
                "arg1_receptacle" => Find(_command.First) is { } thing ? _world.SecondOf("in", thing) ?? _world.SecondOf("on", thing) : null,
                "current_player_room" => _world.PlayerRoom,
                "player" => AdventureWorld.Player,
                "inventory" => AdventureWorld.Inventory,
                "current_room_floor" => $"{_world.PlayerRoom}floor1",
                _ => null,
            };
            if (value is not null)
                return value;
        }

        return null;
    }

    private string? Find(string? name) => name is null ? null : _world.Find(_definitions.Types.GetValueOrDefault(name, name));

    // Whether a condition holds, and the number of the first predicate that is at fault. All predicates are counted.
    private (bool IsFulfilled, int Failed) Check(PddlNode condition, ref int predicate)
    {
        switch (condition.Head)
        {
            case "and" or "or":
                var (all, any, failed) = (true, false, -1);
                foreach (var item in condition.Items.Skip(1))
                {
                    var (fulfilled, at) = Check(item, ref predicate);
                    (all, any, failed) = (all && fulfilled, any || fulfilled, failed < 0 && !fulfilled ? at : failed);
                }

                return (condition.Head == "and" ? all : any, failed);
            case "not":
                var (inner, _) = Check(condition.Items[1], ref predicate);
                return (!inner, predicate);
            default:
                predicate++;
                return (Holds(condition, _values), predicate);
        }
    }

    private bool Holds(PddlNode condition, Dictionary<string, string?> values)
    {
        switch (condition.Head)
        {
            case "and":
                return condition.Items.Skip(1).All(item => Holds(item, values));
            case "or":
                return condition.Items.Skip(1).Any(item => Holds(item, values));
            case "not":
                return !Holds(condition.Items[1], values);
            case "<" or "<=" or "=" or ">=" or ">":
                var (left, right) = (NumberOf(condition.Items[1], values), NumberOf(condition.Items[2], values));
                return condition.Head switch { "<" => left < right, "<=" => left <= right, "=" => left == right, ">=" => left >= right, _ => left > right };
            default:
                return ToFact(condition, values) is not { } fact || _world.Has(fact);
        }
    }

    private void Apply(PddlNode effect, Dictionary<string, string?> values)
    {
        switch (effect.Head)
        {
            case "and":
                foreach (var item in effect.Items.Skip(1))
                    Apply(item, values);
                break;
            case "when":
                if (Holds(effect.Items[1], values))
                    Apply(effect.Items[2], values);
                break;
            case "forall":
                foreach (var (name, type) in effect.Items[1].ReadTyped())
                {
                    foreach (var one in _world.All.Where(one => _definitions.IsA(_world.TypeOf(one)!, type) || _world.Has(new(type, one))).ToList())
                    {
                        foreach (var item in effect.Items.Skip(2))
                            Apply(item, new(values) { [name] = one });
                    }
                }

                break;
            case "increase" or "decrease" or "assign":
                if (ToFact(effect.Items[1], values) is { } number)
                {
                    var value = NumberOf(effect.Items[2], values);
                    Removed.Add(number with { Second = $"{_world.NumberOf(number)}" });
                    _world.SetNumber(number, effect.Head switch { "increase" => _world.NumberOf(number) + value, "decrease" => _world.NumberOf(number) - value, _ => value });
                }

                break;
            case "not":
                if (ToFact(effect.Items[1], values) is { } gone)
                {
                    _world.Remove(gone);
                    Removed.Add(gone);
                }

                break;
            default:
                if (ToFact(effect, values) is { } fact)
                {
                    _world.Add(fact);
                    Added.Add(fact);
                }

                break;
        }
    }

    private long NumberOf(PddlNode node, Dictionary<string, string?> values) =>
        node.Word is { } word ? long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0
        : ToFact(node, values) is { } fact ? _world.NumberOf(fact) : 0;

    // Null for an effect without content, and where an argument was left out: it then counts as fulfilled, and changes nothing.
    private static Fact? ToFact(PddlNode node, Dictionary<string, string?> values)
    {
        if (node.Items.Count is not (2 or 3))
            return null;
        var arguments = node.Items.Skip(1).Select(item => item.Word is { } word && word[0] == '?' ? values.GetValueOrDefault(word) : item.Word).ToArray();
        return arguments.Contains(null) ? null : new(node.Head!, arguments[0]!, arguments.ElementAtOrDefault(1));
    }

    private string Fill(string text) => Placeholder().Replace(text, match => match.Groups[1].Value switch
    {
        "room_desc" => _world.DescribeRoom(),
        "inventory_desc" => _world.DescribeInventory(),
        "prep" => _command.Preposition ?? Added.FirstOrDefault(fact => fact.Predicate is "in" or "on").Predicate ?? "",
        "container_content" => _world.DescribeContent(Added.FirstOrDefault(fact => fact.Predicate == "open").First ?? ""),
        "arg1_desc" => _world.DescribeThing(Find(_command.First) ?? ""),
        "arg2_desc" => _world.DescribeThing(Find(_command.Second) ?? ""),
        "arg1_text" => _world.SecondOf("text", Find(_command.First) ?? "") ?? "",
        var name => _values.GetValueOrDefault($"?{name}") is { } value ? _world.NameOf(value) : name,
    });

    [GeneratedRegex(@"\{\{\s*(\w+)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
