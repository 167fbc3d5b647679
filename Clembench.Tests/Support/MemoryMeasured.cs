namespace Clembench.Tests.Support;

/// <summary>Tests that measure the process's memory: no other test runs meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryMeasured
{
    public const string Name = "memory is measured";
}
