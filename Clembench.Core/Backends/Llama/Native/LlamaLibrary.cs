using System.Reflection;
using System.Runtime.InteropServices;
using Clembench.Common;

namespace Clembench.Backends.Llama.Native;

/// <summary>
/// llama.cpp's libraries, found and loaded once in a process: where <c>CLEMBENCH_LLAMA_PATH</c> says, else where the build
/// puts them (<c>native/&lt;rid&gt;/</c> beside the module's <c>lib/</c>, or beside the engine itself).
/// </summary>
public static class LlamaLibrary
{
    /// <summary>The environment variable that names a folder with a build of the user's own.</summary>
    public const string PathVariable = "CLEMBENCH_LLAMA_PATH";

    /// <summary>The releases whose structures are those of this binding.</summary>
    private static readonly string[] Releases = ["0.4.", "0.5."];

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, nint> Libraries = new(StringComparer.Ordinal);
    private static bool _resolves;
    private static string? _loadedFrom;
    private static ClemException? _failure;

    /// <summary>The folder that the libraries were loaded from; null before that.</summary>
    public static string? LoadedFrom => _loadedFrom;

    /// <summary>The library's version, such as <c>0.5.0</c>.</summary>
    /// <exception cref="ClemException">It cannot be loaded.</exception>
    public static string Version
    {
        get
        {
            Load();
            return Marshal.PtrToStringUTF8(LlamaApi.llama_version()) ?? "";
        }
    }

    internal static nint Handle => Libraries[LlamaApi.Llama];

    /// <summary>Looks whether the libraries are there, and loads nothing.</summary>
    /// <returns>Why they cannot be used; null where nothing speaks against it.</returns>
    public static ClemException? WhyNot()
    {
        try
        {
            if (_loadedFrom is null)
                Find();
            return _failure is null ? null : FailedBefore(_failure);
        }
        catch (ClemException error)
        {
            return error;
        }
    }

    /// <summary>Loads the libraries, and holds them against this binding. Again does nothing; after a failure, no second attempt is made.</summary>
    /// <exception cref="ClemException">They are not there, cannot be loaded, or are another release's.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (_loadedFrom is not null)
                return;
            // What is loaded of a build cannot be unloaded: another one's libraries beside it would be a mixture of the two.
            if (_failure is not null)
                throw FailedBefore(_failure);
            var (folder, files) = Find();
            try
            {
                LoadFiles(folder, files);
            }
            catch (ClemException error)
            {
                _failure = error;
                throw;
            }

