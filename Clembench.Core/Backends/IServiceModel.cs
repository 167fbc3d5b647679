namespace Clembench.Backends;

/// <summary>Implemented by models behind a service: the same entry can lead to different ones, as keys and variables say.</summary>
public interface IServiceModel
{
    /// <summary>The service's address, without secrets; null for a model that is behind none.</summary>
    string? Service { get; }
}
