namespace Clembench.Common;

/// <summary>What went wrong, in the few kinds that a caller can act on differently.</summary>
public enum ErrorKind
{
    /// <summary>A name or specification selects nothing.</summary>
    NotFound,

    /// <summary>Data that was read has the wrong form: syntax, type, or a missing value.</summary>
    InvalidData,

    /// <summary>A value given by the caller is not usable.</summary>
    InvalidArgument,

    /// <summary>Something with that identity is there already.</summary>
    AlreadyExists,

    /// <summary>A key is missing, wrong or not permitted.</summary>
    Authentication,

    /// <summary>A file or folder cannot be read or written.</summary>
    Storage,

    /// <summary>A remote service cannot be reached or answered with an error.</summary>
    Connection,

    /// <summary>A remote service or a local model did not answer in time.</summary>
    Timeout,

    /// <summary>A service's limit is reached: requests, tokens, or the model's context.</summary>
    LimitExceeded,

    /// <summary>What is asked for is not installed, not trusted, or not possible here.</summary>
    NotAvailable,
}
