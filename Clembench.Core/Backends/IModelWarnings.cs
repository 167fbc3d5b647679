namespace Clembench.Backends;

/// <summary>
/// Implemented by models that have something to say about how they were loaded, such as that TLS certificates are not
/// checked. The command that loads a model shows each text once.
/// </summary>
public interface IModelWarnings
{
    /// <summary>What a person should know; one sentence each.</summary>
    IReadOnlyList<string> Warnings { get; }
}
