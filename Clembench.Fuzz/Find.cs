namespace Clembench.Fuzz;

/// <summary>An input that broke what the target promises.</summary>
/// <param name="Kind">What happened, and where: finds of one kind are reported once.</param>
/// <param name="Detail">The whole story.</param>
/// <param name="Input">The input.</param>
public sealed record Find(string Kind, string Detail, ReadOnlyMemory<byte> Input)
{
    /// <summary>The find that an exception is.</summary>
    /// <param name="error">The exception.</param>
    /// <param name="input">The input.</param>
    /// <returns>The find.</returns>
    public static Find Of(Exception error, ReadOnlyMemory<byte> input)
    {
        ArgumentNullException.ThrowIfNull(error);
        var innermost = error is BrokenPromiseException { InnerException: { } inner } ? inner : error;
        var frames = (innermost.StackTrace ?? error.StackTrace ?? "").Split('\n');
        var place = Array.Find(frames, frame => frame.Contains(" Clembench.", StringComparison.Ordinal))?.Trim() ?? "";
        place = place.Split(" in ")[0].Split('(')[0];
        var what = error is BrokenPromiseException broken ? broken.Promise : innermost.GetType().Name;
        return new Find($"{what} {place}".Trim(), error.ToString(), input);
    }
}

/// <summary>Something that a target promises does not hold.</summary>
/// <param name="promise">What was promised, in a few words that are the same for all inputs.</param>
/// <param name="detail">What is there instead.</param>
/// <param name="innerException">The cause.</param>
public sealed class BrokenPromiseException(string promise, string detail, Exception? innerException = null)
    : Exception($"{promise}: {detail}", innerException)
{
    /// <summary>What was promised.</summary>
    public string Promise { get; } = promise;
}
