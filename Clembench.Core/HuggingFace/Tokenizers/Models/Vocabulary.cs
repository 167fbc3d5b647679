using System.Diagnostics.CodeAnalysis;

namespace Clembench.HuggingFace.Tokenizers.Models;

/// <summary>The tokens of a model, by text and by id.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly Dictionary<int, string> _tokens;

    public Vocabulary(Dictionary<string, int> ids)
    {
        _ids = ids;
        _lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _tokens = new Dictionary<int, string>(ids.Count);
        foreach (var (token, id) in ids)
            _tokens[id] = token;
    }

    /// <summary>Tokens that are given in the order of their ids; of two with the same text, the later has the text's id.</summary>
    public Vocabulary(Dictionary<string, int> ids, IEnumerable<string> tokens)
        : this(ids)
    {
        foreach (var (id, token) in tokens.Index())
            _tokens[id] = token;
    }

    /// <summary>How many tokens there are; two with the same text are two.</summary>
    public int Count => Math.Max(_ids.Count, _tokens.Count);

    public IReadOnlyDictionary<string, int> Ids => _ids;

    public bool TryGetId(ReadOnlySpan<char> token, out int id) => _lookup.TryGetValue(token, out id);

    public int? Find(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    public bool TryGetToken(int id, [NotNullWhen(true)] out string? token) => _tokens.TryGetValue(id, out token);

    public Vocabulary Without(IReadOnlySet<int> tokens) =>
        new(_ids.Where(p => !tokens.Contains(p.Value)).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal));

    /// <summary>The ids of the tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>; -1 for those that are missing.</summary>
    public int[] ByteTokens()
    {
        var tokens = new int[256];
        for (var value = 0; value < 256; value++)
            tokens[value] = Find($"<0x{value:X2}>") ?? -1;
        return tokens;
    }
}
