namespace Clembench.Scoring;

/// <summary>The names of the metrics that all games have (clemcore's <c>metrics.py</c>).</summary>
public static class Metrics
{
    /// <summary>1 when the episode ended because a response broke the rules of form, else 0.</summary>
    public const string Aborted = "Aborted";

    /// <summary>1 when the episode was played to its end and the goal was missed, else 0.</summary>
    public const string Lose = "Lose";

    /// <summary>1 when the goal was reached, else 0.</summary>
    public const string Success = "Success";

    /// <summary>The game's score, from 0 to 100; NaN when aborted.</summary>
    public const string MainScore = "Main Score";

    /// <summary>The number of requests to models.</summary>
    public const string RequestCount = "Request Count";

    /// <summary>The number of requests whose response had the form asked for.</summary>
    public const string ParsedRequestCount = "Parsed Request Count";

    /// <summary>The number of requests whose response did not have the form asked for.</summary>
    public const string ViolatedRequestCount = "Violated Request Count";

    /// <summary>Parsed requests divided by all requests.</summary>
    public const string RequestSuccessRatio = "Request Success Ratio";

    /// <summary>1 − <see cref="Aborted"/>: made by the evaluation, and in no record.</summary>
    public const string Played = "Played";
}
