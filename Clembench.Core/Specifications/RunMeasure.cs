namespace Clembench.Specifications;

/// <summary>What a <see cref="Threshold"/> is about.</summary>
public enum RunMeasure
{
    /// <summary>Of a model: episodes that were not aborted, in percent.</summary>
    Played,

    /// <summary>Of a model: the mean main score.</summary>
    Quality,

    /// <summary>Of a model: Played ÷ 100 × Quality.</summary>
    ClemScore,

    /// <summary>Of a model: the scored episodes.</summary>
    Episodes,

    /// <summary>Of a model: the mean difference of the score by instance from the results that the run is compared with.</summary>
    Change,

    /// <summary>Of the run: episodes that ended in an error.</summary>
    Failed,

    /// <summary>Of the run: episodes that were not started, because a model cannot be loaded.</summary>
    NotStarted,

    /// <summary>Of the run: episodes that a limit left over.</summary>
    Left,

    /// <summary>Of the run: models that cannot be played.</summary>
    MissingModels,

    /// <summary>Of the run: what it cost.</summary>
    Cost,

    /// <summary>Of the run: how many minutes it took.</summary>
    Minutes,
}
