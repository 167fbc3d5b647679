using Clembench.Backends.Llama.Native;

namespace Clembench.PowerShell.Hosting;

/// <summary>llama.cpp's log on a command's streams, as long as the object lives: its warnings and errors for -Verbose, the rest for -Debug.</summary>
internal sealed class NativeLog : IDisposable
{
    private readonly EngineMessages _messages;

    /// <summary>Begins to listen.</summary>
    /// <param name="messages">Who is told.</param>
    public NativeLog(EngineMessages messages)
    {
        _messages = messages;
        LlamaLog.Written += Pass;
    }

    /// <inheritdoc />
    public void Dispose() => LlamaLog.Written -= Pass;

    private void Pass(LlamaLogLevel level, string line)
    {
        if (level >= LlamaLogLevel.Warning)
            _messages.Verbose($"llama.cpp: {line}");
        else
            _messages.Debug($"llama.cpp: {line}");
    }
}
