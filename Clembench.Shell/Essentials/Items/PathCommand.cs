using System.Management.Automation;

namespace Clembench.Shell.Essentials;

/// <summary>The base of cmdlets that take -Path with wildcards, or -LiteralPath, in any provider's drives.</summary>
public abstract class PathCommand : EssentialCommand
{
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public virtual string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public virtual string[] LiteralPath { get; set; } = [];

    /// <summary>Whether the paths are taken letter by letter.</summary>
    protected bool IsLiteral => ParameterSetName == "LiteralPath";

    /// <summary>The paths that were given.</summary>
    protected string[] Given => IsLiteral ? LiteralPath : Path;

    /// <summary>Runs an action for each given path; a provider's error becomes an error of this cmdlet.</summary>
    protected void ForEach(Action<string> action)
    {
        foreach (var path in Given) Try(path, () => action(path));
    }

    /// <summary>Runs an action; what goes wrong with the path is a non-terminating error.</summary>
    protected void Try(string path, Action action)
    {
        try
        {
            action();
        }
        catch (PipelineStoppedException)
        {
            throw;
        }
        catch (ItemNotFoundException e)
        {
            Error(e, "PathNotFound", ErrorCategory.ObjectNotFound, path);
        }
        catch (Exception e) when (e is RuntimeException and not (PipelineStoppedException or ActionPreferenceStopException))
        {
            Error(e, e.GetType().Name, ErrorCategory.NotSpecified, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            Error(e, ErrorIdOf(e), CategoryOf(e), path);
        }
    }

    /// <summary>The identifier of an error of the file system.</summary>
    protected virtual string ErrorIdOf(Exception exception) => exception.GetType().Name;

    /// <summary>The category of an error of the file system.</summary>
    protected virtual ErrorCategory CategoryOf(Exception exception) => exception switch
    {
        UnauthorizedAccessException => ErrorCategory.PermissionDenied,
        FileNotFoundException or DirectoryNotFoundException => ErrorCategory.ObjectNotFound,
        _ => ErrorCategory.WriteError,
    };

    /// <summary>The identifier that the provider of the file system gives to an error with a reader or writer of content.</summary>
    private protected static string ContentErrorId(string accessor, Exception exception) => accessor + exception switch
    {
        UnauthorizedAccessException => "UnauthorizedAccessError",
        FileNotFoundException => "FileNotFoundError",
        DirectoryNotFoundException => "DirectoryNotFoundError",
        PathTooLongException => "PathTooLongError",
        IOException => "IOError",
        _ => "ArgumentError",
    };

    /// <summary>The existing items that a path means, as provider-qualified paths.</summary>
    protected IEnumerable<string> Existing(string path, bool isLiteral)
    {
        if (!isLiteral && WildcardPattern.ContainsWildcardCharacters(path)) return SessionState.Path.GetResolvedPSPathFromPSPath(path).Select(p => p.Path);
        if (!InvokeProvider.Item.Exists(path, force: true, literalPath: isLiteral))
        {
            throw new ItemNotFoundException($"Cannot find path '{SessionState.Path.GetUnresolvedProviderPathFromPSPath(path)}' because it does not exist.");
        }

        return [isLiteral ? path : SessionState.Path.GetResolvedPSPathFromPSPath(path)[0].Path];
    }

    /// <summary>The file system path behind a path; null where it belongs to another provider.</summary>
    protected string? FilePath(string path)
    {
        var resolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        return provider.Name == "FileSystem" ? resolved : null;
    }
}
