using Clembench.Common;
using Clembench.Models;

namespace Clembench.Backends;

/// <summary>A backend that can say more of a model that is not ready than <see cref="Availability"/> does.</summary>
internal interface IAvailabilityReason
{
    /// <summary>Why an entry's model cannot be played as things are, and what to do about it.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="key">The key; null for none.</param>
    /// <returns>The error that loading the model would end in; null where the availability says it all.</returns>
    ClemException? WhyNot(ModelEntry entry, BackendKey? key);
}
