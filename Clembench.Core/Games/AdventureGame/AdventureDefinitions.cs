using System.Text.Json;
using Clembench.Common;
using Clembench.Json;

namespace Clembench.Games.AdventureGame;

/// <summary>
/// The kinds of rooms, things and actions of an adventure. An instance has them in itself or names files, which are
/// looked for beside the instance file (in <c>resources/definitions/</c> of the game's folder) and else among those of
/// the product, which has the benchmark's <c>home</c> world under the benchmark's names, in words of its own.
/// </summary>
internal sealed class AdventureDefinitions
{
    private AdventureDefinitions(GameInstance instance)
    {
        var entities = ReadAll(instance, "entity_definitions").ToList();
        var rooms = ReadAll(instance, "room_definitions").ToList();
        var surfaces = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (type, name) in entities.Concat(rooms).Select(kind => (TypeOf(kind, instance), kind.GetOrDefault<string>("repr_str"))))
            surfaces[type] = name ?? type;
        Surfaces = surfaces;
        Types = surfaces.GroupBy(kind => kind.Value, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last().Key, StringComparer.Ordinal);
        Rooms = rooms.Select(room => TypeOf(room, instance)).ToHashSet(StringComparer.Ordinal);
        Traits = entities.ToDictionary(
            kind => TypeOf(kind, instance),
            kind => (IReadOnlyList<string>)[.. (kind.GetOrDefault<object?[]>("traits") ?? []).OfType<string>()], StringComparer.Ordinal);
        Hidden = entities.Where(kind => kind.ContainsKey("hidden")).Select(kind => TypeOf(kind, instance)).ToHashSet(StringComparer.Ordinal);
        Adjectives = entities.SelectMany(kind => (kind.GetOrDefault<object?[]>("possible_adjs") ?? []).OfType<string>()).ToHashSet(StringComparer.Ordinal);
        Actions = ReadAll(instance, "action_definitions").Select(action => ActionDefinition.Read(action)
            ?? throw instance.Lacks($"whole definition of the action '{action.GetOrDefault<string>("type_name")}'")).ToList();
        var domains = ReadDomains(instance);
        Supertypes = domains.SelectMany(domain => Find(domain, ":types")?.ReadTyped() ?? throw instance.Lacks("domain definition with types in PDDL"))
            .ToLookup(pair => pair.Name, pair => pair.Type, StringComparer.Ordinal);
        Numbers = [.. domains.SelectMany(domain => Find(domain, ":functions")?.Items ?? [])
            .Where(function => function.Head is not null && function.Items.Count > 1)
            .SelectMany(function => function.ReadTyped().Take(1).Select(pair => (function.Head!, pair.Type)))];
    }

    /// <summary>What each type of room or thing is called, by the type.</summary>
    public IReadOnlyDictionary<string, string> Surfaces { get; }

    /// <summary>The type of room or thing that has a name.</summary>
    public IReadOnlyDictionary<string, string> Types { get; }

    /// <summary>The types of rooms.</summary>
    public IReadOnlySet<string> Rooms { get; }

    /// <summary>What can be done with each type of thing, such as <c>takeable</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Traits { get; }

    /// <summary>The types of things that no description mentions.</summary>
    public IReadOnlySet<string> Hidden { get; }

    /// <summary>Words that may stand before the name of a thing.</summary>
    public IReadOnlySet<string> Adjectives { get; }

    /// <summary>The actions.</summary>
    public IReadOnlyList<ActionDefinition> Actions { get; }

    /// <summary>The types that a type is a kind of.</summary>
    public ILookup<string, string> Supertypes { get; }

    /// <summary>The numbers that a world keeps, with the type of what each is kept for.</summary>
    public IReadOnlyList<(string Name, string Type)> Numbers { get; }

    /// <summary>Reads the definitions of an instance.</summary>
    /// <exception cref="ClemException">There is none where the instance says, or one lacks something.</exception>
    public static AdventureDefinitions Of(GameInstance instance) => new(instance);

    /// <summary>Whether a type is another one, or a kind of it.</summary>
    public bool IsA(string type, string other) =>
        type == other || Supertypes[type].Contains(other) || (Traits.TryGetValue(type, out var traits) && traits.Contains(other));

    private static string TypeOf(JsonMap kind, GameInstance instance) =>
        kind.GetOrDefault<string>("type_name") ?? throw instance.Lacks("'type_name' in one of its definitions");

    private static PddlNode? Find(PddlNode domain, string section) => domain.Items.FirstOrDefault(item => item.Head == section);

    private static List<PddlNode> ReadDomains(GameInstance instance) =>
        [.. ReadAll(instance, "domain_definitions").Select(domain =>
            (domain.GetOrDefault<string>("pddl_domain") is { } text ? PddlNode.Parse(text) : null) ?? throw instance.Lacks("domain definition in PDDL"))];

    private static IEnumerable<JsonMap> ReadAll(GameInstance instance, string key)
    {
        foreach (var source in instance.Properties.GetOrDefault<object?[]>(key) ?? throw instance.Lacks($"list '{key}'"))
        {
            var content = source is string name ? ReadFile(instance, name) : source;
            foreach (var definition in content as object?[] ?? [content])
                yield return definition as JsonMap ?? throw instance.Lacks($"definitions that are objects in '{key}'");
        }
    }

    private static object? ReadFile(GameInstance instance, string name)
    {
        // A name alone: an instance file cannot make the game read anything but definitions.
        var folder = instance.Source is null ? null : Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(instance.Source)));
        var path = folder is null || Path.GetFileName(name) != name ? null : Path.Join(folder, "resources", "definitions", name);
        try
        {
            if (path is not null && File.Exists(path))
                return PythonJson.Parse(File.ReadAllBytes(OfficialResources.Within(Path.GetDirectoryName(path)!, path)));
            using var stream = typeof(AdventureDefinitions).Assembly.GetManifestResourceStream($"adventuregame/{name}");
            if (stream is not null)
            {
                using var memory = new MemoryStream();
                stream.CopyTo(memory);
                return PythonJson.Parse(memory.ToArray());
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ClemException(
                "Clem.Game.ResourceMissing", ErrorKind.InvalidData, $"The definitions '{path}' of {instance} cannot be read: {e.Message}",
                "Correct the file, or take the one of the benchmark.", path ?? name, e);
        }

        throw new ClemException(
            "Clem.Game.ResourceMissing", ErrorKind.NotFound,
            $"{instance} names the definitions '{name}', which are not {(path is null ? "known" : $"at '{path}'")} and not part of the product.",
            "Use the instance file in its place in a checkout of the benchmark, where the definitions lie beside it.", name);
    }
}
