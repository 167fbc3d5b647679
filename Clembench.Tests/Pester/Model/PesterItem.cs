using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;

namespace Clembench.Tests.Pester.Model;

/// <summary>Something that discovery finds in a file: a block or a test.</summary>
internal abstract class PesterItem
{
    public required string Name { get; init; }

    /// <summary>The block that this stands in; null for the file's own block.</summary>
    public PesterBlock? Parent { get; init; }

    /// <summary>The line of the command in the test file, from 1.</summary>
    public int Line { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public bool Skip { get; set; }

    /// <summary>Whether the item was made by -ForEach, so that <see cref="Data"/> is one of its values.</summary>
    public bool HasData { get; init; }

    public object? Data { get; init; }

    /// <summary>The name with its templates filled in, as far as is known yet.</summary>
    public string ExpandedName { get; set; } = string.Empty;

    /// <summary>The names from the outermost block to this item.</summary>
    public string Path => Parent is null or { IsRoot: true } ? ExpandedName : $"{Parent.Path} › {ExpandedName}";

    /// <summary>The variables that the data makes: <c>_</c>, and one for each key of a dictionary.</summary>
    public IEnumerable<KeyValuePair<string, object?>> DataVariables()
    {
        if (!HasData) yield break;
        var data = Data is PSObject wrapped ? wrapped.BaseObject : Data;
        if (data is not IDictionary map || !map.Contains("_")) yield return new("_", Data);
        foreach (var (key, value) in DataArguments().Cast<DictionaryEntry>().Select(e => ((string)e.Key, e.Value))) yield return new(key, value);
    }

    /// <summary>The values of a dictionary of data by name, for a script block with parameters.</summary>
    public IDictionary DataArguments()
    {
        var arguments = new OrderedDictionary(StringComparer.OrdinalIgnoreCase);
        if (HasData && (Data is PSObject wrapped ? wrapped.BaseObject : Data) is IDictionary map)
        {
            foreach (DictionaryEntry entry in map) arguments[LanguagePrimitives.ConvertTo<string>(entry.Key)] = entry.Value;
        }

        return arguments;
    }
}

/// <summary>A test: one It, or one row of its -ForEach.</summary>
internal sealed class PesterTest : PesterItem
{
    public required ScriptBlock Body { get; init; }

    /// <summary>The position among the file's tests, from 0.</summary>
    public required int Index { get; init; }
}

/// <summary>A Describe or Context, or the file itself.</summary>
internal sealed class PesterBlock : PesterItem
{
    private readonly Dictionary<PesterSetup, ScriptBlock> _setups = [];

    public bool IsRoot => Parent is null;

    /// <summary>Tests and blocks, in the order in which they stand.</summary>
    public List<PesterItem> Children { get; } = [];

    /// <summary>The tests of this block and of the blocks in it.</summary>
    public IEnumerable<PesterTest> AllTests => Children.SelectMany(c => c is PesterBlock b ? b.AllTests : [(PesterTest)c]);

    public ScriptBlock? Setup(PesterSetup kind) => _setups.GetValueOrDefault(kind);

    /// <summary>Adds a set-up or tear-down; false if the block has one of that kind.</summary>
    public bool TryAddSetup(PesterSetup kind, ScriptBlock body) => _setups.TryAdd(kind, body);

    /// <summary>Hands a block's -Skip to what is in it; a block whose tests are all skipped is skipped, and so not set up.</summary>
    public void SettleSkips()
    {
        foreach (var child in Children)
        {
            child.Skip |= Skip;
            if (child is PesterBlock block) block.SettleSkips();
        }

        Skip |= AllTests.Any() && AllTests.All(t => t.Skip);
    }
}

/// <summary>What runs around tests.</summary>
internal enum PesterSetup
{
    BeforeAll,
    BeforeEach,
    AfterEach,
    AfterAll,
}
