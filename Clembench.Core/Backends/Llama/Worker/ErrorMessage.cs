using Clembench.Common;

namespace Clembench.Backends.Llama.Worker;

/// <summary>How errors pass from a model's process to the session: as what they are, with their numbers.</summary>
internal static class ErrorMessage
{
    private const int Plain = 0;
    private const int ModelCall = 1;
    private const int ContextExceeded = 2;

    /// <summary>Writes an error. One that is not the engine's own is told by its type and words.</summary>
    public static void Write(FrameBuffer buffer, Exception error)
    {
        var known = error as ClemException ?? new ModelCallException(
            "Clem.Backend.ModelProcessFault", ErrorKind.NotAvailable, $"The model's process could not answer: {error.GetType().Name}: {error.Message}",
            "If this is not about memory or a file, it is a fault of this software: please report it.");
        var call = known as ModelCallException;
        var context = known as ContextExceededException;
        buffer.Write(context is not null ? ContextExceeded : call is not null ? ModelCall : Plain);
        buffer.Write(known.Id);
        buffer.Write((int)known.Kind);
        buffer.Write(known.Message);
        buffer.Write(known.Action);
        buffer.Write(known.Target as string);
        buffer.WriteOptional(call?.Status);
        buffer.WriteOptional(call?.RetryAfter?.Ticks);
        buffer.Write(call?.IsTransient ?? false);
        buffer.Write(call?.IsFinal ?? false);
        buffer.WriteOptional(context?.TokensUsed);
        buffer.WriteOptional(context?.ContextSize);
    }

    public static ClemException Read(ref PayloadReader reader)
    {
        var form = reader.ReadInt32();
        var (id, kind, message) = (reader.ReadString(), (ErrorKind)reader.ReadInt32(), reader.ReadString());
        var (action, target) = (reader.ReadOptionalString(), reader.ReadOptionalString());
        var (status, retryAfter) = (reader.ReadOptional<int>(), reader.ReadOptional<long>());
        var (isTransient, isFinal) = (reader.ReadBoolean(), reader.ReadBoolean());
        var (used, size) = (reader.ReadOptional<long>(), reader.ReadOptional<long>());
        if (!Enum.IsDefined(kind))
            throw new ProtocolException($"{(int)kind} is no kind of error");
        return form switch
        {
            Plain => new ClemException(id, kind, message, action, target),
            ModelCall => new ModelCallException(id, kind, message, action, target)
            {
                Status = status,
                RetryAfter = retryAfter is { } ticks ? TimeSpan.FromTicks(ticks) : null,
                IsTransient = isTransient,
                IsFinal = isFinal,
            },
            ContextExceeded => new ContextExceededException(message, target) { TokensUsed = used, ContextSize = size },
            _ => throw new ProtocolException($"{form} is no form of an error"),
        };
    }
}
