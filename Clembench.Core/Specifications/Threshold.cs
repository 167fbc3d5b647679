using System.Globalization;
using System.Text.RegularExpressions;
using Clembench.Common;

namespace Clembench.Specifications;

/// <summary>
/// A condition that a run must not show: <c>Played&lt;95</c>, <c>gpt-*/taboo: Quality&lt;40</c>, <c>Failed&gt;0</c>. What stands before the colon says
/// of which models and games (each model's total where no game is named); a measure of the whole run has no such part.
/// </summary>
public sealed partial record Threshold
{
    private static readonly string[] RowMeasures = [nameof(RunMeasure.Played), nameof(RunMeasure.Quality), nameof(RunMeasure.ClemScore), nameof(RunMeasure.Episodes), nameof(RunMeasure.Change)];

    /// <summary>What a run must not show where nothing is said: episodes that failed or were not started, models that were not played.</summary>
    public static IReadOnlyList<Threshold> Usual { get; } = [Parse("Failed>0"), Parse("NotStarted>0"), Parse("MissingModels>0")];

    private Threshold(string text) => Text = text;

    /// <summary>The condition as it was written.</summary>
    public string Text { get; }

    /// <summary>What is measured.</summary>
    public RunMeasure Measure { get; private init; }

    /// <summary>The models, with wildcards.</summary>
    public string Model { get; private init; } = "*";

    /// <summary>The games, with wildcards; null for the total over all games.</summary>
    public string? Game { get; private init; }

    /// <summary>The comparison: one of <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c>.</summary>
    public string Operator { get; private init; } = "";

    /// <summary>What is compared with.</summary>
    public double Limit { get; private init; }

    /// <summary>Whether it is about the whole run and not about a model.</summary>
    public bool IsOfRun => !RowMeasures.Contains(Measure.ToString());

    /// <summary>The condition without what it is about: <c>Quality&lt;40</c>.</summary>
    public string Condition => string.Create(CultureInfo.InvariantCulture, $"{Measure}{Operator}{Limit}");

    /// <summary>What it takes to pass, in words: <c>Quality at least 40</c>.</summary>
    public string Requirement => string.Create(CultureInfo.InvariantCulture, $"{Measure} {Operator switch { "<" => "at least", "<=" => "above", ">" => "at most", _ => "below" }} {Limit}");

    /// <summary>Reads a condition.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The condition.</returns>
    /// <exception cref="ClemException">The text is none.</exception>
    public static Threshold Parse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success || !Enum.TryParse<RunMeasure>(match.Groups["measure"].Value, ignoreCase: true, out var measure)
            || !Enum.IsDefined(measure) || !double.TryParse(match.Groups["limit"].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var limit))
            throw Bad(text, "it is not of the form [model[/game]:] measure < number");
        var threshold = new Threshold(text)
        {
            Measure = measure,
            Model = match.Groups["model"] is { Success: true } model ? model.Value : "*",
            Game = match.Groups["game"] is { Success: true } game ? game.Value : null,
            Operator = match.Groups["operator"].Value,
            Limit = limit,
        };
        return threshold.IsOfRun && (match.Groups["model"].Success || threshold.Game is not null)
            ? throw Bad(text, $"{measure} is a measure of the whole run, not of a model or game") : threshold;
    }

    /// <summary>Whether a row of the leaderboard is meant.</summary>
    /// <param name="model">The row's model.</param>
    /// <param name="game">The row's game; <c>all</c> for the total.</param>
    /// <param name="fits">Whether a pattern, which comes first, fits a name.</param>
    /// <returns>Whether it is.</returns>
    internal bool IsAbout(string model, string game, Func<string, string, bool> fits) =>
        (Model == model || fits(Model, model))
        && (Game is null ? game == Scoring.Benchmark.Leaderboard.All : game != Scoring.Benchmark.Leaderboard.All && (Game == game || fits(Game, game)));

    /// <summary>Whether a value is what the run must not show.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether it is.</returns>
    internal bool IsMissedBy(double value) => Operator switch
    {
        "<" => value < Limit,
        "<=" => value <= Limit,
        ">" => value > Limit,
        _ => value >= Limit,
    };

    /// <inheritdoc />
    public override string ToString() => Text;

    private static ClemException Bad(string text, string why) => new(
        "Clem.Specification.BadThreshold", ErrorKind.InvalidArgument, $"'{text}' is no condition to fail on: {why}.",
        $"Write for instance 'Played<95' or 'my-model/taboo: Quality<40'. The measures are {string.Join(", ", Enum.GetNames<RunMeasure>())}.", text);

    // Models and games have no white space, colon or slash in their names: they are folders.
    [GeneratedRegex(@"^\s*(?:(?<model>[^:/]+?)\s*(?:/\s*(?<game>[^:/]+?)\s*)?:)?\s*(?<measure>[A-Za-z]+)\s*(?<operator><=|>=|<|>)\s*(?<limit>[-+0-9.eE]+)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
