using Clembench.Models;

namespace Clembench.Backends;

/// <summary>
/// Runs models of one kind: a remote API, a local library, a person. A class in an <c>*_api.dll</c> that implements
/// this interface and has a parameterless constructor is a backend too; its name is what precedes <c>_api</c>.
/// </summary>
public interface IBackend
{
    /// <summary>The name that registry entries refer to.</summary>
    string Name { get; }

    /// <summary>Judges, without touching the network, whether an entry's model can be played as things are.</summary>
    /// <param name="entry">The registry entry.</param>
    /// <param name="key">What the key file or the environment holds for this backend; null for nothing.</param>
    /// <returns>The verdict.</returns>
    Availability GetAvailability(ModelEntry entry, BackendKey? key);

    /// <summary>Makes a model ready to answer.</summary>
    /// <param name="entry">The registry entry.</param>
    /// <param name="key">What the key file or the environment holds for this backend; null for nothing.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="Common.ClemException">The entry lacks something, or the model cannot be loaded.</exception>
    Task<IModel> LoadModelAsync(ModelEntry entry, BackendKey? key, CancellationToken cancellationToken);
}
