using System.Management.Automation;
using Clembench.Common;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;
using Clembench.Scoring.Benchmark;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Compares models on the instances that both played: the difference with its interval, a test, and how much more it would take.</summary>
[Cmdlet(VerbsData.Compare, "ClemModel", DefaultParameterSetName = "Path")]
[OutputType(typeof(ModelComparison))]
public sealed class CompareClemModelCommand : BenchmarkCmdlet
{
    private Func<string, bool>? _games;
    private Func<string, bool>? _experiments;

    /// <summary>The model that is compared with, by the name of its results folder; a wildcard that matches one is allowed.</summary>
    [Parameter(Mandatory = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(EpisodeCompleter))]
    public string Reference { get; set; } = "";

    /// <summary>The models that are compared, each for itself; wildcards are allowed.</summary>
    [Parameter(Mandatory = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(EpisodeCompleter))]
    public string[] Difference { get; set; } = [];

    /// <summary>Only these games; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(EpisodeCompleter))]
    public string[]? Game { get; set; }

    /// <summary>Only these experiments; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(EpisodeCompleter))]
    public string[]? Experiment { get; set; }

    /// <summary>How often instances are drawn anew for the intervals.</summary>
    [Parameter]
    [ValidateRange(100, 1_000_000)]
    public int Bootstrap { get; set; } = 2000;

    /// <inheritdoc />
    protected override bool Counts(string game, string experiment)
    {
        _games ??= NamePattern.Any(Game);
        _experiments ??= NamePattern.Any(Experiment);
        return _games(game) && _experiments(experiment);
    }

    /// <inheritdoc />
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        await ReadScoresAsync(null, cancellationToken);
        if (Data.Count == 0)
        {
            if (Game is null && Experiment is null)
                WarnOfNothing();
            else
                WriteWarning("There are no scores of the games and experiments that were asked for. Measure-ClemBenchmark -GroupBy Experiment lists them.");
            return;
        }

        var reference = Find(Reference, [.. Matching(Reference)]);
        var comparer = new ModelComparer(Data, Bootstrap);
        foreach (var model in Compared(reference))
        {
            var rows = await Task.Run(() => comparer.Compare(reference, model, cancellationToken), cancellationToken);
            if (rows.Count == 0)
            {
                WriteError(new ClemException(
                    "Clem.Comparison.NothingShared", ErrorKind.InvalidData, $"'{reference}' and '{model}' have no scored instance in common.",
                    "Measure-ClemBenchmark -GroupBy Experiment shows what each has played.", model));
            }

            WriteObject(rows, enumerateCollection: true);
        }
    }

    private IEnumerable<string> Matching(string name) =>
        Data.Models.Contains(name) ? [name] : Data.Models.Where(new NamePattern(name).IsMatch);

    private IEnumerable<string> Compared(string reference)
    {
        var compared = new List<string>();
        foreach (var name in Difference)
        {
            var matching = Matching(name).ToArray();
            if (matching.Length == 0)
                WriteError(NotFound(name));
            compared.AddRange(matching.Where(model => model != reference && !compared.Contains(model)));
        }

        return compared;
    }

    private string Find(string name, string[] matching) => matching switch
    {
        [var one] => one,
        [] => throw NotFound(name),
        _ => throw new ClemException(
            "Clem.Comparison.Ambiguous", ErrorKind.InvalidArgument, $"-Reference '{name}' is {matching.Length} models: {string.Join(", ", matching)}.",
            "Name one of them.", name),
    };

    private ClemException NotFound(string name) => new(
        "Clem.Comparison.ModelNotFound", ErrorKind.NotFound, $"There are no scores of a model '{name}'; there are {string.Join(", ", Data.Models)}.",
        "Name a model's results folder, as Measure-ClemBenchmark lists it.", name);
}
