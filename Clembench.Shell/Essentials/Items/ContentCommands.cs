using System.Management.Automation;
using System.Management.Automation.Provider;
using System.Text;

namespace Microsoft.PowerShell.Commands;

/// <summary>Reads what is in a file, or in an item of another provider.</summary>
[Cmdlet(VerbsCommon.Get, "Content", DefaultParameterSetName = "Path")]
public sealed class GetContentCommand : PathCommand
{
    private const int BlockSize = 64 * 1024;

    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    [Alias("First", "Head")]
    public long TotalCount { get; set; } = -1;

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [Alias("Last")]
    public int Tail { get; set; } = -1;

    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long ReadCount { get; set; } = 1;

    [Parameter]
    public SwitchParameter Raw { get; set; }

    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    [Parameter]
    [EncodingArgument]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = TextEncodings.Utf8NoBom;

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        if (TotalCount >= 0 && Tail >= 0)
            Fail("The parameters TotalCount and Tail cannot be used together. Specify only one parameter.", "TailAndHeadCannotCoexist", ErrorCategory.InvalidOperation);
        ForEach(path =>
        {
            foreach (var item in Existing(path, IsLiteral)) ReadItem(item);
        });
    }

    protected override string ErrorIdOf(Exception exception) => ContentErrorId("GetContentReader", exception);

    protected override ErrorCategory CategoryOf(Exception exception)
        => base.CategoryOf(exception) is var category and not ErrorCategory.WriteError ? category : ErrorCategory.ReadError;

    private void ReadItem(string item)
    {
        if (FilePath(item) is not { } file)
        {
            Emit(FromProvider(item), o => o);
            return;
        }

        if (Directory.Exists(file))
        {
            Error($"Unable to get content because it is a directory: '{file}'. Please use 'Get-ChildItem' instead.", "GetContainerContentException", ErrorCategory.InvalidOperation);
            return;
        }

        if (AsByteStream) ReadBytes(file);
        else if (Raw) WriteObject(WithOrigin(File.ReadAllText(file, Encoding), item));
        else Emit(File.ReadLines(file, Encoding), line => WithOrigin(line, item));
    }

    private void ReadBytes(string file)
    {
        if (Raw) WriteObject(File.ReadAllBytes(file));
        else Emit(Bytes(file), b => b);
    }

    private static IEnumerable<byte> Bytes(string file)
    {
        using var stream = File.OpenRead(file);
        var block = new byte[BlockSize];
        int count;
        while ((count = stream.Read(block)) > 0)
        {
            for (var i = 0; i < count; i++) yield return block[i];
        }
    }

    private IEnumerable<object> FromProvider(string item)
    {
        foreach (var reader in InvokeProvider.Content.GetReader([item], Force, literalPath: true))
        {
            using (reader)
            {
                while (reader.Read(1) is { Count: > 0 } block)
                {
                    foreach (var value in block) yield return value!;
                }
            }
        }
    }

    private void Emit<T>(IEnumerable<T> items, Func<T, object?> wrap)
    {
        if (TotalCount >= 0) items = items.Take((int)Math.Min(int.MaxValue, TotalCount));
        if (Tail >= 0) items = items.TakeLast(Tail);
        if (ReadCount == 1)
        {
            foreach (var item in items)
            {
                if (Stopping) return;
                WriteObject(wrap(item));
            }

            return;
        }

        foreach (var block in ReadCount == 0 ? [[.. items]] : items.Chunk((int)ReadCount)) WriteObject(block.Select(wrap).ToArray(), enumerateCollection: false);
    }

    // A line knows the file it comes from, as in the real cmdlet: Select-String and scripts look at PSPath.
    private static PSObject WithOrigin(string text, string item)
    {
        var line = new PSObject(text);
        line.Properties.Add(new PSNoteProperty("PSPath", item));
        return line;
    }
}

/// <summary>What the commands that write content share.</summary>
public abstract class ContentWritingCommand : PathCommand, IDisposable
{
    private readonly List<(IContentWriter? Provider, FileStream? Stream, StreamWriter? Text)> _targets = [];
    private bool _open;

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    public override string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? Value { get; set; } = [];

    [Parameter]
    [EncodingArgument]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = TextEncodings.Utf8NoBom;

    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Whether what is there stays.</summary>
    protected abstract bool Appends { get; }

    protected override void ProcessRecord()
    {
        if (!_open)
        {
            _open = true;
            ForEach(Open);
        }

        foreach (var value in Value ?? [])
        {
            foreach (var target in _targets) Write(target, value);
            if (PassThru) WriteObject(value);
        }
    }

    protected override void EndProcessing() => Dispose();

    protected override string ErrorIdOf(Exception exception) => ContentErrorId("GetContentWriter", exception);

    public void Dispose()
    {
        foreach (var (provider, stream, text) in _targets)
        {
            provider?.Close();
            provider?.Dispose();
            text?.Dispose();
            stream?.Dispose();
        }

        _targets.Clear();
        GC.SuppressFinalize(this);
    }

    private void Open(string path)
    {
        var items = !IsLiteral && WildcardPattern.ContainsWildcardCharacters(path) ? Existing(path, isLiteral: false) : [path];
        foreach (var item in items)
        {
            if (!ShouldProcess($"Path: {item}", Appends ? "Add Content" : "Set Content")) continue;
            if (FilePath(item) is { } file)
            {
                if (Force && File.Exists(file)) File.SetAttributes(file, File.GetAttributes(file) & ~FileAttributes.ReadOnly);
                var stream = new FileStream(file, Appends ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read);
                _targets.Add((null, stream, AsByteStream ? null : new StreamWriter(stream, Encoding)));
                continue;
            }

            if (!Appends && InvokeProvider.Item.Exists(item)) InvokeProvider.Content.Clear([item], Force, literalPath: true);
            foreach (var writer in InvokeProvider.Content.GetWriter([item], Force, literalPath: true))
            {
                if (Appends) writer.Seek(0, SeekOrigin.End);
                _targets.Add((writer, null, null));
            }
        }
    }

    private void Write((IContentWriter? Provider, FileStream? Stream, StreamWriter? Text) target, object? value)
    {
        if (target.Provider is not null) target.Provider.Write(new[] { value });
        else if (target.Text is not null)
        {
            var text = value is null ? string.Empty : PSObject.AsPSObject(value).ToString();
            if (NoNewline) target.Text.Write(text);
            else target.Text.WriteLine(text);
        }
        else
        {
            target.Stream!.Write(Unwrap(value) as byte[] ?? [LanguagePrimitives.ConvertTo<byte>(value)]);
        }
    }
}

/// <summary>Replaces what is in an item.</summary>
[Cmdlet(VerbsCommon.Set, "Content", DefaultParameterSetName = "Path", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
public sealed class SetContentCommand : ContentWritingCommand
{
    protected override bool Appends => false;
}

/// <summary>Adds to what is in an item.</summary>
[Cmdlet(VerbsCommon.Add, "Content", DefaultParameterSetName = "Path", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
public sealed class AddContentCommand : ContentWritingCommand
{
    protected override bool Appends => true;
}

/// <summary>Empties an item.</summary>
[Cmdlet(VerbsCommon.Clear, "Content", DefaultParameterSetName = "Path", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
public sealed class ClearContentCommand : PathCommand
{
    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord() => ForEach(path =>
    {
        foreach (var item in Existing(path, IsLiteral))
        {
            if (ShouldProcess($"Item: {item}", "Clear Content")) InvokeProvider.Content.Clear([item], Force, literalPath: true);
        }
    });
}
