namespace Clembench.Backends.Llama.Worker;

/// <summary>
/// How a model's process is started: a program that ends up in <see cref="WorkerProgram"/>. The module's host gives it,
/// for it alone knows which executable it runs in.
/// </summary>
/// <param name="FileName">The executable.</param>
/// <param name="Arguments">Its arguments, each as it is: no shell reads them.</param>
public sealed record WorkerCommand(string FileName, IReadOnlyList<string> Arguments)
{
    // What programs, .NET and the libraries that compute need to find their way. No key or token of the session is among it.
    private static readonly string[] Names =
    [
        "PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR", "TEMP", "TMP", "SystemRoot", "SystemDrive", "windir", "ComSpec", "PATHEXT",
        "USERPROFILE", "APPDATA", "LOCALAPPDATA", "ProgramData", "ProgramFiles", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE",
        "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
    ];

    private static readonly string[] Prefixes =
        ["LC_", "DOTNET_", "GGML_", "LLAMA_", "CLEMBENCH_LLAMA_", "OMP_", "KMP_", "OPENBLAS_", "CUDA_", "NVIDIA_", "HIP_", "HSA_", "ROCR_", "VK_", "MESA_", "METAL_", "ZE_", "ONEAPI_"];

    private static readonly string[] Secret = ["KEY", "TOKEN", "SECRET", "PASSWORD"];

    /// <summary>Variables that are set for the process, beside those of the session that it needs.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The variables of the process.</summary>
    /// <param name="session">Those of the session.</param>
    /// <returns>Those that are passed on, and those that are set.</returns>
    internal Dictionary<string, string> EnvironmentFrom(System.Collections.IDictionary session)
    {
        var passed = new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal)
        {
            // ggml would start a debugger when it aborts, and that would outlive it and hold its pipes.
            ["GGML_NO_BACKTRACE"] = "1",
            ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
        };
        foreach (System.Collections.DictionaryEntry variable in session)
        {
            if (variable is { Key: string name, Value: string value } && IsNeeded(name))
                passed[name] = value;
        }

        foreach (var (name, value) in Environment)
            passed[name] = value;
        return passed;
    }

    private static bool IsNeeded(string name) =>
        (Names.Contains(name, StringComparer.OrdinalIgnoreCase) || Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        && !Array.Exists(Secret, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
}
