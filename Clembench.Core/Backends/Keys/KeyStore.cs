using Clembench.Common;
using Clembench.Json;

namespace Clembench.Backends;

/// <summary>
/// The keys that a session sees: the environment's, else those of <c>key.json</c> in the working directory, else those
/// of the user's.
/// </summary>
public sealed class KeyStore
{
    /// <summary>The name of key files.</summary>
    public const string FileName = "key.json";

    // What else a file in the working directory may say about a key that is not its own: nothing that could send the
    // key to another place.
    private static readonly HashSet<string> Harmless = ["organisation", "organization", "api_version"];

    private readonly Workspace _workspace;
    private readonly List<KeyFile> _files = [];
    private readonly List<ClemException> _errors = [];

    private KeyStore(Workspace workspace) => _workspace = workspace;

    /// <summary>The files that could not be used.</summary>
    public IReadOnlyList<ClemException> Errors => _errors;

    /// <summary>What a person should know: key files that others can read, and settings that do not count.</summary>
    public IReadOnlyList<string> Warnings =>
    [
        .. _files.Select(file => file.Warning).OfType<string>(),
        .. _files.Where(IsStranger).SelectMany(file => file.Backends.Keys.Select(backend => WarningOf(file, backend))).OfType<string>(),
    ];

    /// <summary>Reads the key files.</summary>
    /// <param name="workspace">The session's folders and variables.</param>
    /// <returns>The keys.</returns>
    public static KeyStore Load(Workspace workspace)
    {
        var store = new KeyStore(workspace);
        foreach (var folder in (string[])[workspace.WorkingDirectory, .. workspace.UserDirectories.Reverse()])
        {
            var path = Path.Join(folder, FileName);
            if (!File.Exists(path) || store._files.Exists(file => file.Path == path))
                continue;
            try
            {
                store._files.Add(KeyFile.Read(path));
            }
            catch (ClemException error)
            {
                store._errors.Add(error);
            }
        }

        return store;
    }

    /// <summary>The file that a user's keys are written to.</summary>
    /// <param name="workspace">The session's folders.</param>
    /// <returns>The path; the file may not exist yet.</returns>
    public static string UserFile(Workspace workspace) => Path.Join(workspace.UserDirectory, FileName);

    /// <summary>What there is for a backend.</summary>
    /// <param name="backend">The backend's name.</param>
    /// <returns>The key and its settings; null where there is neither.</returns>
    public BackendKey? Get(string backend)
    {
        var file = _files.FirstOrDefault(file => file.Backends.ContainsKey(backend));
        var variable = SecretVariable(backend);
        var members = file is null ? JsonMap.Empty : variable is null ? file.Backends[backend] : MembersBeside(file, backend);
        var addressVariable = KeyVariables.ForAddress(backend).FirstOrDefault(name => Variable(name) is not null);
        if (file is null && variable is null && addressVariable is null)
            return null;
        return new BackendKey(backend)
        {
            ApiKey = variable is not null ? Variable(variable) : NotEmpty(members.GetOrDefault<string>("api_key")),
            BaseUrl = (addressVariable is null ? null : Variable(addressVariable)) ?? NotEmpty(members.GetOrDefault<string>("base_url")),
            Source = variable is not null ? $"env:{variable}" : file is not null ? file.Path : $"env:{addressVariable}",
            Settings = new JsonMap(members.Where(member => member.Key is not ("api_key" or "base_url"))),
        };
    }

    /// <summary>All keys, by backend.</summary>
    /// <returns>The keys of files first, then those of the environment alone.</returns>
    public IReadOnlyList<BackendKey> List() =>
    [
        .. KnownBackends.Select(Get).OfType<BackendKey>(),
    ];

    /// <summary>The names that a key is kept under, or customarily could be.</summary>
    public IEnumerable<string> KnownBackends =>
        _files.SelectMany(file => file.Backends.Keys).Concat(KeyVariables.Backends).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>All secrets that key files and the environment hold, whether they count at present or not.</summary>
    /// <param name="backends">Backends whose variables are looked at beside those that are known.</param>
    /// <returns>Each with what it is called.</returns>
    internal IEnumerable<(string Name, string Value)> ListSecrets(IEnumerable<string> backends)
    {
        foreach (var file in _files)
        {
            foreach (var (backend, members) in file.Backends)
            {
                foreach (var value in members.Where(member => Secrets.IsSecretName(member.Key)).Select(member => member.Value).OfType<string>())
                    yield return ($"the key of '{backend}' in {file.Path}", value.Trim());
            }
        }

        foreach (var backend in KnownBackends.Concat(backends).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            foreach (var name in KeyVariables.ForSecret(backend))
            {
                if (Variable(name) is { } value)
                    yield return ($"the key of '{backend}' in the environment ({name})", value);
            }
        }
    }

    /// <summary>Sets a backend's key and settings in a file; what is not given stays.</summary>
    /// <param name="path">The file.</param>
    /// <param name="backend">The backend's name.</param>
    /// <param name="values">The members to set, such as <c>api_key</c>.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <param name="force">Whether a file that is marked as read-only may be changed.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">The file cannot be read or written; it is unchanged.</exception>
    public static async Task SetAsync(string path, string backend, JsonMap values, CancellationToken cancellationToken, bool force = false)
    {
        using var edit = await FileEdit.BeginAsync(path, force, cancellationToken).ConfigureAwait(false);
        var file = KeyFile.Read(path);
        var members = file.Backends.GetValueOrDefault(backend, JsonMap.Empty);
        await file.WriteAsync(backend, new JsonMap([.. members, .. values]), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes a backend's key and settings from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="backend">The backend's name.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <param name="force">Whether a file that is marked as read-only may be changed.</param>
    /// <returns>Whether there was something.</returns>
    /// <exception cref="ClemException">The file cannot be read or written; it is unchanged.</exception>
    public static async Task<bool> RemoveAsync(string path, string backend, CancellationToken cancellationToken, bool force = false)
    {
        if (!File.Exists(path))
            return false;
        using var edit = await FileEdit.BeginAsync(path, force, cancellationToken).ConfigureAwait(false);
        var file = KeyFile.Read(path);
        if (!file.Backends.ContainsKey(backend))
            return false;
        await file.WriteAsync(backend, null, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private string? SecretVariable(string backend) => KeyVariables.ForSecret(backend).FirstOrDefault(name => Variable(name) is not null);

    private bool IsStranger(KeyFile file) =>
        Path.GetDirectoryName(file.Path) is var folder && !_workspace.UserDirectories.Any(own => Path.TrimEndingDirectorySeparator(own) == folder);

    // The members of a file that count for a key which comes from the environment.
    private JsonMap MembersBeside(KeyFile file, string backend) =>
        IsStranger(file) ? new(file.Backends[backend].Where(member => Harmless.Contains(member.Key))) : file.Backends[backend];

    private string? WarningOf(KeyFile file, string backend)
    {
        if (SecretVariable(backend) is not { } variable)
            return null;
        var ignored = file.Backends[backend].Keys.Where(name => name != "api_key" && !Harmless.Contains(name)).ToArray();
        return ignored.Length == 0 ? null :
            $"What '{file.Path}' says about the backend '{backend}' ({string.Join(", ", ignored)}) does not count, because its key comes from {variable}: "
            + "a file in the working directory cannot say where that key is sent. "
            + $"If the address is right, set {KeyVariables.ForAddress(backend).First()}, or write the settings to the user's key file (Set-ClemKey {backend}).";
    }

    private string? Variable(string name) => NotEmpty(_workspace.GetVariable(name));

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
