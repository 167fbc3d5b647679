namespace Clembench.Backends.Http;

/// <summary>Looks through the causes of an exception.</summary>
internal static class ExceptionChain
{
    /// <summary>An exception and its causes.</summary>
    /// <param name="error">The exception.</param>
    /// <returns>The exception first, the innermost cause last.</returns>
    public static IEnumerable<Exception> Chain(this Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            yield return error;
    }
}
