using Clembench.Common;
using Clembench.Models;

namespace Clembench.Backends;

/// <summary>
/// The backends that a session sees, in the order in which a name is looked up: built-in ones, the session's own,
/// the files in the product's and the user's <c>backends/</c>, files that the user has registered, and files in the
/// working directory. Code of a file runs only if it lies in one of the first folders or its content is trusted.
/// </summary>
public sealed class BackendCatalog
{
    private static readonly EnumerationOptions AnyCase = new() { MatchCasing = MatchCasing.CaseInsensitive, AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly Workspace _workspace;
    private readonly IReadOnlyList<BuiltInBackend> _builtIns;
    private readonly IReadOnlyList<IBackendLoader> _loaders;
    private readonly IReadOnlyList<IBackend> _sessionBackends;
    private readonly TrustStore _trust;
    private (IReadOnlyList<Candidate> Usable, IReadOnlyList<string> Warnings)? _scanned;

    /// <summary>Makes the catalog of a session.</summary>
    /// <param name="workspace">The folders that the session sees.</param>
    /// <param name="builtIns">The built-in backends.</param>
    /// <param name="loaders">What makes backends of files.</param>
    /// <param name="sessionBackends">The scripted backends that were registered for the session.</param>
    public BackendCatalog(
        Workspace workspace, IReadOnlyList<BuiltInBackend> builtIns, IReadOnlyList<IBackendLoader> loaders, IReadOnlyList<IBackend> sessionBackends)
    {
        _workspace = workspace;
        _builtIns = builtIns;
        _loaders = loaders;
        _sessionBackends = sessionBackends;
        _trust = new TrustStore(workspace.UserDirectory);
    }

    /// <summary>What a person should know about files that are not used; known after the first look-up.</summary>
    public IReadOnlyList<string> Warnings => Scan().Warnings;

    /// <summary>All backends, one for each name; also those that are not trusted.</summary>
    /// <returns>The backends in the order in which they are looked up.</returns>
    public IReadOnlyList<BackendInfo> List() => Scan().Usable.Select(candidate => candidate.Info).ToArray();

    /// <summary>The backend of a name, ready to load models.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <returns>The backend; null where there is none of that name.</returns>
    /// <exception cref="ClemException">The backend is a file that is not trusted, or that cannot be loaded.</exception>
    public IBackend? Find(string name) =>
        Scan().Usable.FirstOrDefault(candidate => SameName(candidate.Info.Name, name)) is not { } found ? null
        : found.Info.Trusted ? found.Backend.Value
        : throw new ClemException(
            "Clem.Backend.NotTrusted", ErrorKind.NotAvailable,
            $"The backend '{found.Info.Name}' is not used: {found.Info.Note}",
            $"If you know what the file does, run: Register-ClemBackend -LiteralPath '{found.Info.Path!.Replace("'", "''", StringComparison.Ordinal)}'",
            found.Info.Path);

    /// <summary>The backend of a name, ready to load models.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <returns>The backend.</returns>
    /// <exception cref="ClemException">There is none, or it is not trusted, or it cannot be loaded.</exception>
    public IBackend Get(string name) => Find(name) ?? throw Unknown(name);

    /// <summary>The error for a name that no backend has.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The error, with the backend that will have been meant where the name is near to one.</returns>
    public ClemException Unknown(string name)
    {
        var names = List().Select(backend => backend.Name).ToArray();
        // "huggingface" is no slip of the pen, and means one of them all the same.
        var meant = Spelling.Nearest(name, names) ?? (name.Length >= 3 ? Array.Find(names, known => known.StartsWith(name, StringComparison.OrdinalIgnoreCase)) : null);
        return new ClemException(
            "Clem.Backend.UnknownBackend", ErrorKind.NotFound, $"There is no backend '{name}' here.",
            (meant is null ? $"There are {string.Join(", ", names)}. " : $"Did you mean '{meant}'? Get-ClemBackend lists those that there are. ")
            + "Register-ClemBackend -Path adds one of your own.", name);
    }

    /// <summary>Judges, without touching the network, whether an entry's model can be played as things are.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="key">The key for its backend; null for none.</param>
    /// <returns>The verdict; a backend that is missing, not trusted or broken is <see cref="Availability.NeedsBackend"/>.</returns>
    public Availability GetAvailability(ModelEntry entry, BackendKey? key)
    {
        try
        {
            return Find(entry.Backend)?.GetAvailability(entry, key) ?? Availability.NeedsBackend;
        }
        catch (ClemException)
        {
            // Listing models is no place to complain about a backend: whoever plays the model is told.
            return Availability.NeedsBackend;
        }
    }

    /// <summary>Why an entry's model cannot be played as things are, where <see cref="GetAvailability"/> alone does not tell.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="key">The key for its backend; null for none.</param>
    /// <returns>An error that says what to do; null where there is nothing to add.</returns>
    public ClemException? WhyNot(ModelEntry entry, BackendKey? key)
    {
        try
        {
            return Find(entry.Backend) is { } backend ? (backend as IAvailabilityReason)?.WhyNot(entry, key) : Unknown(entry.Backend);
        }
        catch (ClemException error)
        {
            return error;
        }
    }

    /// <summary>Judges a file that is to be registered, by its name and form: nothing of it runs, and nothing is written.</summary>
    /// <param name="path">The file's absolute path.</param>
    /// <returns>The file as read.</returns>
    /// <exception cref="ClemException">The file is not a backend, or its name is a built-in one's.</exception>
    public BackendFile Check(string path)
    {
        var fileName = Path.GetFileName(path);
        if (Loader(path) is not { } loader)
        {
            throw new ClemException(
                "Clem.Backend.UnknownFile", ErrorKind.InvalidArgument,
                $"The file '{path}' is not a backend: its name does not end in {string.Join(" or ", _loaders.Select(one => one.Suffix))}.",
                "Rename it to NAME_api.ps1 or NAME_api.dll; NAME is what entries refer to.", path);
        }

        var file = BackendFile.Read(NameOf(fileName, loader), path);
        RefuseBuiltIn(file.Name, path);
        loader.Check(file);
        return file;
    }

    /// <summary>Refuses a name that a built-in backend has.</summary>
    /// <param name="name">The name.</param>
    /// <param name="target">What was to be registered under it.</param>
    /// <exception cref="ClemException">A built-in backend has the name.</exception>
    public void RefuseBuiltIn(string name, object target)
    {
        if (_builtIns.Any(one => SameName(one.Backend.Name, name)))
        {
            throw new ClemException(
                "Clem.Backend.AlreadyExists", ErrorKind.AlreadyExists, $"A built-in backend is called '{name}', and it always comes first.",
                "Choose another name.", target);
        }
    }

    /// <summary>Trusts a file in the state in which it was read: its code is loaded, and if it can be, the file is put on the list.</summary>
    /// <param name="file">The file, from <see cref="Check"/>.</param>
    /// <param name="cancellationToken">Stops before the list of trusted files is replaced.</param>
    /// <returns>The backend.</returns>
    /// <exception cref="ClemException">The file cannot be loaded, or the list of trusted files cannot be written.</exception>
    public async Task<BackendInfo> TrustAsync(BackendFile file, CancellationToken cancellationToken)
    {
        Loader(file.Path)!.Load(file);
        await _trust.AddAsync(file, cancellationToken).ConfigureAwait(false);
        _scanned = null;
        return new BackendInfo(file.Name, Loader(file.Path)!.Kind, file.Path, Trusted: true, RequiresKey: null);
    }

    private static bool SameName(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static string NameOf(string fileName, IBackendLoader loader) => fileName[..^loader.Suffix.Length];

    private IBackendLoader? Loader(string path)
    {
        var fileName = Path.GetFileName(path);
        return _loaders.FirstOrDefault(loader =>
            fileName.Length > loader.Suffix.Length && fileName.EndsWith(loader.Suffix, StringComparison.OrdinalIgnoreCase));
    }

    private (IReadOnlyList<Candidate> Usable, IReadOnlyList<string> Warnings) Scan() => _scanned ??= ScanAnew();

    private (IReadOnlyList<Candidate> Usable, IReadOnlyList<string> Warnings) ScanAnew()
    {
        var usable = new Dictionary<string, Candidate>(StringComparer.OrdinalIgnoreCase);
        var order = new List<Candidate>();
        var warnings = new List<string>();
        foreach (var candidate in Candidates(warnings))
        {
            if (usable.TryAdd(candidate.Info.Name, candidate))
            {
                order.Add(candidate);
            }
            else if (usable[candidate.Info.Name].Info is var first && (first.Path is null || first.Path != candidate.Info.Path))
            {
                warnings.Add($"The backend file '{candidate.Info.Path}' is not used: {(first.Kind == BackendKind.BuiltIn
                    ? "a built-in backend" : first.Path is null ? "a script block of the session" : $"'{first.Path}'")} is called '{first.Name}' too and comes first.");
            }
        }

        return (order, warnings);
    }

    private IEnumerable<Candidate> Candidates(List<string> warnings)
    {
        foreach (var (backend, requiresKey) in _builtIns)
            yield return new(new(backend.Name, BackendKind.BuiltIn, null, true, requiresKey), new(backend));
        foreach (var backend in _sessionBackends)
            yield return new(new(backend.Name, BackendKind.Script, null, true, null), new(new GuardedBackend(backend.Name, backend)));

        string[] own = [_workspace.PackagedDirectory, .. _workspace.UserDirectories];
        foreach (var path in own.SelectMany(folder => FilesIn(Path.Join(folder, "backends"))))
            yield return FromFile(path, trusted: true, note: null);

        var trust = ReadTrust(warnings);
        string[] here = [.. FilesIn(_workspace.WorkingDirectory), .. FilesIn(Path.Join(_workspace.WorkingDirectory, "backends"))];
        var strangers = here.Concat(trust.Keys.Where(path => Loader(path) is not null && File.Exists(path))).Distinct()
            .Select(path => Judge(path, trust)).ToArray();
        foreach (var candidate in strangers.OrderBy(candidate => !candidate.Info.Trusted))
            yield return candidate;
    }

    private IReadOnlyDictionary<string, string> ReadTrust(List<string> warnings)
    {
        try
        {
            return _trust.Read();
        }
        catch (ClemException error)
        {
            // Built-in models can be played without it: what cannot be read trusts nothing.
            warnings.Add(error.Message);
            return new Dictionary<string, string>();
        }
    }

    private Candidate Judge(string path, IReadOnlyDictionary<string, string> trust)
    {
        if (!trust.TryGetValue(path, out var sha256))
            return FromFile(path, trusted: false, $"the file '{path}' is not trusted.");
        try
        {
            return BackendFile.Read("", path).Sha256 == sha256
                ? FromFile(path, trusted: true, note: null, sha256)
                : FromFile(path, trusted: false, $"the file '{path}' has changed since it was trusted.");
        }
        catch (ClemException error)
        {
            return FromFile(path, trusted: false, error.Message);
        }
    }

    private Candidate FromFile(string path, bool trusted, string? note, string? sha256 = null)
    {
        var loader = Loader(path)!;
        var name = NameOf(Path.GetFileName(path), loader);
        return new Candidate(new BackendInfo(name, loader.Kind, path, trusted, null) { Note = note }, new(() =>
        {
            var file = BackendFile.Read(name, path);
            if (sha256 is not null && file.Sha256 != sha256)
            {
                throw new ClemException(
                    "Clem.Backend.NotTrusted", ErrorKind.NotAvailable, $"The backend '{name}' is not used: the file '{path}' has just changed.",
                    "Read it, and register it again (Register-ClemBackend -Path).", path);
            }

            return new GuardedBackend(name, loader.Load(file));
        }));
    }

    private IEnumerable<string> FilesIn(string folder)
    {
        if (!Directory.Exists(folder))
            return [];
        try
        {
            return Directory.EnumerateFiles(folder, "*_api.*", AnyCase).Where(path => Loader(path) is not null).Order(StringComparer.Ordinal).ToArray();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be listed has no backends for us.
            return [];
        }
    }

    // Thousands of entries may ask for one backend: it is made once, and one that cannot be made has failed for all.
    private sealed record Candidate(BackendInfo Info, Lazy<IBackend> Backend);
}
