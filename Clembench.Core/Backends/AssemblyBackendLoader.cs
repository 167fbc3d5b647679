using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using Clembench.Common;

namespace Clembench.Backends;

/// <summary>
/// Loads backends from <c>*_api.dll</c>. Each lives in a load context of its own: the engine's types are ours, the
/// other dependencies are the files beside it, so that two backends can need two versions of a library.
/// </summary>
public sealed class AssemblyBackendLoader : IBackendLoader
{
    // An assembly stays loaded as long as the process, so one content is loaded once, also one that turns out to be unusable.
    private readonly ConcurrentDictionary<(string Path, string Sha256), Lazy<Attempt>> _loaded = [];

    /// <inheritdoc />
    public string Suffix => "_api.dll";

    /// <inheritdoc />
    public BackendKind Kind => BackendKind.Assembly;

    /// <inheritdoc />
    /// <remarks>Whoever checks a file is about to register it: what failed before, perhaps for want of a dependency, is tried again.</remarks>
    public void Check(BackendFile file)
    {
        if (_loaded.TryGetValue((file.Path, file.Sha256), out var known) && known.Value.Error is not null)
            _loaded.TryRemove((file.Path, file.Sha256), out _);
        if (AssemblyForm.FindProblem(file.Content.Span) is var (what, action))
            throw Failed(file, what, action);
    }

    /// <inheritdoc />
    public IBackend Load(BackendFile file)
    {
        var attempt = _loaded.GetOrAdd((file.Path, file.Sha256), _ => new Lazy<Attempt>(() => Try(file))).Value;
        return attempt.Backend ?? throw attempt.Error!;
    }

    private static Attempt Try(BackendFile file)
    {
        try
        {
            return new Attempt(Create(file), null);
        }
        catch (ClemException error)
        {
            return new Attempt(null, error);
        }
    }

    private static IBackend Create(BackendFile file)
    {
        Type[] found;
        try
        {
            var context = new BackendLoadContext(file.Path);
            using var stream = new MemoryStream(file.Content.ToArray());
            found = context.LoadFromStream(stream).GetExportedTypes()
                .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IBackend)))
                .ToArray();
        }
        catch (Exception error) when (error is BadImageFormatException or FileLoadException or FileNotFoundException or TypeLoadException)
        {
            throw Failed(file, $"cannot be loaded: {error.Message}", AssemblyForm.HowToBuild, error);
        }

        if (AssemblyForm.JudgeCount([.. found.Select(one => one.FullName!)]) is var (what, action))
            throw Failed(file, what, action);
        var type = found[0];
        if (type.GetConstructor(Type.EmptyTypes) is not { } constructor)
            throw Failed(file, AssemblyForm.NoConstructor(type.FullName!).What, AssemblyForm.NoConstructor(type.FullName!).Action);
        try
        {
            return (IBackend)constructor.Invoke(null);
        }
        catch (Exception error) when (error is TargetInvocationException or TypeInitializationException)
        {
            throw Failed(file, $"cannot be started: {error.InnerException!.Message}", "Correct the constructor of its backend class.", error.InnerException);
        }
    }

    private static ClemException Failed(BackendFile file, string what, string action, Exception? cause = null) => new(
        "Clem.Backend.LoadFailed", ErrorKind.InvalidData, $"The backend file '{file.Path}' {what}", action, file.Path, cause);

    private sealed record Attempt(IBackend? Backend, ClemException? Error);

    private sealed class BackendLoadContext(string path) : AssemblyLoadContext(path)
    {
        private readonly string _folder = Path.GetDirectoryName(path)!;

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            // A copy of our assembly often lies beside a backend (a build puts it there); its types would be strangers.
            var own = typeof(IBackend).Assembly;
            if (assemblyName.Name == own.GetName().Name)
                return own;
            var beside = Path.Join(_folder, assemblyName.Name + ".dll");
            return File.Exists(beside) ? LoadFromAssemblyPath(beside) : null;
        }

        protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
        {
            string[] names = [unmanagedDllName, $"{unmanagedDllName}.dll", $"lib{unmanagedDllName}.so", $"lib{unmanagedDllName}.dylib"];
            var beside = names.Select(name => Path.Join(_folder, name)).FirstOrDefault(File.Exists);
            return beside is null ? IntPtr.Zero : LoadUnmanagedDllFromPath(beside);
        }
    }
}
