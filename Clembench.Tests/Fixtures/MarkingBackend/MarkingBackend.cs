using System.Runtime.CompilerServices;
using Clembench.Backends;
using Clembench.Models;

namespace MarkingBackend;

/// <summary>Writes into the file that an environment variable names when it is loaded, and when it is made.</summary>
public sealed class MarkingBackend : IBackend
{
    public MarkingBackend()
    {
        Mark("constructor");
        if (Environment.GetEnvironmentVariable("CLEMBENCH_TEST_MARK_FAILS") is { Length: > 0 })
            throw new InvalidOperationException("It does not want to start.");
    }

    public string Name => "marking";

    public Availability GetAvailability(ModelEntry entry, BackendKey? key) => Availability.Ready;

    public Task<IModel> LoadModelAsync(ModelEntry entry, BackendKey? key, CancellationToken cancellationToken) => throw new NotSupportedException();

    [ModuleInitializer]
    internal static void Initialize() => Mark("initializer");

    private static void Mark(string what)
    {
        if (Environment.GetEnvironmentVariable("CLEMBENCH_TEST_MARK") is { Length: > 0 } file)
            File.AppendAllText(file, what + "\n");
    }
}
