using Clembench.Common;
using Clembench.Models;

namespace Clembench.Backends.Local;

/// <summary>A backend whose models run on this machine, from files.</summary>
/// <param name="services">Where the files are, and how they are loaded.</param>
public abstract class LocalBackend(LocalServices services) : IBackend, IAvailabilityReason
{
    /// <inheritdoc />
    public abstract string Name { get; }

    /// <summary>Where the files are, and how they are loaded.</summary>
    protected LocalServices Services { get; } = services;

    /// <inheritdoc />
    public Availability GetAvailability(ModelEntry entry, BackendKey? key) => Services.GetAvailability(entry);

    /// <inheritdoc />
    public ClemException? WhyNot(ModelEntry entry, BackendKey? key) => Services.WhyNot(entry);

    /// <inheritdoc />
    public abstract Task<IModel> LoadModelAsync(ModelEntry entry, BackendKey? key, CancellationToken cancellationToken);
}
