namespace Clembench.Backends;

/// <summary>
/// Implemented by models that limit the time of their calls themselves, because people answer in their place: a limit
/// that is meant for machines does not apply to them.
/// </summary>
public interface ISelfTimedModel;
