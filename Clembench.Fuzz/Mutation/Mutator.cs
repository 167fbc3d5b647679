using Clembench.Fuzz.Targets;

namespace Clembench.Fuzz.Mutation;

/// <summary>
/// Makes inputs of those that it has: by the form of the target's inputs (JSON trees, texts made of words and lines, bytes with
/// numbers in them), now and then without regard to any form.
/// </summary>
/// <param name="random">The source of everything that is left to chance.</param>
/// <param name="target">The target.</param>
public sealed class Mutator(Random random, FuzzTarget target)
{
    private const int LongestInput = 256 << 10;

    private readonly List<byte[]> _inputs = [.. target.Seeds];
    private readonly JsonMutator _json = new(random, target);
    private readonly TextMutator _text = new(random, target);
    private readonly ByteMutator _bytes = new(random, target);

    /// <summary>How many inputs were kept.</summary>
    public int Kept => _inputs.Count - target.Seeds.Count;

    /// <summary>Takes an input to be changed further.</summary>
    /// <param name="input">The input.</param>
    public void Keep(byte[] input) => _inputs.Add(input);

    /// <summary>The next input.</summary>
    /// <returns>Bytes.</returns>
    public byte[] Next()
    {
        var input = random.Next(4) == 0 ? target.Generate(random) ?? Pick() : Pick();
        for (var times = 1 + random.Next(3); times > 0; times--)
            input = Change(input);
        return input.Length <= LongestInput ? input : input[..LongestInput];
    }

    // Seeds are few and kept inputs many: half of the time it is a seed or what was kept lately.
    private byte[] Pick() => random.Next(4) switch
    {
        0 => target.Seeds[random.Next(target.Seeds.Count)],
        1 => _inputs[^(1 + random.Next(Math.Min(_inputs.Count, 32)))],
        _ => _inputs[random.Next(_inputs.Count)],
    };

    private byte[] Change(byte[] input) => target.Form switch
    {
        InputForm.Json => random.Next(10) switch
        {
            < 7 => _json.Change(input, Pick()) ?? _text.Change(input, Pick()),
            < 9 => _text.Change(input, Pick()),
            _ => _bytes.Change(input, Pick()),
        },
        InputForm.Text => random.Next(10) < 8 ? _text.Change(input, Pick()) : _bytes.Change(input, Pick()),
        _ => _bytes.Change(input, Pick()),
    };
}
