using Clembench.Backends.Llama.Native;

namespace Clembench.Backends.Llama.Worker;

/// <summary>Whether a model gets a process of its own, as it does unless its entry or the session says otherwise.</summary>
public static class IsolationChoice
{
    /// <summary>The environment variable that, set to 1, has every model loaded into the session's process.</summary>
    public const string InProcessVariable = "CLEMBENCH_LLAMA_IN_PROCESS";

    /// <summary>A loader that decides for each model. What processes log is passed on by <see cref="LlamaLog"/>, with the model's file name.</summary>
    /// <param name="inProcess">Loads into this process.</param>
    /// <param name="command">How a process is started; asked when one is needed.</param>
    /// <returns>The loader.</returns>
    public static LlamaEngineLoader Loader(LlamaEngineLoader inProcess, Func<WorkerCommand> command) =>
        (options, cancellationToken) => options.InProcess || Environment.GetEnvironmentVariable(InProcessVariable) == "1"
            ? inProcess(options, cancellationToken)
            : WorkerLlamaEngine.Loader(command(), Pass(options))(options, cancellationToken);

    private static Action<LlamaLogLevel, string> Pass(LlamaLoadOptions options)
    {
        var name = Path.GetFileName(options.Path);
        return (level, line) => LlamaLog.Pass(level, $"{name}: {line}");
    }
}
