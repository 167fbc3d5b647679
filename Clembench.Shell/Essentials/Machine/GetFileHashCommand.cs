using System.Management.Automation;
using System.Security.Cryptography;

namespace Microsoft.PowerShell.Commands;

/// <summary>Gives the hash of files.</summary>
[Cmdlet(VerbsCommon.Get, "FileHash", DefaultParameterSetName = "Path")]
[OutputType(typeof(FileHashInfo))]
public sealed class GetFileHashCommand : PathCommand
{
    [Parameter(Mandatory = true, ParameterSetName = "StreamParameterSet", Position = 0)]
    public Stream? InputStream { get; set; }

    [Parameter(Position = 1)]
    [ValidateSet("SHA1", "SHA256", "SHA384", "SHA512", "MD5")]
    public string Algorithm { get; set; } = "SHA256";

    protected override void ProcessRecord()
    {
        if (InputStream is not null)
        {
            WriteObject(new FileHashInfo(Algorithm.ToUpperInvariant(), Hash(InputStream), null));
            return;
        }

        ForEach(path =>
        {
            foreach (var file in Existing(path, IsLiteral).Select(FilePath).OfType<string>().Where(File.Exists))
            {
                using var stream = File.OpenRead(file);
                WriteObject(new FileHashInfo(Algorithm.ToUpperInvariant(), Hash(stream), file));
            }
        });
    }

    private string Hash(Stream stream) => Convert.ToHexString(
        CryptographicOperations.HashData(new HashAlgorithmName(Algorithm.ToUpperInvariant()), stream));
}

// The engine's format views know this type by this name.
/// <summary>The hash of a file.</summary>
public sealed record FileHashInfo(string Algorithm, string Hash, string? Path);
