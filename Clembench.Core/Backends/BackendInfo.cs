namespace Clembench.Backends;

/// <summary>A backend that registry entries can refer to.</summary>
/// <param name="Name">The name that entries refer to.</param>
/// <param name="Kind">What it is made of.</param>
/// <param name="Path">The file that it comes from; null for one that is built in or made of a script block.</param>
/// <param name="Trusted">Whether its code may run; if not, it is only listed.</param>
/// <param name="RequiresKey">Whether it needs a key; null where only the backend itself knows.</param>
public sealed record BackendInfo(string Name, BackendKind Kind, string? Path, bool Trusted, bool? RequiresKey)
{
    /// <summary>What a person should know, such as that the file has changed since it was trusted; null for nothing.</summary>
    public string? Note { get; init; }
}
