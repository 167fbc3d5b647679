namespace Clembench.PowerShell.Hosting;

/// <summary>Where the module lies.</summary>
internal static class ModuleLocation
{
    /// <summary>The module's root: the folder of the manifest, above <c>lib/</c>.</summary>
    public static string Root { get; } = Path.GetDirectoryName(Path.GetDirectoryName(typeof(ModuleLocation).Assembly.Location)!)!;
}
