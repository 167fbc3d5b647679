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

    private readonly Workspace _workspace;
    private readonly List<KeyFile> _files = [];
    private readonly List<ClemException> _errors = [];

    private KeyStore(Workspace workspace) => _workspace = workspace;

    /// <summary>The files that could not be used.</summary>
    public IReadOnlyList<ClemException> Errors => _errors;

    /// <summary>What a person should know: key files that others can read.</summary>
    public IReadOnlyList<string> Warnings => [.. _files.Select(file => file.Warning).OfType<string>()];

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
        var members = file?.Backends[backend] ?? JsonMap.Empty;
        var variable = KeyVariables.ForSecret(backend).FirstOrDefault(name => Variable(name) is not null);
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

    /// <summary>Sets a backend's key and settings in a file; what is not given stays.</summary>
    /// <param name="path">The file.</param>
    /// <param name="backend">The backend's name.</param>
    /// <param name="values">The members to set, such as <c>api_key</c>.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>A task.</returns>
    /// <exception cref="ClemException">The file cannot be read or written; it is unchanged.</exception>
    public static Task SetAsync(string path, string backend, JsonMap values, CancellationToken cancellationToken)
    {
        var file = KeyFile.Read(path);
        var members = file.Backends.GetValueOrDefault(backend, JsonMap.Empty);
        return file.WriteAsync(backend, new JsonMap([.. members, .. values]), cancellationToken);
    }

    /// <summary>Removes a backend's key and settings from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="backend">The backend's name.</param>
    /// <param name="cancellationToken">Stops before the file is replaced.</param>
    /// <returns>Whether there was something.</returns>
    /// <exception cref="ClemException">The file cannot be read or written; it is unchanged.</exception>
    public static async Task<bool> RemoveAsync(string path, string backend, CancellationToken cancellationToken)
    {
        var file = KeyFile.Read(path);
        if (!file.Backends.ContainsKey(backend))
            return false;
        await file.WriteAsync(backend, null, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private string? Variable(string name) => NotEmpty(_workspace.GetVariable(name));

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
