using System.Text;
using System.Text.RegularExpressions;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Documents;
using Clembench.Json;
using Clembench.Runs;
using Clembench.Scoring.Tables;
using NJsonSchema;

namespace Clembench.Specifications;

/// <summary>Reads run specifications: YAML or JSON files in the form of <c>registry/run.schema.json</c>.</summary>
public static partial class RunSpecificationFile
{
    private const string DefaultResults = "results/{date}";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, as an absolute path: <c>.yaml</c> and <c>.yml</c> are YAML, everything else is JSON.</param>
    /// <param name="workspace">Where the product's data lie.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The specification; its paths are absolute.</returns>
    /// <exception cref="ClemException">The file cannot be read, or does not have that form.</exception>
    public static async Task<RunSpecification> ReadAsync(string path, Workspace workspace, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var map = await ParseAsync(path, cancellationToken).ConfigureAwait(false);
        var schema = await JsonSchema.FromFileAsync(Path.Join(workspace.PackagedDirectory, "registry", "run.schema.json"), cancellationToken).ConfigureAwait(false);
        var problems = SchemaProblems.Of(schema, map, "the file");
        return problems.Count == 0 ? Read(map, path) : throw Invalid(path, $"{string.Join("; ", problems)}.");
    }

    private static async Task<JsonMap> ParseAsync(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            throw new ClemException(
                "Clem.Specification.Unreadable", ErrorKind.InvalidArgument, $"'{path}' is a folder.", "Name the file that describes the run, such as nightly.yaml.", path);
        }

        EncodedText text;
        try
        {
            text = EncodedText.Decode(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new ClemException(
                "Clem.Specification.Unreadable", error is FileNotFoundException or DirectoryNotFoundException ? ErrorKind.NotFound : ErrorKind.Storage,
                $"The run specification '{path}' cannot be read: {error.Message}", "Check the path and the permissions; the file is UTF-8 text.", path, error);
        }

        try
        {
            return EntryDocument.Parse(path, text.Text).Entries is [{ Value: JsonMap map }] ? map : throw Invalid(path, "the file is not one object.");
        }
        catch (TextSyntaxException error)
        {
            throw new ClemException(
                "Clem.Specification.Syntax", ErrorKind.InvalidData, $"{path}, {TextPosition.Of(text.Text, error.Offset)}: {error.Message.TrimEnd('.')}.",
                "Correct the file there.", path, error);
        }
    }

    private static RunSpecification Read(JsonMap map, string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        var settings = map.GetOrDefault<JsonMap>("settings") ?? JsonMap.Empty;
        var limits = map.GetOrDefault<JsonMap>("limits") ?? JsonMap.Empty;
        var outputs = map.GetOrDefault<JsonMap>("outputs") ?? JsonMap.Empty;
        var usual = new RunSpecification { Name = "", Source = path, Models = [], Games = [], Results = "" };
        return usual with
        {
            Name = map.GetOrDefault<string>("name") ?? Path.GetFileNameWithoutExtension(path),
            Models = [.. List(map, "models").OfType<object>()],
            Games = [.. List(map, "games").Select(game => game as JsonMap ?? new JsonMap([new("name", game)])).Select(game => ReadGame(game, path))],
            Registries = [.. Texts(map, "registries").Select(file => Path.GetFullPath(file, folder))],
            Results = ReadResults(map.GetOrDefault<string>("results") ?? DefaultResults, path),
            Generation = new GenerationOptions(Real(settings, "temperature") ?? usual.Generation.Temperature, Whole(settings, "max_tokens") ?? usual.Generation.MaxTokens),
            Repeat = Whole(settings, "repeat") ?? usual.Repeat,
            ThrottleLimit = Whole(settings, "throttle_limit") ?? usual.ThrottleLimit,
            Timeout = Whole(settings, "timeout_seconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            RetryLimit = Whole(settings, "retry_limit") ?? usual.RetryLimit,
            Cache = settings.GetValueOrDefault("cache") is true,
            Durable = settings.GetValueOrDefault("durable") is true,
            Limits = new RunLimits(
                Whole(limits, "max_episodes"), Real(limits, "max_cost") is { } cost ? (decimal)cost : null, Real(limits, "max_minutes") is { } minutes ? TimeSpan.FromMinutes(minutes) : null),
            JsonFile = outputs.GetOrDefault<string>("json") ?? usual.JsonFile,
            JUnitFile = outputs.GetOrDefault<string>("junit"),
            Tables = [.. Texts(outputs, "tables").Select(form => Enum.Parse<TableFormat>(form, ignoreCase: true)).Distinct()],
            Baseline = map.GetOrDefault<string>("baseline") is not { } baseline ? null : baseline == RunSpecification.Previous ? baseline : Path.GetFullPath(baseline, folder),
            FailOn = map.ContainsKey("fail_on") ? [.. Texts(map, "fail_on").Select(Threshold.Parse)] : usual.FailOn,
        };
    }

    // A slip there would be a folder of that name, the same one every night.
    private static string ReadResults(string results, string path) =>
        Placeholder().Match(results.Replace("{date}", "", StringComparison.Ordinal)) is { Success: true } other
            ? throw Invalid(path, $"'results' has '{other.Value}', and nothing but {{date}} is put in.")
            : Path.GetFullPath(results, Path.GetDirectoryName(path)!);

    private static GameChoice ReadGame(JsonMap map, string path) => new(map.GetOrDefault<string>("name")!)
    {
        Experiments = map.ContainsKey("experiments") ? [.. Texts(map, "experiments")] : null,
        Instances = map.ContainsKey("instances") ? [.. List(map, "instances").Select(id => InstanceId(id, path))] : null,
        InstancePath = map.GetOrDefault<string>("instance_path") is { } file ? Path.GetFullPath(file, Path.GetDirectoryName(path)!) : null,
    };

    private static int InstanceId(object? value, string path) =>
        value is long number && number is >= 0 and <= int.MaxValue ? (int)number : throw Invalid(path, $"'{value}' is no number of an instance.");

    private static object?[] List(JsonMap map, string name) => map.GetOrDefault<object?[]>(name) ?? [];

    private static IEnumerable<string> Texts(JsonMap map, string name) => List(map, name).Cast<string>();

    private static int? Whole(JsonMap map, string name) => map.GetValueOrDefault(name) is long number ? (int)number : null;

    private static double? Real(JsonMap map, string name) => map.GetValueOrDefault(name) switch
    {
        long number => number,
        double number => number,
        _ => null,
    };

    private static ClemException Invalid(string path, string why) => new(
        "Clem.Specification.Invalid", ErrorKind.InvalidData, $"The run specification '{path}' cannot be used: {why}",
        "Correct the file; registry/run.schema.json describes every key.", path);

    [GeneratedRegex(@"\{[^{}/\\]*\}")]
    private static partial Regex Placeholder();
}
