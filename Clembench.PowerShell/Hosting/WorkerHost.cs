using System.Management.Automation;
using System.Reflection;
using Clembench.Backends.Llama.Worker;
using Clembench.Common;

namespace Clembench.PowerShell.Hosting;

/// <summary>
/// The program that a model's process runs in: the one that runs this session, since a machine with PowerShell need not
/// have any other that runs .NET code. In a host that is neither pwsh nor Clembench's shell (an editor, a service) it is
/// the pwsh that the host's engine belongs to.
/// </summary>
internal static class WorkerHost
{
    /// <summary>The environment variable that names another program: <c>pwsh</c>, <c>Clembench.Shell</c>, or the dll of one of them.</summary>
    public const string PathVariable = "CLEMBENCH_LLAMA_HOST";

    // Read by Clembench.Shell, and by the command below: so no path has to be quoted.
    internal const string LoaderVariable = "CLEMBENCH_LLAMA_LOADER";

    private const string Shell = "Clembench.Shell";
    private const string PowerShell = "pwsh";
    internal const string Command = $"[void][System.Reflection.Assembly]::LoadFrom($env:{LoaderVariable}); exit [Clembench.Loader.ModelProcess]::Run()";

    /// <summary>How a model's process is started from this session.</summary>
    /// <returns>The command.</returns>
    /// <exception cref="ClemException">This session runs in a program that cannot do it, and there is no pwsh.</exception>
    public static WorkerCommand Find()
    {
        var loader = Path.Join(ModuleLocation.Root, "lib", "Clembench.Loader.dll");
        return Candidates().Select(candidate => Of(candidate.Program, candidate.Entry, loader)).FirstOrDefault(command => command is not null)
            ?? throw new ClemException(
                "Clem.Backend.NoModelProcess", ErrorKind.NotAvailable,
                $"A local model gets a process of its own, and none can be started from here: this session runs in '{Environment.ProcessPath}', and there is no pwsh.",
                $"Set the environment variable {PathVariable} to the path of pwsh; or have the model loaded into the session, which ends with it if the native library fails: the entry's model_config with \"in_process\": true.",
                Environment.ProcessPath);
    }

    /// <summary>The program that runs PowerShell in this session, or would run it for this session's host.</summary>
    /// <returns>The program, and the assembly that it runs where it is dotnet; null where there is none.</returns>
    public static IReadOnlyList<string>? FindShell() => Candidates()
        .Where(candidate => Of(candidate.Program, candidate.Entry, "") is not null)
        .Select(candidate => NameOf(candidate.Program) == "dotnet" ? (string[])[candidate.Program, candidate.Entry!] : [candidate.Program])
        .FirstOrDefault();

    /// <summary>The command for one program.</summary>
    /// <param name="program">The executable.</param>
    /// <param name="entry">The assembly that it runs, where it is dotnet.</param>
    /// <param name="loader">The module's loader assembly.</param>
    /// <returns>The command; null for a program that cannot do it.</returns>
    internal static WorkerCommand? Of(string program, string? entry, string loader)
    {
        var isDotnet = NameOf(program) == "dotnet";
        IReadOnlyList<string>? arguments = NameOf(isDotnet ? entry : program) switch
        {
            Shell => ["--model-process"],
            PowerShell or "pwsh-preview" => ["-NoLogo", "-NoProfile", "-NonInteractive", "-Command", Command],
            _ => null,
        };
        return arguments is null ? null : new WorkerCommand(program, isDotnet ? [entry!, .. arguments] : arguments)
        {
            Environment = new Dictionary<string, string> { [LoaderVariable] = loader },
        };
    }

    private static IEnumerable<(string Program, string? Entry)> Candidates()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named)
        {
            var path = Path.GetFullPath(named);
            yield return path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? ("dotnet", path) : (path, null);
            yield break;
        }

        if (Environment.ProcessPath is { } own)
            yield return (own, Assembly.GetEntryAssembly()?.Location);
        var executable = OperatingSystem.IsWindows() ? PowerShell + ".exe" : PowerShell;
        // A host that is a single file has no folder of the engine's.
        foreach (var path in Programs(executable, [Path.GetDirectoryName(typeof(PSObject).Assembly.Location), .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)]))
            yield return (path, null);
    }

    /// <summary>A program in the folders that have it. A folder that is none, or relative to whatever the current one is, is passed over.</summary>
    /// <param name="executable">The file's name.</param>
    /// <param name="folders">The folders.</param>
    /// <returns>The absolute paths.</returns>
    internal static IEnumerable<string> Programs(string executable, IEnumerable<string?> folders) => folders
        .Where(folder => folder is not null && Path.IsPathFullyQualified(folder)).Select(folder => Path.Join(folder, executable)).Where(File.Exists);

    private static string? NameOf(string? path) => OperatingSystem.IsWindows() || path?.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) == true
        ? Path.GetFileNameWithoutExtension(path)
        : Path.GetFileName(path);
}
