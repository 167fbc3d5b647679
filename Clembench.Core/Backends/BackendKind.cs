namespace Clembench.Backends;

/// <summary>What a backend is made of.</summary>
public enum BackendKind
{
    /// <summary>Part of the product.</summary>
    BuiltIn,

    /// <summary>A script: a file that ends in <c>_api.ps1</c>, or a script block of the session.</summary>
    Script,

    /// <summary>An assembly: a file that ends in <c>_api.dll</c>.</summary>
    Assembly,
}
