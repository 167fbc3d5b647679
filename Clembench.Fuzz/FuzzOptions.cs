using System.Globalization;
using Clembench.Fuzz.Targets;

namespace Clembench.Fuzz;

/// <summary>How a campaign is run.</summary>
public sealed record FuzzOptions
{
    private const string Usage = """
        Clembench.Fuzz TARGET [--seconds N] [--count N] [--seed N] [--finds FOLDER] [--input FILE] [--plain]
          TARGET   one of those that 'list' shows, or 'all'
          --seconds, --count   when a target has had enough (60 seconds where neither is given)
          --seed   where the random numbers begin
          --finds  the folder for inputs that break something (artifacts/fuzz)
          --input  tries one file alone, and lets whatever it throws through
          --plain  without looking at which code an input reaches; more executions, less variety
        """;

    /// <summary>The target's name, <c>all</c> or <c>list</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The most time for a target; null for no limit.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>The most executions of a target; null for no limit.</summary>
    public long? Count { get; init; }

    /// <summary>Where the random numbers begin.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The folder for inputs that break something; null to keep them in the report alone.</summary>
    public string? Finds { get; init; }

    /// <summary>The one input to try; null for a campaign.</summary>
    public string? Input { get; init; }

    /// <summary>Whether inputs that reach new code are kept and changed further.</summary>
    public bool IsGuided { get; init; } = true;

    /// <summary>Whether this process runs the instrumented copy.</summary>
    public bool IsInstrumented { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="error">Is told what is wrong with them.</param>
    /// <returns>The options; null where they cannot be used.</returns>
    public static FuzzOptions? Parse(IReadOnlyList<string> args, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(error);
        if (args.Count == 0 || args[0].StartsWith('-'))
            return Fail(Usage);
        var target = args[0];
        if (target is not ("all" or "list") && FuzzTargets.Find(target) is null)
            return Fail($"There is no target '{target}'. 'list' shows them.");
        var options = new FuzzOptions { Target = target, Finds = Path.Join("artifacts", "fuzz") };
        for (var i = 1; i < args.Count; i++)
        {
            var value = i + 1 < args.Count ? args[i + 1] : "";
            switch (args[i])
            {
                case "--plain": options = options with { IsGuided = false }; continue;
                case InstrumentedCopy.Mark: options = options with { IsInstrumented = true }; continue;
                case "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds > 0: options = options with { Time = TimeSpan.FromSeconds(seconds) }; break;
                case "--count" when long.TryParse(value, CultureInfo.InvariantCulture, out var count) && count > 0: options = options with { Count = count }; break;
                case "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out var seed): options = options with { Seed = seed }; break;
                case "--finds" when value.Length > 0: options = options with { Finds = Path.GetFullPath(value) }; break;
                case "--input" when File.Exists(value): options = options with { Input = value, IsGuided = false }; break;
                default: return Fail($"'{args[i]} {value}' is no option.\n{Usage}");
            }

            i++;
        }

        return options is { Time: null, Count: null } ? options with { Time = TimeSpan.FromMinutes(1) } : options;

        FuzzOptions? Fail(string message)
        {
            error.WriteLine(message);
            return null;
        }
    }
}
