using Clembench.Backends.Llama;
using Clembench.Backends.Llama.Native;
using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Models;

namespace Clembench.Backends.Local;

/// <summary>What the local backends need of a session.</summary>
/// <param name="hub">The settings of the hub, in whose cache models are; asked for when a model is.</param>
/// <param name="load">Loads GGUF models: into this process, or into one of their own.</param>
public sealed class LocalServices(Func<HubSettings> hub, LlamaEngineLoader load)
{
    private readonly Lazy<LocalModelStore> _store = new(() => new LocalModelStore(new HubClient(hub())), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>The services of a program without a session: its working directory, the user's folders, models in its own process.</summary>
    public static LocalServices Default { get; } = new(
        () =>
        {
            var workspace = Workspace.ForSession(Environment.CurrentDirectory, AppContext.BaseDirectory);
            return HubSettings.From(workspace, KeyStore.Load(workspace));
        },
        LlamaEngine.LoadAsync);

    /// <summary>The models' files.</summary>
    /// <exception cref="ClemException">The hub's settings cannot be used.</exception>
    public LocalModelStore Store => _store.Value;

    /// <summary>The GGUF files that models are played from, those included that are made of safetensors.</summary>
    public LocalWeights Weights { get; init; } = new(Path.Join(Workspace.ForSession(Environment.CurrentDirectory, AppContext.BaseDirectory).UserDirectory, "gguf"));

    /// <summary>Loads GGUF models.</summary>
    public LlamaEngineLoader Load { get; } = load;

    /// <summary>Whether an entry's model can be played here, judged without touching the network.</summary>
    /// <param name="entry">An entry of a local backend.</param>
    /// <returns>The verdict.</returns>
    public Availability GetAvailability(ModelEntry entry) =>
        LlamaLibrary.WhyNot() is not null ? Availability.NeedsBackend : Store.GetAvailability(entry);

    /// <summary>Why an entry's model cannot be played here: the libraries that compute it, or its files.</summary>
    /// <param name="entry">An entry of a local backend.</param>
    /// <returns>An error that says what to do; null where nothing speaks against it.</returns>
    public ClemException? WhyNot(ModelEntry entry) => LlamaLibrary.WhyNot() ?? Store.WhyNot(entry);
}
