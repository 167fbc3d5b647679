using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace Clembench.Shell.Hosting;

/// <summary>The host that the engine sees.</summary>
internal sealed class ShellHost(Terminal terminal, bool nonInteractive) : PSHost
{
    internal const string HostName = "Clembench.Shell";

    private readonly ShellHostUI _ui = new(terminal, nonInteractive);

    /// <summary>The code of the last <c>exit</c>; null as long as the session goes on.</summary>
    internal int? ExitCode { get; private set; }

    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;
    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;
    public override Guid InstanceId { get; } = Guid.NewGuid();
    public override string Name => HostName;
    public override PSHostUserInterface UI => _ui;
    public override Version Version { get; } = typeof(ShellHost).Assembly.GetName().Version!;

    public override void EnterNestedPrompt()
        => throw new PSNotSupportedException("This shell has no nested prompts: use `Write-Host` or `-Verbose` to look inside a script.");

    public override void ExitNestedPrompt() => throw new PSNotSupportedException("This shell has no nested prompts.");

    public override void NotifyBeginApplication() => terminal.ShowStatus(null);

    public override void NotifyEndApplication() => terminal.StartOnNewLine();

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;
}
