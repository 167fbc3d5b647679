using System.Globalization;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Joins objects into one text.</summary>
[Cmdlet(VerbsCommon.Join, "String", DefaultParameterSetName = "Default")]
[OutputType(typeof(string))]
public sealed class JoinStringCommand : EssentialCommand
{
    private readonly List<string> _parts = [];

    [Parameter(Position = 0)]
    public PSPropertyExpression? Property { get; set; }

    [Parameter(Position = 1)]
    [AllowEmptyString]
    public string? Separator { get; set; }

    [Parameter]
    [Alias("op")]
    public string OutputPrefix { get; set; } = string.Empty;

    [Parameter]
    [Alias("os")]
    public string OutputSuffix { get; set; } = string.Empty;

    [Parameter(ParameterSetName = "SingleQuote")]
    public SwitchParameter SingleQuote { get; set; }

    [Parameter(ParameterSetName = "DoubleQuote")]
    public SwitchParameter DoubleQuote { get; set; }

    [Parameter(ParameterSetName = "Format")]
    public string? FormatString { get; set; }

    [Parameter]
    public SwitchParameter UseCulture { get; set; }

    [Parameter(ValueFromPipeline = true)]
    public PSObject[]? InputObject { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var item in InputObject ?? [])
        {
            if (!IsGiven(item)) continue;
            var value = Property is null ? item : Property.GetValues(item) is [{ } first, ..] ? first.Result : null;
            if (value is null) continue;
            var text = FormatString is not null
                ? string.Format(CultureInfo.CurrentCulture, FormatString, Unwrap(value))
                : LanguagePrimitives.ConvertTo<string>(value);
            if (text.Length == 0 && !SingleQuote && !DoubleQuote) continue;
            _parts.Add(SingleQuote ? $"'{text}'" : DoubleQuote ? $"\"{text}\"" : text);
        }
    }

    protected override void EndProcessing()
    {
        // Without a separator, $OFS is asked, as in a text with an array in it.
        var separator = UseCulture ? CultureInfo.CurrentCulture.TextInfo.ListSeparator : Separator ?? GetVariableValue("OFS")?.ToString() ?? string.Empty;
        WriteObject(OutputPrefix + string.Join(separator, _parts) + OutputSuffix);
    }
}
