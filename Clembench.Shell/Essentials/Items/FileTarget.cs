using System.Management.Automation;
using System.Text;

namespace Clembench.Shell.Essentials;

/// <summary>Files that a cmdlet writes: the path, and the writer, with errors that a person understands.</summary>
internal static class FileTarget
{
    /// <summary>The file system path that a parameter means; wildcards must fit exactly one existing file.</summary>
    internal static string Resolve(PSCmdlet command, string path, bool isLiteral)
    {
        ProviderInfo provider;
        string resolved;
        if (isLiteral || !WildcardPattern.ContainsWildcardCharacters(path))
        {
            resolved = command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _);
        }
        else
        {
            var found = command.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out provider);
            if (found.Count != 1) Fail(command, $"'{path}' fits {found.Count} files; one is needed.", "ReadWriteMultipleFilesNotSupported", path);
            resolved = found[0];
        }

        if (provider.Name != "FileSystem") Fail(command, $"'{path}' is not a path of the file system, but of {provider.Name}.", "ReadWriteFileNotFileSystemProvider", path);
        return resolved;
    }

    internal static StreamWriter OpenWriter(PSCmdlet command, string path, Encoding encoding, bool append, bool force, bool noClobber)
    {
        try
        {
            if (noClobber && !append && File.Exists(path)) Fail(command, $"The file '{path}' already exists.", "NoClobber", path);
            if (force && File.Exists(path)) File.SetAttributes(path, File.GetAttributes(path) & ~FileAttributes.ReadOnly);
            return new StreamWriter(path, append, encoding);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            command.ThrowTerminatingError(new ErrorRecord(e, "FileOpenFailure", ErrorCategory.OpenError, path));
            throw;
        }
    }

    private static void Fail(PSCmdlet command, string message, string id, object target)
        => command.ThrowTerminatingError(new ErrorRecord(new IOException(message), id, ErrorCategory.InvalidArgument, target));
}
