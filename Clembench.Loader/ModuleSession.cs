using System.Management.Automation;
using System.Reflection;

namespace Clembench.Loader;

/// <summary>What a session needs of the module beside its cmdlets.</summary>
/// <remarks>
/// A script could do the same, at ten times the price: every call of a method that it makes is compiled anew in each session.
/// Members of the engine that are not public are used, and where an engine has no such member the script does without.
/// </remarks>
public static class ModuleSession
{
    private const BindingFlags Inner = BindingFlags.Instance | BindingFlags.NonPublic;

    /// <summary>
    /// Makes the public types of an assembly usable as type literals in a session: the engine looks for those in the default load context
    /// and among the assemblies that modules brought. It notes them when it imports an assembly, but then it also looks at each
    /// of the types for cmdlets.
    /// </summary>
    /// <param name="engine">The session's engine.</param>
    /// <param name="name">The assembly's simple name.</param>
    /// <returns>Whether the types are known now; if not, the assembly has to be imported.</returns>
    public static bool AddTypes(EngineIntrinsics engine, string name)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var context = typeof(EngineIntrinsics).GetField("_context", Inner)?.GetValue(engine);
        var add = context?.GetType().GetMethod("AddToAssemblyCache", Inner, [typeof(string), typeof(Assembly)]);
        if (add is null)
            return false;
        add.Invoke(context, [name, ModuleLoadContext.LoadModuleAssembly(name)]);
        return true;
    }

    /// <summary>
    /// Hands the cmdlets of an imported assembly over to the module that is being imported: PowerShell does not for a cached binary module on
    /// <c>Import-Module -Force</c> (PowerShell/PowerShell issue 20710). A first import finds them there already.
    /// </summary>
    /// <param name="engine">The engine of the session, as the module's script sees it.</param>
    /// <param name="assembly">The imported assembly, as a module.</param>
    public static void HandOverCmdlets(EngineIntrinsics engine, PSModuleInfo assembly)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(assembly);
        var module = engine.SessionState.Module;
        if (module.ExportedCmdlets.Count > 0)
            return;
        var add = typeof(PSModuleInfo).GetMethod("AddExportedCmdlet", Inner)
            ?? throw new MissingMethodException(nameof(PSModuleInfo), "AddExportedCmdlet");
        foreach (var cmdlet in assembly.ExportedCmdlets.Values)
            add.Invoke(module, [cmdlet]);
    }
}
