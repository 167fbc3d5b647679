using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Clembench.Backends.Llama.Native;

/// <summary>How grave a line of llama.cpp's log is.</summary>
public enum LlamaLogLevel
{
    /// <summary>For who looks for a fault.</summary>
    Debug,

    /// <summary>What it is doing.</summary>
    Information,

    /// <summary>Something is not as it should be.</summary>
    Warning,

    /// <summary>Something failed.</summary>
    Error,
}

/// <summary>
/// Where llama.cpp's log goes: to whoever listens, and never to the terminal. The errors of a call are kept, because a call
/// that fails says why only there. The library has one log for the whole process, and its lines do not say which model
/// they are about: of several models in one process, a failure of one may be told with an error line of another. Models in
/// processes of their own have logs of their own, whose lines come here with the model's name before them.
/// </summary>
public static class LlamaLog
{
    private const int MostKept = 8;
    private const int LongestLine = 4096;
    private static readonly Lock Gate = new();
    private static readonly StringBuilder Line = new();
    private static readonly Queue<string> Errors = new();
    private static LlamaLogLevel _level;

    // A warning that the cache is larger than the context the model was trained with: it is the cache of many conversations,
    // none of which is longer than that.
    private const string CacheIsLarge = "possible training context overflow";

    /// <summary>Is told each line, on an arbitrary thread; must not throw.</summary>
    public static event Action<LlamaLogLevel, string>? Written;

    /// <summary>Passes on a line of a library in another process.</summary>
    internal static void Pass(LlamaLogLevel level, string line) => Written?.Invoke(level, line);

    /// <summary>Sends the log here.</summary>
    internal static unsafe void Attach() => LlamaApi.llama_log_set(&Receive, null);

    /// <summary>The errors since the last time.</summary>
    /// <returns>The lines, oldest first.</returns>
    internal static IReadOnlyList<string> TakeErrors()
    {
        lock (Gate)
        {
            string[] taken = [.. Errors];
            Errors.Clear();
            return taken;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe void Receive(int level, byte* text, void* data)
    {
        // enum ggml_log_level: 1 debug, 2 info, 3 warning, 4 error, 5 continues the line before.
        var piece = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
        List<(LlamaLogLevel, string)> lines = [];
        lock (Gate)
        {
            if (level is >= 1 and <= 4)
                _level = (LlamaLogLevel)(level - 1);
            foreach (var c in piece)
            {
                if (c != '\n' && Line.Length < LongestLine)
                    Line.Append(c);
                if (c == '\n' && Line.Length > 0)
                {
                    var line = Line.ToString();
                    lines.Add((line.Contains(CacheIsLarge, StringComparison.Ordinal) ? LlamaLogLevel.Debug : _level, line));
                    Line.Clear();
                }
            }

            foreach (var (_, line) in lines.Where(line => line.Item1 == LlamaLogLevel.Error))
            {
                if (Errors.Count == MostKept)
                    Errors.Dequeue();
                Errors.Enqueue(line);
            }
        }

        foreach (var (of, line) in lines)
            Written?.Invoke(of, line);
    }
}
