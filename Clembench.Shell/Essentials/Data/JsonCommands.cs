using System.Globalization;
using System.Management.Automation;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Microsoft.PowerShell.Commands;

/// <summary>Writes objects as JSON.</summary>
[Cmdlet(VerbsData.ConvertTo, "Json")]
[OutputType(typeof(string))]
public sealed class ConvertToJsonCommand : EssentialCommand, IDisposable
{
    private readonly List<object?> _inputs = [];
    private readonly CancellationTokenSource _stop = new();

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public object? InputObject { get; set; }

    [Parameter]
    [ValidateRange(0, 100)]
    public int Depth { get; set; } = 2;

    [Parameter]
    public SwitchParameter Compress { get; set; }

    [Parameter]
    public SwitchParameter EnumsAsStrings { get; set; }

    [Parameter]
    public SwitchParameter AsArray { get; set; }

    [Parameter]
    public StringEscapeHandling EscapeHandling { get; set; } = StringEscapeHandling.Default;

    protected override void ProcessRecord() => _inputs.Add(InputObject);

    protected override void EndProcessing()
    {
        if (_inputs.Count == 0) return;
        object? value = _inputs.Count > 1 || AsArray ? _inputs.ToArray() : _inputs[0];
        var warned = false;
        var writing = new JsonWriting(Depth, Compress, EnumsAsStrings, EscapeHandling, Warn, _stop.Token);
        try
        {
            WriteObject(writing.Write(value));
        }
        catch (PSInvalidOperationException e)
        {
            ThrowTerminatingError(new ErrorRecord(e, "NonStringKeyInDictionary", ErrorCategory.InvalidOperation, value));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }

        void Warn()
        {
            if (warned) return;
            warned = true;
            WriteWarning($"Resulting JSON is truncated as serialization has exceeded the set depth of {Depth}.");
        }
    }

    protected override void StopProcessing() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();
}

/// <summary>Reads JSON into objects.</summary>
[Cmdlet(VerbsData.ConvertFrom, "Json")]
public sealed class ConvertFromJsonCommand : EssentialCommand
{
    private readonly List<string> _lines = [];

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string InputObject { get; set; } = string.Empty;

    [Parameter]
    public SwitchParameter AsHashtable { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; } = 1024;

    [Parameter]
    public SwitchParameter NoEnumerate { get; set; }

    /// <summary>What becomes of text that looks like a date.</summary>
    [Parameter]
    public JsonDateKind DateKind { get; set; } = JsonDateKind.Default;

    protected override void ProcessRecord() => _lines.Add(InputObject);

    protected override void EndProcessing()
    {
        if (_lines.Count == 0) return;
        // Each string may be a document of its own; if the first is none, all together are one.
        if (_lines.Count > 1 && !_lines[0].All(char.IsWhiteSpace) && TryRead(_lines[0], out var first))
        {
            Emit(first);
            foreach (var line in _lines.Skip(1)) Emit(Read(line));
            return;
        }

        Emit(Read(string.Join(Environment.NewLine, _lines)));
    }

    private bool TryRead(string text, out object? value)
    {
        try
        {
            value = JsonReading.Read(text, AsHashtable, Depth, DateKind);
            return true;
        }
        catch (ArgumentException)
        {
            value = null;
            return false;
        }
    }

    private object? Read(string text)
    {
        try
        {
            return JsonReading.Read(text, AsHashtable, Depth, DateKind);
        }
        catch (ArgumentException e)
        {
            ThrowTerminatingError(new ErrorRecord(e, "System.ArgumentException", ErrorCategory.NotSpecified, null));
            throw;
        }
        catch (PSInvalidOperationException e)
        {
            ThrowTerminatingError(new ErrorRecord(e, e.ErrorRecord.FullyQualifiedErrorId, ErrorCategory.InvalidOperation, null));
            throw;
        }
    }

    private void Emit(object? value) => WriteObject(value, enumerateCollection: !NoEnumerate && value is object?[]);
}

/// <summary>Says whether a text is JSON.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Json")]
[OutputType(typeof(bool))]
public sealed class TestJsonCommand : EssentialCommand
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string Json { get; set; } = string.Empty;

    protected override void ProcessRecord()
    {
        try
        {
            System.Text.Json.JsonDocument.Parse(Json).Dispose();
            WriteObject(true);
        }
        catch (System.Text.Json.JsonException e)
        {
            Error(new ArgumentException("Cannot parse the JSON.", e), "InvalidJson", ErrorCategory.InvalidData, Json);
            WriteObject(false);
        }
    }
}

/// <summary>What becomes of JSON text that looks like a date.</summary>
public enum JsonDateKind
{
    /// <summary>A DateTime, of the kind that its text says.</summary>
    Default,

    /// <summary>A DateTime in local time.</summary>
    Local,

    /// <summary>A DateTime in UTC.</summary>
    Utc,

    /// <summary>A DateTimeOffset.</summary>
    Offset,

    /// <summary>The text as it is.</summary>
    String,
}

/// <summary>Makes objects or hashtables of JSON.</summary>
internal static class JsonReading
{
    internal static object? Read(string text, bool asHashtable, int depth, JsonDateKind dates)
    {
        object? root;
        try
        {
            root = JsonConvert.DeserializeObject(text, new JsonSerializerSettings
            {
                DateParseHandling = dates switch { JsonDateKind.String => DateParseHandling.None, JsonDateKind.Offset => DateParseHandling.DateTimeOffset, _ => DateParseHandling.DateTime },
                DateTimeZoneHandling = dates switch { JsonDateKind.Local => DateTimeZoneHandling.Local, JsonDateKind.Utc => DateTimeZoneHandling.Utc, _ => DateTimeZoneHandling.RoundtripKind },
                TypeNameHandling = TypeNameHandling.None,
                MetadataPropertyHandling = MetadataPropertyHandling.Ignore,
                MaxDepth = depth,
            });
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"Conversion from JSON failed with error: {e.Message}", e);
        }

        return root is JToken token ? Value(token, asHashtable) : root;
    }

    private static object? Value(JToken token, bool asHashtable) => token switch
    {
        JArray array => array.Where(i => i.Type != JTokenType.Comment).Select(i => Value(i, asHashtable)).ToArray(),
        JObject table when asHashtable => ToHashtable(table),
        JObject table => ToObject(table),
        JValue value => value.Value,
        _ => throw new PSNotSupportedException(string.Create(CultureInfo.InvariantCulture, $"JSON of type {token.Type} is not supported.")),
    };

    private static OrderedHashtable ToHashtable(JObject table)
    {
        var result = new OrderedHashtable();
        foreach (var (key, value) in table) result.Add(key, Value(value!, asHashtable: true));
        return result;
    }

    private static PSObject ToObject(JObject table)
    {
        var result = new PSObject();
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in table)
        {
            if (key.Length == 0)
                throw new PSInvalidOperationException("The provided JSON includes a property whose name is an empty string, this is only supported using the -AsHashTable switch.");
            if (!names.TryAdd(key, key))
            {
                throw new PSInvalidOperationException(
                    $"Cannot convert the JSON string because it contains keys with different casing. Please use the -AsHashTable switch instead. The key that was attempted to be added to the existing key '{names[key]}' was '{key}'.");
            }

            result.Properties.Add(new PSNoteProperty(key, Value(value!, asHashtable: false)));
        }

        return result;
    }
}
