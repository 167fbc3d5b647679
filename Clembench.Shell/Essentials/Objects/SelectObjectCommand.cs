using System.Globalization;
using System.Management.Automation;
using Clembench.Shell.Hosting;

namespace Microsoft.PowerShell.Commands;

/// <summary>Picks objects by place, and properties of objects.</summary>
[Cmdlet(VerbsCommon.Select, "Object", DefaultParameterSetName = "DefaultParameter")]
public sealed class SelectObjectCommand : EssentialCommand
{
    private readonly Queue<PSObject> _held = new();
    private readonly List<(PSObject Object, int Notes)> _unique = [];
    private IReadOnlyList<ObjectProperty> _properties = [];
    private ObjectProperty? _expand;
    private WildcardPattern[] _excluded = [];
    private int _seen;
    private int _passed;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public string[]? ExcludeProperty { get; set; }

    [Parameter]
    public string? ExpandProperty { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter]
    public SwitchParameter CaseInsensitive { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int Last { get; set; } = -1;

    [Parameter(ParameterSetName = "DefaultParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int First { get; set; } = -1;

    [Parameter(ParameterSetName = "DefaultParameter")]
    [Parameter(ParameterSetName = "SkipLastParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int Skip { get; set; }

    [Parameter(ParameterSetName = "SkipLastParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int SkipLast { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter")]
    [Parameter(ParameterSetName = "IndexParameter")]
    public SwitchParameter Wait { get; set; }

    [Parameter(ParameterSetName = "IndexParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int[]? Index { get; set; }

    [Parameter(ParameterSetName = "SkipIndexParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int[]? SkipIndex { get; set; }

    protected override void BeginProcessing()
    {
        _properties = ObjectProperty.Parse(this, Property, "name", "label");
        if (ExpandProperty is not null) _expand = ObjectProperty.Parse(this, [ExpandProperty])[0];
        _excluded = [.. (ExcludeProperty ?? []).Select(p => WildcardPattern.Get(p, WildcardOptions.IgnoreCase))];
        // To exclude means to take all the others, unless an expansion says what to take.
        if (_excluded.Length > 0 && _properties.Count == 0 && _expand is null) _properties = ObjectProperty.Parse(this, ["*"]);
    }

    protected override void ProcessRecord()
    {
        if (!IsGiven(InputObject)) return;
        var input = InputObject!;
        var at = _seen++;
        if (Index is not null)
        {
            if (Index.Contains(at)) Emit(input);
            if (!Wait && at >= Index.DefaultIfEmpty(-1).Max()) StopUpstream();
        }
        else if (SkipIndex is not null)
        {
            if (!SkipIndex.Contains(at)) Emit(input);
        }
        else if (SkipLast > 0)
        {
            if (at < Skip) return;
            _held.Enqueue(input);
            if (_held.Count > SkipLast) Emit(_held.Dequeue());
        }
        else if (Last >= 0)
        {
            HoldLast(input);
        }
        else if (First >= 0)
        {
            if (at < Skip) return;
            if (_passed < First)
            {
                _passed++;
                Emit(input);
            }

            if (_passed >= First && !Wait) StopUpstream();
        }
        else if (at >= Skip)
        {
            Emit(input);
        }
    }

    protected override void EndProcessing()
    {
        if (SkipLast == 0)
        {
            // With -Last, -Skip counts from the end.
            var keep = First >= 0 ? _held.Count : Math.Max(0, _held.Count - Skip);
            for (var i = 0; i < keep; i++) Emit(_held.Dequeue());
        }

        foreach (var (item, _) in _unique) WriteObject(item);
        _unique.Clear();
    }

    // -First and -Last together take both ends, and -Skip then counts from the start.
    private void HoldLast(PSObject input)
    {
        if (First >= 0)
        {
            if (_seen <= Skip) return;
            if (_passed < First)
            {
                _passed++;
                Emit(input);
                return;
            }
        }

        _held.Enqueue(input);
        if (_held.Count > Last + (First >= 0 ? 0 : Skip)) _held.Dequeue();
    }

    private void StopUpstream()
    {
        EndProcessing();
        throw EngineInternals.StopUpstream(this);
    }

    private void Emit(PSObject input)
    {
        if (_properties.Count == 0 && _expand is null)
        {
            Write(input, 0);
            return;
        }

        var notes = Notes(input);
        if (_expand is not null)
        {
            Expand(input, notes);
            return;
        }

        var result = new PSObject();
        foreach (var note in notes)
        {
            if (result.Properties[note.Name] is null) result.Properties.Add(note);
            else AlreadyThere(note.Name, input, "AlreadyExistingUserSpecifiedPropertyNoExpand");
        }

        result.TypeNames.Insert(0, "Selected." + input.BaseObject.GetType());
        Write(result, notes.Count);
    }

    private List<PSNoteProperty> Notes(PSObject input)
    {
        var notes = new List<PSNoteProperty>();
        foreach (var property in _properties)
        {
            var found = property.Expression.ResolveNames(input).Where(n => !IsExcluded(n.ToString()))
                .SelectMany(n => n.GetValues(input).Select(r => (Name: r.ResolvedExpression.ToString(), r.Result))).ToList();
            if (found.Count == 0 && !property.Expression.HasWildCardCharacters && !IsExcluded(property.Expression.ToString()))
                found.Add((property.Expression.ToString(), null!));
            if (property.Label is not null && found.Count > 1)
            {
                Error($"Several properties cannot be renamed to '{property.Label}'.", "RenamingMultipleResults", ErrorCategory.InvalidOperation, input);
                continue;
            }

            var wild = property.Expression.HasWildCardCharacters;
            foreach (var (name, value) in found)
            {
                if (wild && notes.Exists(n => n.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) && _properties.Count == 1) continue;
                notes.Add(new PSNoteProperty(property.Label ?? name, value));
            }
        }

        return notes;
    }

    private void Expand(PSObject input, List<PSNoteProperty> notes)
    {
        var found = _expand!.Expression.GetValues(input);
        if (found.Count == 0)
        {
            WriteError(new ErrorRecord(
                new PSArgumentException($"Property \"{ExpandProperty}\" cannot be found."), "ExpandPropertyNotFound", ErrorCategory.InvalidArgument, input));
            return;
        }

        if (found.Count > 1)
        {
            Error($"Several properties fit '{ExpandProperty}'; only one can be expanded.", "MutlipleExpandProperties", ErrorCategory.InvalidArgument, input);
            return;
        }

        if (found[0].Exception is { } failure)
        {
            Error(failure, "PropertyEvaluationExpand", ErrorCategory.InvalidResult, input);
            return;
        }

        if (found[0].Result is not { } value) return;
        var items = LanguagePrimitives.GetEnumerable(value);
        foreach (var item in items?.Cast<object?>() ?? [value])
        {
            if (item is null) continue;
            // The notes belong to this output only, never to the object that the input holds.
            var output = notes.Count == 0 ? PSObject.AsPSObject(item) : PSObject.AsPSObject(item).Copy();
            foreach (var note in notes)
            {
                if (output.Properties[note.Name] is null) output.Properties.Add(note);
                else AlreadyThere(note.Name, input, "AlreadyExistingUserSpecifiedPropertyExpand");
            }

            Write(output, notes.Count);
        }
    }

    private void Write(PSObject output, int notes)
    {
        if (!Unique)
        {
            WriteObject(output);
            return;
        }

        var comparer = new ValueComparer(CultureInfo.CurrentCulture, !CaseInsensitive);
        if (!_unique.Exists(u => u.Notes == notes && IsSame(u.Object, output, notes, comparer))) _unique.Add((output, notes));
    }

    private static bool IsSame(PSObject first, PSObject second, int notes, ValueComparer comparer)
    {
        if (first.BaseObject is not PSCustomObject || second.BaseObject is not PSCustomObject)
        {
            if (comparer.Compare(first.BaseObject, second.BaseObject) != 0) return false;
        }
        else if (notes == 0)
        {
            return first.ToString() == second.ToString();
        }

        return notes == 0 || second.Properties.All(p => first.Properties[p.Name] is { } other && comparer.Compare(other.Value, p.Value) == 0);
    }

    private void AlreadyThere(string name, PSObject input, string id) => WriteError(new ErrorRecord(
        new PSArgumentException($"The property cannot be processed because the property \"{name}\" already exists."), id, ErrorCategory.InvalidOperation, input));

    private bool IsExcluded(string name) => Array.Exists(_excluded, p => p.IsMatch(name));
}
