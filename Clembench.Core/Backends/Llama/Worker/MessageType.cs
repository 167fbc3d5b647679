namespace Clembench.Backends.Llama.Worker;

/// <summary>The messages between a session and a model's process.</summary>
internal enum MessageType : byte
{
    /// <summary>To the session, first of all: the version of the protocol.</summary>
    Hello = 1,

    /// <summary>To the process, once: the model to load; answered by <see cref="Loaded"/> or <see cref="Failed"/>.</summary>
    Load = 2,

    /// <summary>To the session: what the loaded model is.</summary>
    Loaded = 3,

    /// <summary>To the process: a text; answered by <see cref="Tokens"/> or <see cref="Failed"/>.</summary>
    Tokenize = 4,

    /// <summary>To the session: the tokens of a text.</summary>
    Tokens = 5,

    /// <summary>To the process: a token sequence to continue; answered by <see cref="Completion"/> or <see cref="Failed"/>.</summary>
    Complete = 6,

    /// <summary>To the session: what was generated, as a whole.</summary>
    Completion = 7,

    /// <summary>To the process: nobody waits for the call of this number any more.</summary>
    Cancel = 8,

    /// <summary>To the session: the error in which a call ended.</summary>
    Failed = 9,

    /// <summary>
    /// To the session, about once a second while calls are under way: something was computed, or the loading came a step
    /// further, since the last time.
    /// </summary>
    Alive = 10,
}
