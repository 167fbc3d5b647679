using System.Runtime.InteropServices;
using Clembench.Backends.Llama.Native;

namespace Clembench.Backends.Llama.Worker;

/// <summary>The main program of a model's process, in whatever executable it runs.</summary>
public static class WorkerProgram
{
    private const int Ended = 0;
    private const int BadMessage = 65;
    private const int NoPipes = 66;
    private const int Broken = 70;

    /// <summary>The exit code of a process whose engine cannot compute any more: another process may.</summary>
    internal const int EngineFailed = 71;

    /// <summary>The main program of the product's own processes: llama.cpp, whose log goes to standard error.</summary>
    /// <returns>Nothing: it ends the process.</returns>
    public static int Run()
    {
        LlamaLog.Written += static (level, line) => Console.Error.WriteLine(LastWords.Format(level, line));
        return Run(LlamaEngine.LoadAsync);
    }

    /// <summary>
    /// Serves one model over standard input and output until the session closes its end, as it does when it ends, however
    /// it ends. Does not return: it ends the process.
    /// </summary>
    /// <param name="loader">Loads the model into this process.</param>
    /// <returns>Nothing; the type is for a main program's sake.</returns>
    public static int Run(LlamaEngineLoader loader)
    {
        ArgumentNullException.ThrowIfNull(loader);
        // Ctrl+C goes to all processes of a terminal: the session alone decides what it means.
        PosixSignal[] signals = OperatingSystem.IsWindows()
            ? [PosixSignal.SIGINT, PosixSignal.SIGQUIT]
            : [PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGHUP];
        var ignored = signals.Select(signal => PosixSignalRegistration.Create(signal, static context => context.Cancel = true)).ToArray();
        if (!Console.IsInputRedirected || !Console.IsOutputRedirected)
        {
            Console.Error.WriteLine("This is the process of a model, which Clembench starts by itself. It is of no use by hand.");
            return NoPipes;
        }

        BeFirstToGo();
        var (input, output) = PipeStreams.Take();
        var service = new WorkerService(loader, input, output, static failure =>
        {
            Console.Error.WriteLine(failure.Message);
            PipeStreams.Exit(EngineFailed);
        });
        var code = Ended;
        try
        {
            service.Serve();
        }
        catch (ProtocolException error)
        {
            Console.Error.WriteLine($"The session sent something that is no message: {error.Message}.");
            code = BadMessage;
        }
        catch (IOException error)
        {
            Console.Error.WriteLine($"The pipe to the session broke: {error.Message}");
            code = Broken;
        }

        End(service);
        GC.KeepAlive(ignored);
        PipeStreams.Exit(code);
        return code;
    }

    // Native code may be in the midst of something that cannot be stopped: it gets a moment, no more.
    private static void End(WorkerService service)
    {
        try
        {
            service.DisposeAsync().AsTask().Wait(Protocol.EndLimit / 2);
        }
        catch (AggregateException error)
        {
            Console.Error.WriteLine($"The model could not be released: {error.InnerException!.Message}");
        }
    }

    // When memory runs out, Linux ends the process that it finds most expendable: that is us, and never the session.
    private static void BeFirstToGo()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "500");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A container may forbid it; then the system's own judgement stands.
        }
    }
}
