using System.Management.Automation;
using System.Management.Automation.Host;
using System.Text;
using Clembench.Shell.Hosting;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace Microsoft.PowerShell.Commands;

/// <summary>Formats objects as text, and gives the text.</summary>
[Cmdlet(VerbsData.Out, "String", DefaultParameterSetName = "NoNewLineFormatting")]
[OutputType(typeof(string))]
public sealed class OutStringCommand : FrontEndCommandBase
{
    private readonly StringBuilder _text = new();
    private LineWriter? _writer;

    [Parameter(ParameterSetName = "StreamFormatting")]
    public SwitchParameter Stream { get; set; }

    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int Width { get; set; }

    [Parameter(ParameterSetName = "NoNewLineFormatting")]
    public SwitchParameter NoNewline { get; set; }

    protected override void BeginProcessing()
    {
        _writer = new LineWriter(Take);
        EngineInternals.AttachWriter(this, _writer, TextWidth.Of(this, Width), suppressNewline: false);
        base.BeginProcessing();
    }

    protected override void EndProcessing()
    {
        base.EndProcessing();
        _writer?.EndLine();
        if (!Stream) WriteObject(_text.ToString());
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) _writer?.Dispose();
    }

    private void Take(string line)
    {
        if (Stream) WriteObject(line);
        else if (NoNewline) _text.Append(line);
        else _text.AppendLine(line);
    }
}

/// <summary>Formats objects as text, and writes the text to a file.</summary>
[Cmdlet(VerbsData.Out, "File", DefaultParameterSetName = "ByPath", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
public sealed class OutFileCommand : FrontEndCommandBase
{
    private StreamWriter? _writer;

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByPath")]
    [Alias("Path")]
    public string FilePath { get; set; } = string.Empty;

    [Parameter(Mandatory = true, ParameterSetName = "ByLiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string LiteralPath { get; set; } = string.Empty;

    [Parameter(Position = 1)]
    [EncodingArgument]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = TextEncodings.Utf8NoBom;

    [Parameter]
    public SwitchParameter Append { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int Width { get; set; }

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    protected override void BeginProcessing()
    {
        var isLiteral = LiteralPath.Length > 0;
        var path = FileTarget.Resolve(this, isLiteral ? LiteralPath : FilePath, isLiteral);
        if (!ShouldProcess(path, "Output to File")) return;
        _writer = FileTarget.OpenWriter(this, path, Encoding, Append, Force, NoClobber);
        EngineInternals.AttachWriter(this, _writer, TextWidth.Of(this, Width), NoNewline);
        base.BeginProcessing();
    }

    protected override void ProcessRecord()
    {
        if (_writer is not null) base.ProcessRecord();
    }

    protected override void EndProcessing()
    {
        if (_writer is null) return;
        base.EndProcessing();
        _writer.Dispose();
        _writer = null;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) _writer?.Dispose();
    }
}

/// <summary>How many columns a table or list may take as text.</summary>
internal static class TextWidth
{
    private const int Fallback = 120;

    /// <summary>What was asked for; else what the engine uses for the host's own output: its width without the last column.</summary>
    internal static int Of(PSCmdlet command, int asked) => asked > 0 ? asked : HostWidth(command.Host) - 1;

    private static int HostWidth(PSHost host)
    {
        try
        {
            return host.UI?.RawUI?.BufferSize.Width is { } width and > 2 ? width : Fallback;
        }
        catch (Exception e) when (e is HostException or NotImplementedException or PSNotSupportedException)
        {
            // A host without a terminal.
            return Fallback;
        }
    }
}

/// <summary>Cuts what is written into lines.</summary>
internal sealed class LineWriter(Action<string> take) : TextWriter
{
    private readonly StringBuilder _line = new();

    public override Encoding Encoding => Encoding.Unicode;

    public override void Write(char value)
    {
        if (value == '\n') Emit();
        else if (value != '\r') _line.Append(value);
    }

    public override void Write(string? value)
    {
        foreach (var c in value ?? string.Empty) Write(c);
    }

    public override void WriteLine(string? value)
    {
        _line.Append(value);
        Emit();
    }

    /// <summary>Gives what stands on a last line without an end.</summary>
    internal void EndLine()
    {
        if (_line.Length > 0) Emit();
    }

    private void Emit()
    {
        var line = _line.ToString();
        _line.Clear();
        take(line);
    }
}

