using System.Reflection;
using System.Runtime.Loader;

namespace Clembench.Loader;

/// <summary>
/// The load context in which the module's assemblies and all third-party dependencies live, so that a session that
/// has another version of one of them loaded neither disturbs the module nor is disturbed by it. Only this assembly,
/// which needs nothing but the session's engine, is loaded in the default context.
/// </summary>
public sealed class ModuleLoadContext : AssemblyLoadContext
{
    private static readonly Lock Gate = new();
    private static ModuleLoadContext? _instance;

    private readonly string _folder;

    private ModuleLoadContext(string folder)
        : base(nameof(Clembench), isCollectible: false) => _folder = folder;

    /// <summary>Loads an assembly of the module by its simple name.</summary>
    /// <param name="name">The assembly's simple name, such as <c>Clembench.PowerShell</c>.</param>
    /// <returns>The assembly, the same one for every call of a process.</returns>
    public static Assembly LoadModuleAssembly(string name)
    {
        lock (Gate)
        {
            if (_instance is null)
            {
                var loader = typeof(ModuleLoadContext).Assembly;
                _instance = new ModuleLoadContext(Path.GetDirectoryName(loader.Location)!);
                // What the module's script asks for; to look for a type by its name takes a session milliseconds.
                AppContext.SetData("Clembench.Loader", loader);
            }

            return _instance.LoadFromAssemblyName(new AssemblyName(name));
        }
    }

    /// <inheritdoc />
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // A file of that name beside us is ours; everything else (the framework, PowerShell itself) is the host's.
        var path = Path.Join(_folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    /// <inheritdoc />
    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
    {
        // Declarations name a library with or without what the system's file names end in.
        var ending = OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";
        foreach (var name in (string[])[unmanagedDllName, unmanagedDllName + ending])
        {
            var path = Path.Join(_folder, name);
            if (File.Exists(path))
                return LoadUnmanagedDllFromPath(path);
        }

        return IntPtr.Zero;
    }
}
