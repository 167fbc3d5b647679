using System.Globalization;
using System.Text.RegularExpressions;
using Clembench.Backends;
using Clembench.Common;

namespace Clembench.HuggingFace.Hub;

/// <summary>
/// Where the hub and its cache are. The variables are those of Python's huggingface_hub, with the same defaults, so that
/// both find each other's files: https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables.
/// </summary>
public sealed partial record HubSettings
{
    /// <summary>The address of the public hub.</summary>
    public static readonly Uri PublicEndpoint = new("https://huggingface.co");

    private static readonly TimeSpan CustomaryTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The hub's address (<c>HF_ENDPOINT</c>).</summary>
    public Uri Endpoint { get; init; } = PublicEndpoint;

    /// <summary>The folder of the cache (<c>HF_HUB_CACHE</c>), as an absolute path; it need not exist.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>The access token, sent to the hub alone; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>Where the token comes from, for messages: <c>env:HF_TOKEN</c> or a file.</summary>
    public string? TokenSource { get; init; }

    /// <summary>Whether the network is not to be touched (<c>HF_HUB_OFFLINE</c>).</summary>
    public bool Offline { get; init; }

    /// <summary>Whether snapshots link to their content where the file system can (not with <c>HF_HUB_DISABLE_SYMLINKS</c>).</summary>
    public bool UseSymbolicLinks { get; init; } = true;

    /// <summary>How long the hub may take to answer a request (<c>HF_HUB_ETAG_TIMEOUT</c>, in seconds).</summary>
    public TimeSpan AnswerTimeout { get; init; } = CustomaryTimeout;

    /// <summary>How long a download may stand still (<c>HF_HUB_DOWNLOAD_TIMEOUT</c>, in seconds).</summary>
    public TimeSpan StallTimeout { get; init; } = CustomaryTimeout;

    /// <summary>The settings of a session.</summary>
    /// <param name="workspace">The session's folders and variables.</param>
    /// <param name="keys">The session's keys; the entry <c>huggingface</c> comes before the token file of the Python tools.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="ClemException"><c>HF_ENDPOINT</c> is not an address.</exception>
    public static HubSettings From(Workspace workspace, KeyStore keys)
    {
        var home = Folder(workspace, "HF_HOME")
            ?? Path.Join(Folder(workspace, "XDG_CACHE_HOME") ?? Path.Join(Home(workspace), ".cache"), "huggingface");
        var key = keys.Get("huggingface");
        var tokenFile = Folder(workspace, "HF_TOKEN_PATH") ?? Path.Join(home, "token");
        var (token, source) = IsTrue(workspace, "HF_HUB_DISABLE_IMPLICIT_TOKEN") ? (null, null)
            : key?.ApiKey is { } own ? (own, key.Source)
            : (ReadToken(tokenFile), tokenFile);
        return new HubSettings
        {
            Endpoint = ReadEndpoint(workspace),
            CacheDirectory = Folder(workspace, "HF_HUB_CACHE") ?? Folder(workspace, "HUGGINGFACE_HUB_CACHE") ?? Path.Join(home, "hub"),
            Token = token,
            TokenSource = token is null ? null : source,
            Offline = Variable(workspace, "HF_HUB_OFFLINE") is not null ? IsTrue(workspace, "HF_HUB_OFFLINE") : IsTrue(workspace, "TRANSFORMERS_OFFLINE"),
            UseSymbolicLinks = !IsTrue(workspace, "HF_HUB_DISABLE_SYMLINKS"),
            AnswerTimeout = Seconds(workspace, "HF_HUB_ETAG_TIMEOUT"),
            StallTimeout = Seconds(workspace, "HF_HUB_DOWNLOAD_TIMEOUT"),
        };
    }

    /// <summary>The settings without the token.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        $"{nameof(HubSettings)} {{ Endpoint = {Endpoint}, CacheDirectory = {CacheDirectory}, Token = {(Token is null ? "none" : "****")}, Offline = {Offline} }}";

    private static Uri ReadEndpoint(Workspace workspace)
    {
        if (Variable(workspace, "HF_ENDPOINT") is not { } text)
            return PublicEndpoint;
        // The text itself is not shown where it may hold a password.
        return Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0
            ? address
            : throw new ClemException(
                "Clem.Hub.InvalidEndpoint", ErrorKind.InvalidArgument,
                "The environment variable HF_ENDPOINT is not the address of a hub: it must be http:// or https:// with a host, and have no user, query or fragment.",
                "Remove it, or set it to an address such as https://huggingface.co.", "HF_ENDPOINT");
    }

    private static string? ReadToken(string path)
    {
        try
        {
            return File.Exists(path) && string.Concat(File.ReadAllText(path).Split('\r', '\n')).Trim() is { Length: > 0 } token ? token : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another user's file: public models need no token, and for others the hub's refusal says that none is set.
            return null;
        }
    }

    private static string? Folder(Workspace workspace, string name) =>
        Variable(workspace, name) is { } text ? Path.GetFullPath(Expand(workspace, text), workspace.WorkingDirectory) : null;

    // As Python's expanduser and expandvars: ~ at the beginning, $NAME and ${NAME} anywhere; unknown variables stay.
    private static string Expand(Workspace workspace, string path)
    {
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal) || (OperatingSystem.IsWindows() && path.StartsWith(@"~\", StringComparison.Ordinal)))
            path = Home(workspace) + path[1..];
        return VariableReference().Replace(path, match =>
            workspace.GetVariable(match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value) ?? match.Value);
    }

    private static string Home(Workspace workspace) =>
        Variable(workspace, OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private static TimeSpan Seconds(Workspace workspace, string name) =>
        int.TryParse(Variable(workspace, name), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 86400
            ? TimeSpan.FromSeconds(seconds) : CustomaryTimeout;

    private static bool IsTrue(Workspace workspace, string name) => Variable(workspace, name)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

    private static string? Variable(Workspace workspace, string name) =>
        workspace.GetVariable(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    [GeneratedRegex(@"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))")]
    private static partial Regex VariableReference();
}
