using System.Text;

namespace Clembench.Jobs;

/// <summary>What each task plays, as PowerShell.</summary>
/// <param name="Models">The models, each of which plays all roles, or one for each role: names, or specifications as JSON.</param>
/// <param name="ByRole">Whether the models are one for each role.</param>
/// <param name="Parameters">The other parameters of Invoke-ClemGame: texts, numbers, booleans of switches, and lists of them.</param>
public sealed record JobCommand(IReadOnlyList<string> Models, bool ByRole, IReadOnlyList<KeyValuePair<string, object>> Parameters)
{
    /// <summary>The exit code of a task that would fail again in the same way: without the module, or with a parameter that there is not. (EX_CONFIG of sysexits.h.)</summary>
    public const int NotWorthRepeating = 78;

    /// <summary>The script that plays one part. It ends with 0 where all of the part's episodes are complete, and with 1 where the same command has something left to do.</summary>
    /// <param name="job">The job.</param>
    /// <param name="part">A PowerShell expression that gives the number of the part, from 1.</param>
    /// <param name="evaluates">Whether part 0 stands for the evaluation of all of them.</param>
    /// <returns>Lines, each with a line feed.</returns>
    internal string ToScript(JobSpecification job, string part, bool evaluates)
    {
        var text = new StringBuilder();
        Line($"try {{ Import-Module {PowerShellText.Literal(job.Module)} -ErrorAction Stop }}");
        Line($"catch {{ [Console]::Error.WriteLine(\"The module Clembench cannot be imported: $_\"); exit {NotWorthRepeating} }}");
        Line($"$part = {part}");
        Line($"$results = {PowerShellText.Literal(job.ResultsPath)}");
        if (evaluates)
        {
            Line("if ($part -eq 0) {");
            Line("    Measure-ClemBenchmark -LiteralPath $results -WriteTable -ErrorVariable problems");
            Line("    exit [int]($problems.Count -gt 0)");
            Line("}");
        }

        Line($"$models = {PowerShellText.Literal(Models)}");
        Line("$run = @{");
        Line($"    {(ByRole ? "PlayerModel" : "Model")} = $models");
        foreach (var (name, value) in Parameters)
            Line($"    {name} = {PowerShellText.Literal(value)}");
        Line("    ResultsPath = $results");
        Line($"    Shard = \"$part/{job.Shards}\"");
        Line("}");
        Line("$failed = 0");
        Line("try {");
        // Invoke-ClemGame plays with those that are ready and warns of the others: enough for a person, who sees it, and not for a task.
        Line($"    $missing = @($models | Resolve-ClemModel -ErrorAction SilentlyContinue | Where-Object Availability -NotIn {PowerShellText.Literal(Ready)})");
        Line("    Invoke-ClemGame @run -ErrorVariable problems -InformationAction Continue |");
        Line("        ForEach-Object { if ($_.Outcome -eq 'Error') { $failed++ } }");
        Line("}");
        Line($"catch {{ [Console]::Error.WriteLine(\"$_\"); exit {NotWorthRepeating} }}");
        Line("exit [int]($failed + $problems.Count + $missing.Count -gt 0)");
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');
    }

    private string[] Ready => Parameters.Any(parameter => parameter is { Key: "Download", Value: true }) ? ["Ready", "NeedsDownload"] : ["Ready"];
}
