namespace Clembench.Fuzz.Targets;

/// <summary>All targets.</summary>
public static class FuzzTargets
{
    /// <summary>The targets, by what they read.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new RegistryTarget("json"), new RegistryTarget("yaml"), new GameRegistryTarget(), new KeyTarget(),
        new InteractionsTarget(), new RequestsTarget(), new ScoresTarget(), new InstancesTarget(), new EpisodeTarget(),
        new TemplateTarget(), new CheckpointTarget(), new TokenizerTarget(), new GgufTarget(), new SafetensorsTarget(),
        new ResponseTarget(), new HubInfoTarget(), new FrameTarget(),
    ];

    /// <summary>A target by its name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The target; null where there is none.</returns>
    public static FuzzTarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);
}
