namespace Clembench.Tests.Pester;

/// <summary>Test files set environment variables and write to the console, so nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class PesterAlone
{
    public const string Name = "Pester";
}