            _loadedFrom = folder;
        }
    }

    /// <summary>Whether one of the loaded libraries computes on a GPU.</summary>
    /// <returns>Whether one does.</returns>
    public static bool HasGpu()
    {
        Load();
        // enum ggml_backend_dev_type: 1 a GPU, 2 one that shares the machine's memory.
        return LlamaApi.ggml_backend_dev_by_type(1) != 0 || LlamaApi.ggml_backend_dev_by_type(2) != 0;
    }

    private static void LoadFiles(string folder, IReadOnlyList<(string Name, string File)> files)
    {
        if (!_resolves)
            NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => Libraries.GetValueOrDefault(name));
        _resolves = true;
        // In the order in which they depend on each other: then none is looked for anywhere else.
        foreach (var (name, file) in files)
            Libraries[name] = Open(file);
        Check(folder);
        LlamaLog.Attach();
        LlamaApi.llama_backend_init();
        // A second copy of this assembly in the process finds the back ends there.
        if (LlamaApi.ggml_backend_reg_count() == 0)
            LlamaApi.ggml_backend_load_all_from_path(folder);
        const int Processor = 0;
        if (LlamaApi.ggml_backend_dev_by_type(Processor) == 0)
        {
            throw new ClemException(
                "Clem.Llama.NoBackend", ErrorKind.NotAvailable, $"The llama.cpp libraries in '{folder}' have none that computes on this processor. {string.Join(' ', LlamaLog.TakeErrors())}".TrimEnd(),
                "Put the files ggml-cpu* of the same build beside them.", folder);
        }
    }

    private static ClemException FailedBefore(ClemException failure) => new(
        "Clem.Llama.FailedBefore", ErrorKind.NotAvailable, $"llama.cpp's libraries could not be used earlier in this session: {failure.Message}",
        $"{failure.Action} Then start a new session: in this one a part of them stays loaded.", failure.Target, failure);

    private static void Check(string folder)
    {
        const string Action = "Use the libraries that the build fetches (unset CLEMBENCH_LLAMA_PATH), or build llama.cpp's release 0.5.";
        if (!NativeLibrary.TryGetExport(Handle, "llama_version", out _) || !NativeLibrary.TryGetExport(Handle, "llama_memory_seq_cp", out _))
        {
            throw new ClemException(
                "Clem.Llama.Mismatch", ErrorKind.NotAvailable, $"The llama.cpp library in '{folder}' is older than release 0.4, and this version of Clembench is made for 0.4 and 0.5.",
                Action, folder);
        }

        var version = Marshal.PtrToStringUTF8(LlamaApi.llama_version()) ?? "";
        if (!Array.Exists(Releases, release => version.StartsWith(release, StringComparison.Ordinal)))
        {
            throw new ClemException(
                "Clem.Llama.Mismatch", ErrorKind.NotAvailable, $"The llama.cpp library in '{folder}' is release {version}, and this version of Clembench is made for 0.4 and 0.5.",
                Action, folder);
        }

        if (LlamaLayout.FindDifference() is { } difference)
        {
            throw new ClemException(
                "Clem.Llama.Mismatch", ErrorKind.NotAvailable,
                $"The llama.cpp library in '{folder}' says that it is release {version}, but {difference}.", Action, folder);
        }
    }

    private static nint Open(string file)
    {
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new ClemException(
                "Clem.Llama.Unloadable", ErrorKind.NotAvailable, $"The library '{file}' cannot be loaded: {e.Message.Trim()}",
                "Take a build for this machine's system and processor, with what it needs beside it (drivers, CUDA).", file, e);
        }
    }

    private static (string Folder, IReadOnlyList<(string Name, string File)> Files) Find()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } own)
        {
            return FilesIn(Path.GetFullPath(own)) is { } found ? (Path.GetFullPath(own), found) : throw new ClemException(
                "Clem.Llama.NotFound", ErrorKind.NotAvailable,
                $"The folder '{own}', which {PathVariable} names, does not have llama.cpp's libraries (ggml-base, ggml and llama as shared libraries).",
                "Name the folder that the libraries lie in (build/bin of a build with BUILD_SHARED_LIBS), or unset the variable.", own);
        }

        var engine = Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location) ?? AppContext.BaseDirectory;
        string[] places = [Path.Join(engine, "native", Rid), Path.Join(Path.GetDirectoryName(engine), "native", Rid)];
        foreach (var place in places)
        {
            if (FilesIn(place) is { } found)
                return (place, found);
        }

        throw new ClemException(
            "Clem.Llama.NotFound", ErrorKind.NotAvailable, $"llama.cpp's libraries for {Rid} are not here: they are expected in '{places[1]}'.",
            $"Install npm and build Clembench again, which fetches them; or set {PathVariable} to a folder with a build of llama.cpp's release 0.5.", places[1]);
    }

    private static string Rid =>
        $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    private static List<(string Name, string File)>? FilesIn(string folder)
    {
        if (!Directory.Exists(folder))
            return null;
        var extension = OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";
        var files = Directory.GetFiles(folder, $"*{extension}");
        var found = new List<(string Name, string File)>();
        foreach (var name in (ReadOnlySpan<string>)[LlamaApi.GgmlBase, LlamaApi.Ggml, LlamaApi.Llama])
        {
            // libggml.so, libggml.v0.5.0.so, libggml.cuda.v0.5.0.so, ggml.dll
            var file = Array.Find(files, file =>
            {
                var own = Path.GetFileName(file);
                own = own.StartsWith("lib", StringComparison.Ordinal) ? own[3..] : own;
                return own.StartsWith(name + ".", StringComparison.Ordinal);
            });
            if (file is null)
                return null;
            found.Add((name, file));
        }

        return found;
    }
}
