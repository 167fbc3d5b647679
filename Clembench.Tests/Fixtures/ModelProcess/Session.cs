using Clembench.Backends.Llama.Worker;

namespace ModelProcess;

/// <summary>A session that has a model, with a call under way, and waits for its end.</summary>
internal static class Session
{
    internal static async Task<int> HoldAsync(string model)
    {
        var command = new WorkerCommand("dotnet", [typeof(Session).Assembly.Location]);
        await using var engine = await WorkerLlamaEngine.LoadAsync(command, new(model), null, default);
        Console.WriteLine(engine.ProcessId);
        await engine.CompleteAsync(new([.. $"wait {model}.call".Select(unit => (int)unit)], 10), default);
        return 0;
    }
}
