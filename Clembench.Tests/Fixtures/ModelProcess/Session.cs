using Clembench.Backends.Llama.Worker;

namespace ModelProcess;

/// <summary>Sessions that have a model.</summary>
internal static class Session
{
    /// <summary>Has a model fifty times, and tells the numbers of its processes, and how many descriptors are open before and after.</summary>
    internal static async Task<int> CycleAsync(string model)
    {
        // What is made once is made before the count.
        await OnceAsync(model);
        var before = Descriptors();
        for (var i = 0; i < 50; i++)
            Console.WriteLine(await OnceAsync(model));
        Console.WriteLine($"{before} {Descriptors()}");
        return 0;
    }

    /// <summary>Has a call under way, and waits for its end.</summary>
    internal static async Task<int> HoldAsync(string model)
    {
        await using var engine = await LoadAsync(model);
        Console.WriteLine(engine.ProcessId);
        await engine.CompleteAsync(new([.. $"wait {model}.call".Select(unit => (int)unit)], 10), default);
        return 0;
    }

    private static async Task<int?> OnceAsync(string model)
    {
        await using var engine = await LoadAsync(model);
        await engine.CompleteAsync(new([.. "reverse abc".Select(unit => (int)unit)], 10), default);
        return engine.ProcessId;
    }

    private static Task<WorkerLlamaEngine> LoadAsync(string model) =>
        WorkerLlamaEngine.LoadAsync(new WorkerCommand("dotnet", [typeof(Session).Assembly.Location]), new(model), null, default);

    private static int Descriptors() => Directory.GetFiles("/proc/self/fd").Length;
}
