namespace Clembench.Results;

/// <summary>How an episode ended.</summary>
public enum Outcome
{
    /// <summary>The goal was reached.</summary>
    Success,

    /// <summary>Played to its end, and the goal was missed.</summary>
    Lose,

    /// <summary>Ended by a response that broke the rules of form.</summary>
    Aborted,

    /// <summary>Ended by a failure: the model could not be reached, the context was exceeded, a file is broken.</summary>
    Error,
}
