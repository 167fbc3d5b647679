namespace Clembench.Backends.Llama.Worker;

/// <summary>
/// Sends frames into a pipe. Those that come while a write is under way go together with the next one, so that a burst
/// of calls costs a few writes. May be used from many threads.
/// </summary>
/// <param name="stream">The pipe's end.</param>
internal sealed class FrameSender(Stream stream)
{
    private readonly Lock _lock = new();
    private FrameBuffer _waiting = new();
    private FrameBuffer _leaving = new();
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;
    private bool _isBroken;

    /// <summary>Sends a frame; it is on its way when this returns.</summary>
    /// <exception cref="ProtocolException">The content is too large; nothing is sent.</exception>
    public void Send<T>(MessageType type, int call, T content, Action<FrameBuffer, T> write)
    {
        lock (_lock)
        {
            if (_isBroken)
                return;
            _waiting.Add(type, call, content, write);
            Start();
        }
    }

    /// <summary>Sends a frame without content.</summary>
    public void Send(MessageType type, int call) => Send(type, call, 0, static (_, _) => { });

    /// <summary>Sends bytes outside of any frame.</summary>
    public void SendRaw(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _waiting.AddRaw(bytes);
            Start();
        }
    }

    /// <summary>Waits until everything that was sent has been written, or cannot be.</summary>
    public Task FlushAsync()
    {
        lock (_lock)
            return _writing;
    }

    private void Start()
    {
        if (_isWriting)
            return;
        _isWriting = true;
        _writing = Task.Run(WriteAsync);
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            lock (_lock)
            {
                _leaving.Clear();
                if (_isBroken || _waiting.Written.IsEmpty)
                {
                    _isWriting = false;
                    return;
                }

                (_waiting, _leaving) = (_leaving, _waiting);
            }

            try
            {
                await stream.WriteAsync(_leaving.Written).ConfigureAwait(false);
                await stream.FlushAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException)
            {
                // The other process has ended. Whoever reads from it learns that, and why.
                lock (_lock)
                    _isBroken = true;
            }
        }
    }
}
