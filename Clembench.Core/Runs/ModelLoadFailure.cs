using Clembench.Common;
using Clembench.Models;

namespace Clembench.Runs;

/// <summary>A model that a run wanted to play and could not load. Its episodes are not started, and nothing is recorded of them.</summary>
/// <param name="Model">The entry's name.</param>
/// <param name="Error">Why, and what to do about it.</param>
public sealed record ModelLoadFailure(string Model, ClemException Error)
{
    /// <summary>The failure of an entry's model.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="cause">What ended the loading.</param>
    /// <returns>The failure, whose error names the model and keeps the cause's identifier and advice.</returns>
    internal static ModelLoadFailure Of(ModelEntry entry, Exception cause)
    {
        var message = $"The model '{entry.Name}' cannot be loaded: {cause.Message}";
        return new ModelLoadFailure(entry.Name, cause is ClemException known
            ? new ClemException(known.Id, known.Kind, message, known.Action, entry, known)
            : new ClemException("Clem.Run.ModelNotLoaded", ErrorKind.NotAvailable, message, "Test-ClemModel checks the entry, and with -Probe the model.", entry, cause));
    }
}
