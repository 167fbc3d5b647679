using System.Text;
using System.Text.RegularExpressions;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Documents;
using Clembench.Fuzz.Mutation;
using Clembench.Games;
using Clembench.Json;
using Clembench.Models;

namespace Clembench.Fuzz.Targets;

/// <summary>A model registry: what is read can be edited, and the edited text holds what it should.</summary>
/// <param name="format">json or yaml.</param>
internal sealed class RegistryTarget(string format) : FuzzTarget
{
    private static readonly JsonMap New = new([new("model_name", "new"), new("backend", "mock"), new("model_config", new JsonMap([new("on", "yes"), new("x", 1e16)]))]);

    private readonly string _path = "model_registry." + format;

    public override string Name => "registry-" + format;

    public override string Description => $"a model registry in {format.ToUpperInvariant()}, and its edits";

    public override InputForm Form => format == "json" ? InputForm.Json : InputForm.Text;

    public override IReadOnlyList<byte[]> Words { get; } = TextMutator.Words(
        "[", "{", "]", "}", "- ", "  ", ": ", ", ", "\"", "'", "\\", "/*", "*/", "//", "# ", "\n", "\r\n", "\t", "&a ", "*a", "&a [*a, *a]", "<<: *a", "!!str ", "!!binary ", "? ", "|\n", ">-\n", "---\n", "...\n", "%YAML 1.1\n",
        "\u0085", "\u2028", "\ufeff", "~", ".nan", "0x1", "1_000", "yes", "!t ", "[ ", "{ a: ", "\u0000", "\\ud800", "- - ", "a: ", "model_name", "backend", "\"model_name\": \"m\"");

    public override bool Run(byte[] input)
    {
        if (!TryRead(() => ModelRegistry.Parse(_path, input), out var entries))
            return false;
        foreach (var entry in entries)
        {
            Promise(Unification.Unify(entry.Properties, entry.Properties) is { } same && PlainValue.AreEqual(same, entry.Properties), "an entry unifies with itself", () => JsonData.ToJson(entry.Properties));
            _ = entry.ImageSupport;
            Secrets.MaskMembers(Secrets.Strip(entry.Properties));
        }

        var document = EntryDocument.Parse(_path, EncodedText.Decode(input).Text);
        object?[] values = [.. document.Entries.Select(entry => entry.Value)];
        Edit(() => document.Add(New, first: true), [New, .. values]);
        Edit(() => document.Add(New, first: false), [.. values, New]);
        for (var i = 0; i < Math.Min(values.Length, 3); i++)
        {
            var index = i;
            Edit(() => document.Replace(index, New), [.. values[..index], New, .. values[(index + 1)..]]);
            Edit(() => document.Remove(index), [.. values[..index], .. values[(index + 1)..]]);
        }

        return true;
    }

    // YAML shares lines and anchors between entries; an edit that would change another entry is refused by the editor, which looks.
    private void Edit(Func<string> edit, IReadOnlyList<object?> expected)
    {
        try
        {
            var edited = edit();
            var entries = EntryDocument.Parse(_path, edited).Entries;
            if (format == "json")
                Promise(entries.Count == expected.Count && entries.Zip(expected).All(pair => PlainValue.AreEqual(pair.First.Value, pair.Second)), "an edit changes what it should, and nothing else", () => edited);
        }
        catch (TextSyntaxException)
        {
            // The editor looks at what it is about to write, and refuses that.
        }
    }
}

/// <summary>A game registry.</summary>
internal sealed class GameRegistryTarget : FuzzTarget
{
    public override string Name => "game-registry";

    public override string Description => "a game registry";

    public override InputForm Form => InputForm.Json;

    public override IReadOnlyList<byte[]> Words { get; } = TextMutator.Words("[", "{", "\"", ",", ":", "/*", "//", "\\u0000", "../", "null");

    public override bool Run(byte[] input)
    {
        if (!TryRead(() => GameRegistry.Parse(Path.Join(Path.GetTempPath(), "clemgame.json"), input), out var games))
            return false;
        foreach (var game in games)
        {
            Promise(Path.IsPathFullyQualified(game.Path) && Path.GetDirectoryName(game.InstancePath) == Path.Join(game.Path, "in"), "an instance file is in its game's folder", () => game.InstancePath);
            Promise(game.Players is > 0 and < 100, "a game has a number of players", () => $"{game.Players}");
        }

        return true;
    }
}

/// <summary>A key file: no error quotes it.</summary>
internal sealed partial class KeyTarget : FuzzTarget
{
    private const string Planted = "planted";

    public override string Name => "key";

    public override string Description => "key.json; no error quotes it";

    public override InputForm Form => InputForm.Json;

    public override IReadOnlyList<byte[]> Words { get; } = TextMutator.Words("[", "{", "}", "\"", ",", ":", "/*", "//", "\\ud800", "\ufeff", "sk-planted-0123456789");

    public override bool Run(byte[] input)
    {
        if (!TryRead(() => Read(input), out var file))
            return false;
        Promise(file.Warning is null || !file.Warning.Contains(Planted, StringComparison.Ordinal), "a warning has no key in it", () => file.Warning!);
        var written = JsonFormat.ToFile(file.Members);
        written = JsonFormat.ToFile(KeyFile.Parse("key.json", written.Span).Members);
        var again = KeyFile.Parse("key.json", written.Span);
        Promise(JsonFormat.ToFile(again.Members).Span.SequenceEqual(written.Span), "what was written is read again", () => JsonData.ToJson(again.Members));
        return true;
    }

    // A name may be told, and stands before a colon.
    private static KeyFile Read(byte[] input)
    {
        try
        {
            return KeyFile.Parse("key.json", input);
        }
        catch (ClemException error) when (error.ToString().Contains(Planted, StringComparison.Ordinal) && !PlantedName().IsMatch(Encoding.UTF8.GetString(input)))
        {
            throw new BrokenPromiseException("an error has no key in it", error.Message);
        }
    }

    [GeneratedRegex(@"planted[^""]*""\s*:")]
    private static partial Regex PlantedName();
}
