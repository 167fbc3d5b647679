using System.Text.RegularExpressions;
using Clembench.Json;

namespace Clembench.Games.AdventureGame;

/// <summary>A kind of action: the verbs that name it, when it can be taken, what it changes, and what is said about it.</summary>
internal sealed partial class ActionDefinition
{
    private ActionDefinition(JsonMap source, string name, PddlNode pddl, PddlNode precondition, PddlNode effect)
    {
        Name = name;
        Verbs = source.GetOrDefault<object?[]>("verbs")?.OfType<string>().ToArray()
            ?? [.. QuotedWord().Matches(VerbRule().Match(source.GetOrDefault<string>("lark") ?? "").Value).Select(match => match.Groups[1].Value)];
        Fillers = source.GetOrDefault<object?[]>("fillers")?.OfType<string>().ToArray()
            ?? [.. QuotedWord().Matches((source.GetOrDefault<string>("lark") ?? "").Split('\n')[0]).Select(match => match.Groups[1].Value)];
        Parameters = [.. (pddl.After(":parameters") ?? pddl).ReadTyped()];
        Precondition = precondition;
        Effect = effect;
        var mapping = source.GetOrDefault<JsonMap>("pddl_parameter_mapping") ?? JsonMap.Empty;
        Sources = mapping.ToDictionary(
            entry => entry.Key, entry => (IReadOnlyList<string>)[.. (entry.Value as object?[] ?? []).OfType<string>()], StringComparer.Ordinal);
        SourceOrder = [.. mapping.Keys];
        var failures = source.GetOrDefault<JsonMap>("failure_feedback") ?? JsonMap.Empty;
        ParameterFailures = ReadFailures(failures, "parameters");
        PreconditionFailures = ReadFailures(failures, "precondition");
        SuccessText = source.GetOrDefault<string>("success_feedback") ?? "";
        IsEpistemic = source.GetOrDefault<bool>("epistemic");
        IsPragmatic = source.GetOrDefault<bool>("pragmatic");
    }

    /// <summary>The action's name, such as <c>take</c>.</summary>
    public string Name { get; }

    /// <summary>The words that a command for the action may begin with.</summary>
    public IReadOnlyList<string> Verbs { get; }

    /// <summary>Words in a command that mean nothing, such as the one in <c>put it back on</c>.</summary>
    public IReadOnlyList<string> Fillers { get; }

    /// <summary>The parameters with their types, such as <c>?e</c> and <c>takeable</c>.</summary>
    public IReadOnlyList<(string Name, string Type)> Parameters { get; }

    /// <summary>What must hold.</summary>
    public PddlNode Precondition { get; }

    /// <summary>What changes.</summary>
    public PddlNode Effect { get; }

    /// <summary>Where the value of each parameter comes from, such as <c>arg1</c>; of several the first that there is.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Sources { get; }

    /// <summary>The parameters in the order of <see cref="ParameterFailures"/>.</summary>
    public IReadOnlyList<string> SourceOrder { get; }

    /// <summary>What is said where a parameter's value is of another type, with the kind of failure.</summary>
    public IReadOnlyList<(string Text, string Kind)> ParameterFailures { get; }

    /// <summary>What is said where a predicate of the precondition fails, in the order of the predicates.</summary>
    public IReadOnlyList<(string Text, string Kind)> PreconditionFailures { get; }

    /// <summary>What is said where the action succeeds.</summary>
    public string SuccessText { get; }

    /// <summary>Whether the action is taken to learn something.</summary>
    public bool IsEpistemic { get; }

    /// <summary>Whether the action is taken to change something.</summary>
    public bool IsPragmatic { get; }

    /// <summary>Whether a command for the action has something after its verb.</summary>
    public bool HasArguments => Sources.Values.Any(sources => sources.Contains("arg1"));

    /// <summary>Whether a command for the action may name two things.</summary>
    public bool MayHaveTwoArguments => Sources.Values.Any(sources => sources.Contains("arg2"));

    /// <summary>Whether a command for the action must name two things.</summary>
    public bool NeedsTwoArguments => Sources.Values.Any(sources => sources is ["arg2"]);

    /// <summary>Reads a definition, whose rules are in PDDL; null where it lacks something.</summary>
    public static ActionDefinition? Read(JsonMap source) =>
        source.GetOrDefault<string>("type_name") is { } name && source.GetOrDefault<string>("pddl") is { } text
            && PddlNode.Parse(text) is { Head: ":action" } pddl
            && pddl.After(":precondition") is { } precondition && pddl.After(":effect") is { } effect
            && new ActionDefinition(source, name, pddl, precondition, effect) is { Verbs.Count: > 0 } definition
            && definition.Parameters.All(parameter => definition.Sources.ContainsKey(parameter.Name))
            ? definition
            : null;

    private static (string Text, string Kind)[] ReadFailures(JsonMap failures, string key) =>
        [.. (failures.GetOrDefault<object?[]>(key) ?? []).Select(failure => failure is object?[] and [string text, string kind] ? (text, kind) : ("", ""))];

    // In clembench's definitions the verbs stand in a grammar: NAME.1: ("take" | "grab") WS
    [GeneratedRegex(@"^[A-Z]+\.1:.*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex VerbRule();

    [GeneratedRegex("\"([a-z]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex QuotedWord();
}
