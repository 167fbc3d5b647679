namespace Clembench.Backends.Llama.Worker;

/// <summary>A call that waits for its answer.</summary>
internal interface IPendingCall
{
    /// <summary>Takes the answer.</summary>
    /// <exception cref="ProtocolException">It is no answer to this call.</exception>
    void Answer(Frame frame);

    /// <summary>Ends the waiting with an error.</summary>
    void Fail(Exception error);
}

/// <summary>A call that waits for its answer.</summary>
/// <typeparam name="T">The answer.</typeparam>
/// <param name="expected">The kind of message that answers it.</param>
/// <param name="decode">Reads the answer.</param>
internal sealed class PendingCall<T>(MessageType expected, PayloadDecoder<T> decode)
    : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously), IPendingCall
{
    /// <inheritdoc />
    public void Answer(Frame frame)
    {
        if (frame.Type == MessageType.Failed)
            TrySetException(PayloadReader.Decode(frame.Payload, ErrorMessage.Read));
        else if (frame.Type == expected)
            TrySetResult(PayloadReader.Decode(frame.Payload, decode));
        else
            throw new ProtocolException($"{frame.Type} is no answer to this call");
    }

    /// <inheritdoc />
    public void Fail(Exception error) => TrySetException(error);
}
