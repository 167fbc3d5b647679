using Clembench.Common;

namespace Clembench.Fuzz.Targets;

/// <summary>What the inputs of a target look like.</summary>
public enum InputForm
{
    /// <summary>JSON.</summary>
    Json,

    /// <summary>Text of another kind.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Bytes,
}

/// <summary>Something that reads what strangers wrote, with what it promises about it.</summary>
public abstract class FuzzTarget
{
    private const int LongestMessage = 2_001;

    private readonly Lazy<IReadOnlyList<byte[]>> _seeds;

    /// <summary>Begins a target.</summary>
    protected FuzzTarget() => _seeds = new(() =>
    {
        var folder = Path.Join(AppContext.BaseDirectory, "Corpus", Name);
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : [];
        return [.. files, .. MakeSeeds()];
    });

    /// <summary>The name on the command line, and of the folder in the corpus.</summary>
    public abstract string Name { get; }

    /// <summary>What is read, in a few words.</summary>
    public abstract string Description { get; }

    /// <summary>What its inputs look like.</summary>
    public abstract InputForm Form { get; }

    /// <summary>Sound inputs: the files of the corpus, and those that are made.</summary>
    public IReadOnlyList<byte[]> Seeds => _seeds.Value;

    /// <summary>Words of the format, which are put in here and there.</summary>
    public virtual IReadOnlyList<byte[]> Words => [];

    /// <summary>Makes a sound input up.</summary>
    /// <param name="random">The source of chance.</param>
    /// <returns>The input; null where the target cannot.</returns>
    public virtual byte[]? Generate(Random random) => null;

    /// <summary>How much memory an execution may take in all.</summary>
    /// <param name="length">The length of the input in bytes.</param>
    /// <returns>Bytes, those included that are given back in between.</returns>
    public virtual long MostAllocated(int length) => (32L << 20) + (4_096L * length);

    /// <summary>Reads an input.</summary>
    /// <param name="input">The input.</param>
    /// <returns>Whether it was taken for sound; false where it was refused in words.</returns>
    /// <exception cref="BrokenPromiseException">What was read is not what was written.</exception>
    /// <exception cref="Exception">Any other exception is none that the reader documents.</exception>
    public abstract bool Run(byte[] input);

    /// <summary>Sound inputs that are made rather than kept in the corpus.</summary>
    /// <returns>The inputs.</returns>
    protected virtual IEnumerable<byte[]> MakeSeeds() => [];

    /// <summary>Does what may be refused: with an error of ours, which says what is wrong.</summary>
    /// <param name="read">What is done.</param>
    /// <param name="result">Its result.</param>
    /// <returns>Whether it was not refused.</returns>
    protected static bool TryRead<T>(Func<T> read, out T result)
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            result = read();
            return true;
        }
        catch (ClemException error)
        {
            CheckMessage(error);
            result = default!;
            return false;
        }
    }

    /// <summary>A promise that is checked.</summary>
    /// <param name="holds">Whether it holds.</param>
    /// <param name="promise">What it is, in a few words that are the same for all inputs.</param>
    /// <param name="detail">What is there instead.</param>
    protected static void Promise(bool holds, string promise, Func<string> detail)
    {
        ArgumentNullException.ThrowIfNull(detail);
        if (!holds)
            throw new BrokenPromiseException(promise, detail());
    }

    /// <summary>Waits for what does not wait for anything itself.</summary>
    /// <param name="task">The task.</param>
    /// <returns>Its result.</returns>
    protected static T Wait<T>(Task<T> task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.GetAwaiter().GetResult();
    }

    private static void CheckMessage(ClemException error)
    {
        Promise(!string.IsNullOrWhiteSpace(error.Message) && error.Id.StartsWith("Clem.", StringComparison.Ordinal), "an error says what is wrong", error.ToString);
        Promise(error.Message.Length <= LongestMessage, "an error is no longer than a person reads", () => $"{error.Message.Length} characters: {error.Message[..200]}");
        Promise(!error.Message.Contains("\n   at ", StringComparison.Ordinal), "an error has no stack trace in it", () => error.Message);
    }
}
