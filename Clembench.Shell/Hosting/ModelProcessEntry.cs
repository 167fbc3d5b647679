using System.Reflection;

namespace Clembench.Shell.Hosting;

/// <summary>
/// This executable as the process of a model: the module's code alone, without a PowerShell engine, which would take
/// longer to start than all the rest.
/// </summary>
internal static class ModelProcessEntry
{
    /// <summary>The only argument of such a process. It is no parameter of the shell: the module starts these processes.</summary>
    internal const string Argument = "--model-process";

    /// <summary>Where the module that starts the process tells which of its files to load.</summary>
    internal const string LoaderVariable = "CLEMBENCH_LLAMA_LOADER";

    /// <summary>Runs until the session that started it ends.</summary>
    /// <returns>The exit code.</returns>
    internal static int Run()
    {
        if (Environment.GetEnvironmentVariable(LoaderVariable) is not { Length: > 0 } loader)
        {
            Console.Error.WriteLine($"{Argument} is for the module, which starts the process of a model by itself. It is of no use by hand.");
            return 64;
        }

        return Assembly.LoadFrom(loader).GetType("Clembench.Loader.ModelProcess", throwOnError: true)!.GetMethod("Run")!.CreateDelegate<Func<int>>()();
    }
}
