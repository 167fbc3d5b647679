using System.Management.Automation.Runspaces;

namespace Clembench.Shell.Hosting;

/// <summary>What the command line asks for.</summary>
internal sealed record ShellArguments
{
    public string? Command { get; init; }
    public string? File { get; init; }
    public IReadOnlyList<CommandParameter> ScriptArguments { get; init; } = [];
    public bool NonInteractive { get; init; }
    public bool NoLogo { get; init; }
    public bool NoExit { get; init; }
    public bool Help { get; init; }
    public bool Version { get; init; }
    public string? WorkingDirectory { get; init; }

    /// <summary>What is wrong with the command line, in words; null when nothing is.</summary>
    public string? Problem { get; init; }

    private static readonly string[] Names =
    [
        "command", "executionpolicy", "file", "help", "inputformat", "interactive", "login", "noexit", "nologo", "noninteractive",
        "noprofile", "outputformat", "version", "workingdirectory",
    ];

    private static readonly Dictionary<string, string> Short = new()
    {
        ["c"] = "command",
        ["f"] = "file",
        ["h"] = "help",
        ["?"] = "help",
        ["v"] = "version",
        ["wd"] = "workingdirectory",
        ["ep"] = "executionpolicy",
        ["ex"] = "executionpolicy",
        ["noe"] = "noexit",
        ["nol"] = "nologo",
        ["noni"] = "noninteractive",
        ["nop"] = "noprofile",
        ["i"] = "interactive",
        ["l"] = "login",
    };

    internal static ShellArguments Parse(IReadOnlyList<string> args)
    {
        var result = new ShellArguments();
        for (var i = 0; i < args.Count; i++)
        {
            var arg = args[i];
            if (arg.Length < 2 || arg[0] != '-') return result with { File = arg, ScriptArguments = ToParameters(args.Skip(i + 1)) };
            var given = arg.TrimStart('-').ToLowerInvariant();
            var name = Resolve(given);
            switch (name)
            {
                case null: return result with { Problem = $"'{arg}' is not a parameter of this shell. Use -Help to see them." };
                case "help": return result with { Help = true };
                case "version": return result with { Version = true };
                case "noexit": result = result with { NoExit = true }; break;
                case "nologo": result = result with { NoLogo = true }; break;
                case "noninteractive": result = result with { NonInteractive = true }; break;
                case "noprofile" or "interactive" or "login": break;
                case "command":
                    if (i + 1 >= args.Count) return result with { Problem = "-Command needs the text to run, or - to read it from standard input." };
                    return result with { Command = string.Join(' ', args.Skip(i + 1)) };
                case "file":
                    if (i + 1 >= args.Count) return result with { Problem = "-File needs the path of a script." };
                    return result with { File = args[i + 1], ScriptArguments = ToParameters(args.Skip(i + 2)) };
                default:
                    if (++i >= args.Count) return result with { Problem = $"{arg} needs a value." };
                    if (name == "workingdirectory") result = result with { WorkingDirectory = args[i] };
                    else if (name is "inputformat" or "outputformat" && !args[i].Equals("text", StringComparison.OrdinalIgnoreCase))
                        return result with { Problem = $"{arg} {args[i]}: this shell reads and writes text only." };
                    break;
            }
        }

        return result;
    }

    private static string? Resolve(string given)
    {
        if (Short.TryGetValue(given, out var full)) return full;
        if (Names.Contains(given)) return given;
        var matches = given.Length < 3 ? [] : Names.Where(n => n.StartsWith(given, StringComparison.Ordinal)).ToArray();
        return matches.Length == 1 ? matches[0] : null;
    }

    // -Name, -Name value, -Name:value, -Switch:$true, and plain values, as a script's own binder reads them.
    private static List<CommandParameter> ToParameters(IEnumerable<string> args)
    {
        var parameters = new List<CommandParameter>();
        foreach (var arg in args)
        {
            var colon = arg.IndexOf(':', StringComparison.Ordinal);
            if (arg.Length < 2 || arg[0] != '-' || char.IsAsciiDigit(arg[1]) || arg[1] == '.') parameters.Add(new CommandParameter(null, arg));
            else if (colon > 1) parameters.Add(new CommandParameter(arg[..colon], ToValue(arg[(colon + 1)..])));
            else parameters.Add(new CommandParameter(arg));
        }

        return parameters;
    }

    private static object ToValue(string text) => text.ToLowerInvariant() switch
    {
        "$true" => true,
        "$false" => false,
        _ => text,
    };

    internal const string HelpText = """
        Usage: Clembench.Shell [-NoLogo] [-NonInteractive] [-NoExit] [-NoProfile] [-WorkingDirectory <folder>]
                               [ [-File] <script.ps1> [arguments] | -Command <text> | -Command - ]

        -Command <text>      Runs the text. `-` reads it from standard input. Exit code: N of `exit N`, 1 if the last
                             statement failed, else 0.
        -File <script>       Runs a script with its arguments. Exit code: N of `exit N`, 1 after an uncaught error, else 0.
        -NoExit              Stays at the prompt afterwards.
        -NonInteractive      A prompt for input is an error instead of a wait.
        -WorkingDirectory    Where to start.
        -NoLogo              No banner.
        -NoProfile           Accepted; this shell never loads a profile.
        -ExecutionPolicy     Accepted and ignored.
        -Version, -Help

        With neither a script nor a command the shell shows a prompt, or reads commands from standard input if that is redirected.
        The Clembench module is loaded: try `Get-Command -Module Clembench`.
        """;
}
