namespace Clembench.Models;

/// <summary>Whether a model can be played on this machine as it is, judged without touching the network.</summary>
public enum Availability
{
    /// <summary>Everything that can be seen from here is in place.</summary>
    Ready,

    /// <summary>The backend needs a key, and none is set.</summary>
    NeedsKey,

    /// <summary>The model runs locally and its weights are not on this machine.</summary>
    NeedsDownload,

    /// <summary>A file or folder of this machine that the entry names is not there.</summary>
    NeedsFile,

    /// <summary>No backend of that name is installed or trusted, or what it computes with is missing or cannot compute this model.</summary>
    NeedsBackend,
}
