using System.Management.Automation;
using Clembench.Backends;
using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.Json;
using Clembench.Models;

namespace Clembench.PowerShell.Hosting;

/// <summary>The models, keys and backends as one cmdlet sees them. To be made on the pipeline thread.</summary>
internal sealed class ModelSession
{
    // What makes a model another one: whoever gives one of these without a name means a model of their own.
    private static readonly string[] Identities = ["path", "model_id", "huggingface_id", "filename", "gguf_file", "gguf_repo", "base_url"];

    private readonly PSCmdlet _cmdlet;
    private readonly string _folder;

    /// <summary>Reads registries, keys and backends.</summary>
    /// <param name="cmdlet">The cmdlet; a person is asked at its host, and warnings are written to it.</param>
    /// <param name="workspace">The cmdlet's workspace.</param>
    /// <param name="registryFiles">Registry files that were named.</param>
    public ModelSession(PSCmdlet cmdlet, Workspace workspace, IEnumerable<string>? registryFiles = null)
    {
        _cmdlet = cmdlet;
        _folder = workspace.WorkingDirectory;
        Keys = KeyStore.Load(workspace);
        Backends = Session.CreateBackendCatalog(
            workspace, SynchronizationContext.Current is { } pipeline ? new HostTerminal(cmdlet.Host, pipeline) : null, Conversions);
        Registry = ModelRegistry.Load(workspace, registryFiles);
        Models = new ModelCatalog(Registry, Keys, Backends);
        foreach (var warning in Keys.Warnings.Concat(Backends.Warnings))
            cmdlet.WriteWarning(warning);
    }

    /// <summary>How far conversions of checkpoints are, while models are loaded.</summary>
    public Conversions Conversions { get; } = new();

    /// <summary>The keys.</summary>
    public KeyStore Keys { get; }

    /// <summary>The backends.</summary>
    public BackendCatalog Backends { get; }

    /// <summary>The registry files.</summary>
    public ModelRegistry Registry { get; }

    /// <summary>The models.</summary>
    public ModelCatalog Models { get; }

    /// <summary>The files that could not be used: registries and keys.</summary>
    public IEnumerable<ClemException> Errors => Registry.Errors.Concat(Keys.Errors);

    /// <summary>A partial specification from what a person wrote.</summary>
    /// <param name="value">A name, JSON, a hashtable or another object with properties.</param>
    /// <returns>The specification.</returns>
    /// <exception cref="ClemException">The value is no specification.</exception>
    public static JsonMap ToSpecification(object value)
    {
        try
        {
            return Unwrap(value) is ModelEntry entry ? entry.Properties : ScriptValue.ToPlain(value) switch
            {
                string text => ModelSpecification.Parse(text),
                JsonMap map => map,
                _ => throw new ClemException(
                    "Clem.Model.BadSpecification", ErrorKind.InvalidArgument, $"A {value.GetType().Name} is no specification of a model.",
                    "Give a name, a hashtable, or JSON.", value),
            };
        }
        catch (ArgumentException error)
        {
            throw new ClemException(
                "Clem.Model.BadSpecification", ErrorKind.InvalidArgument, $"The specification of a model cannot be written as JSON: {error.Message}",
                ScriptValue.Advice, innerException: error);
        }
    }

    /// <summary>The models that an argument names.</summary>
    /// <param name="argument">An entry, a name (wildcards are allowed), or a partial specification.</param>
    /// <returns>The models, with their availability.</returns>
    /// <exception cref="ClemException">There is no such model.</exception>
    public IEnumerable<ModelEntry> SelectModels(object argument)
    {
        if (Unwrap(argument) is ModelEntry entry)
            return [Models.WithAvailability(entry)];
        return argument is string name && !name.TrimStart().StartsWith('{') && new NamePattern(name) is { HasWildcards: true } pattern
            ? Models.Entries.Where(model => pattern.IsMatch(model.Name))
            : [Resolve(ToSpecification(argument))];
    }

    /// <summary>Selects the first entry that a partial specification unifies with; its own paths start at the session's current folder.</summary>
    /// <param name="specification">The specification; one that names a backend needs no entry.</param>
    /// <returns>The union of the two.</returns>
    /// <exception cref="ClemException">There is no such entry.</exception>
    public ModelEntry Resolve(JsonMap specification)
    {
        var entry = Place(Models.Resolve(specification));
        if (!specification.ContainsKey("model_name"))
            TellOfUnification(specification, entry);
        return entry;
    }

    /// <summary>Selects all entries that a partial specification unifies with; its own paths start at the session's current folder.</summary>
    /// <param name="specification">The specification.</param>
    /// <returns>The entries as they are unified, in order of precedence.</returns>
    public IEnumerable<ModelEntry> Select(JsonMap specification) => Models.Select(specification).Select(Place);

    // As in clemcore, a specification without a name becomes one with the first entry that does not contradict it.
    private void TellOfUnification(JsonMap specification, ModelEntry entry)
    {
        if (Registry.Entries.FirstOrDefault(other => other.Source == entry.Source && other.Position == entry.Position) is not { } known || entry.Source is null)
            return;
        var added = Identities.Where(key => specification.ContainsKey(key) && known.GetSetting(key) is null).ToArray();
        var told = $"The specification has no model_name: it is united with the entry '{known.Name}' ({known.Source}, entry {known.Position}), the first that agrees with it.";
        if (added.Length > 0)
            _cmdlet.WriteWarning($"{told} Results are recorded as those of '{known.Name}', and {string.Join(" and ", added)} of the specification count. For a model of its own, give it a model_name.");
        else
            _cmdlet.WriteVerbose(told);
    }

    // A path that the registry's entry does not have was given here; where that is, is the session's folder and not the process's.
    private ModelEntry Place(ModelEntry entry)
    {
        if (entry.Source is not null && Registry.Entries.Any(other => other.Source == entry.Source && other.Position == entry.Position && other.GetSetting("path") is not null))
            return entry;
        var placed = LocalPath.Root(entry, _folder);
        return ReferenceEquals(placed, entry) ? entry : Models.WithAvailability(placed);
    }

    /// <summary>Makes a model ready to answer.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="ClemException">The model cannot be loaded.</exception>
    public Task<IModel> LoadModelAsync(ModelEntry entry, CancellationToken cancellationToken) =>
        Backends.Get(entry.Backend).LoadModelAsync(entry, Keys.Get(entry.Backend), cancellationToken);

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
