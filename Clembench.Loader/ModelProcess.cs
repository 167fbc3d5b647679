namespace Clembench.Loader;

/// <summary>
/// The way into a model's process, whatever program it runs in: a program that can load this assembly calls
/// <see cref="Run"/>, and needs to know nothing else of the module.
/// </summary>
public static class ModelProcess
{
    private const string MainProgram = "Clembench.Backends.Llama.Worker.WorkerProgram";

    /// <summary>Serves a model over standard input and output until the session that started this process ends.</summary>
    /// <returns>The process's exit code.</returns>
    public static int Run()
    {
        var program = ModuleLoadContext.LoadModuleAssembly("Clembench.Core").GetType(MainProgram, throwOnError: true)!;
        return program.GetMethod(nameof(Run), Type.EmptyTypes)!.CreateDelegate<Func<int>>()();
    }
}
