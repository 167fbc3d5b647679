using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace Clembench.Help;

/// <summary>Reads what an assembly's cmdlets declare, with the engine that will run them.</summary>
public static class CommandReader
{
    /// <summary>The cmdlets of an assembly, by name.</summary>
    /// <param name="assemblyPath">The assembly; its dependencies lie beside it.</param>
    public static IReadOnlyList<CmdletInfo> Read(string assemblyPath)
    {
        var path = Path.GetFullPath(assemblyPath);
        var folder = Path.GetDirectoryName(path)!;
        // The context is the default one, so that the engine's types mean the same to the assembly and to us.
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Join(folder, $"{name.Name}.dll") is var file && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
        return [.. AssemblyLoadContext.Default.LoadFromAssemblyPath(path).GetExportedTypes()
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(Cmdlet)))
            .Select(type => (type, attribute: type.GetCustomAttribute<CmdletAttribute>()!))
            .Select(pair => new CmdletInfo($"{pair.attribute.VerbName}-{pair.attribute.NounName}", pair.type))
            .OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal)];
    }
}
