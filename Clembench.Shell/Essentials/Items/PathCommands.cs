using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>What kind of item a path may mean.</summary>
public enum TestPathType
{
    /// <summary>Any item.</summary>
    Any,

    /// <summary>A folder or the like.</summary>
    Container,

    /// <summary>A file or the like.</summary>
    Leaf,
}

/// <summary>Says whether an item exists.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Path", DefaultParameterSetName = "Path")]
[OutputType(typeof(bool))]
public sealed class TestPathCommand : PathCommand
{
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public override string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [AllowNull]
    [AllowEmptyString]
    public override string[] LiteralPath { get; set; } = [];

    [Parameter]
    [Alias("Type")]
    public TestPathType PathType { get; set; }

    [Parameter]
    public SwitchParameter IsValid { get; set; }

    protected override void ProcessRecord()
    {
        if (Given is null)
        {
            WriteError(new ErrorRecord(new ArgumentNullException("Path"), "NullPathNotPermitted", ErrorCategory.InvalidArgument, null));
            return;
        }

        foreach (var path in Given)
        {
            if (string.IsNullOrWhiteSpace(path)) WriteObject(false);
            else Try(path, () => WriteObject(IsValid ? SessionState.Path.IsValid(path) : Exists(path)));
        }
    }

    private bool Exists(string path)
    {
        try
        {
            if (!InvokeProvider.Item.Exists(path, force: true, IsLiteral)) return false;
            if (PathType == TestPathType.Any) return true;
            return InvokeProvider.Item.IsContainer(IsLiteral ? WildcardPattern.Escape(path) : path) == (PathType == TestPathType.Container);
        }
        catch (Exception e) when (e is System.Management.Automation.DriveNotFoundException or ItemNotFoundException or ProviderNotFoundException)
        {
            return false;
        }
    }
}

/// <summary>Puts the parts of a path together.</summary>
[Cmdlet(VerbsCommon.Join, "Path")]
[OutputType(typeof(string))]
public sealed class JoinPathCommand : EssentialCommand
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string[]? ChildPath { get; set; }

    [Parameter(Position = 2, ValueFromRemainingArguments = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string[] AdditionalChildPath { get; set; } = [];

    [Parameter]
    public SwitchParameter Resolve { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            try
            {
                var joined = (ChildPath ?? []).Concat(AdditionalChildPath ?? []).Aggregate(path, (a, b) => SessionState.Path.Combine(a, b ?? string.Empty));
                if (!Resolve) WriteObject(joined);
                else foreach (var found in SessionState.Path.GetResolvedPSPathFromPSPath(joined)) WriteObject(found.Path);
            }
            catch (RuntimeException e) when (e is not PipelineStoppedException)
            {
                Error(e, "JoinPathFailed", ErrorCategory.ObjectNotFound, path);
            }
        }
    }
}

/// <summary>Gives a part of a path.</summary>
[Cmdlet(VerbsCommon.Split, "Path", DefaultParameterSetName = "ParentSet")]
[OutputType(typeof(string), typeof(bool))]
public sealed class SplitPathCommand : EssentialCommand
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LiteralPath", "LP")]
    public string[] Path { get; set; } = [];

    [Parameter(ParameterSetName = "ParentSet")]
    public SwitchParameter Parent { get; set; }

    [Parameter(ParameterSetName = "LeafSet", Mandatory = true)]
    public SwitchParameter Leaf { get; set; }

    [Parameter(ParameterSetName = "LeafBaseSet", Mandatory = true)]
    public SwitchParameter LeafBase { get; set; }

    [Parameter(ParameterSetName = "ExtensionSet", Mandatory = true)]
    public SwitchParameter Extension { get; set; }

    [Parameter(ParameterSetName = "QualifierSet", Mandatory = true)]
    public SwitchParameter Qualifier { get; set; }

    [Parameter(ParameterSetName = "NoQualifierSet", Mandatory = true)]
    public SwitchParameter NoQualifier { get; set; }

    [Parameter(ParameterSetName = "IsAbsoluteSet", Mandatory = true)]
    public SwitchParameter IsAbsolute { get; set; }

    [Parameter]
    public SwitchParameter Resolve { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var given in Path)
        {
            try
            {
                foreach (var path in Resolve ? SessionState.Path.GetResolvedPSPathFromPSPath(given).Select(p => p.Path) : [given]) Split(path);
            }
            catch (RuntimeException e) when (e is not PipelineStoppedException)
            {
                Error(e, "SplitPathFailed", ErrorCategory.ObjectNotFound, given);
            }
        }
    }

    private void Split(string path)
    {
        var colon = path.IndexOf(':', StringComparison.Ordinal);
        if (IsAbsolute) WriteObject(SessionState.Path.IsPSAbsolute(path, out _) || System.IO.Path.IsPathRooted(path));
        else if (Leaf) WriteObject(SessionState.Path.ParseChildName(path));
        else if (LeafBase) WriteObject(System.IO.Path.GetFileNameWithoutExtension(SessionState.Path.ParseChildName(path)));
        else if (Extension) WriteObject(System.IO.Path.GetExtension(SessionState.Path.ParseChildName(path)));
        else if (NoQualifier) WriteObject(colon < 0 ? path : path[(colon + 1)..]);
        else if (Qualifier && colon >= 0) WriteObject(path[..(colon + 1)]);
        else if (Qualifier)
            Error(new FormatException($"Cannot parse path because path '{path}' does not have a qualifier specified."), "ParsePathFormatError", ErrorCategory.InvalidArgument, path);
        else WriteObject(SessionState.Path.ParseParent(path, string.Empty));
    }
}

/// <summary>Resolves wildcards in a path.</summary>
[Cmdlet(VerbsDiagnostic.Resolve, "Path", DefaultParameterSetName = "Path")]
[OutputType(typeof(PathInfo), typeof(string))]
public sealed class ResolvePathCommand : PathCommand
{
    [Parameter]
    public SwitchParameter Relative { get; set; }

    protected override void ProcessRecord() => ForEach(path =>
    {
        if (IsLiteral && !InvokeProvider.Item.Exists(path, force: true, literalPath: true)) _ = Existing(path, isLiteral: true).Count();
        foreach (var found in SessionState.Path.GetResolvedPSPathFromPSPath(IsLiteral ? WildcardPattern.Escape(path) : path))
        {
            if (!Relative) WriteObject(found);
            else WriteObject(ToRelative(found));
        }
    });

    private string ToRelative(PathInfo found)
    {
        var here = SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        if (FilePath(found.Path) is not { } file) return found.Path;
        var relative = System.IO.Path.GetRelativePath(here, file);
        return relative.StartsWith("..", StringComparison.Ordinal) || relative == "." ? relative : "." + System.IO.Path.DirectorySeparatorChar + relative;
    }
}

/// <summary>Gives the path that the provider itself uses.</summary>
[Cmdlet(VerbsData.Convert, "Path", DefaultParameterSetName = "Path")]
[OutputType(typeof(string))]
public sealed class ConvertPathCommand : PathCommand
{
    protected override void ProcessRecord() => ForEach(path =>
    {
        foreach (var found in Existing(path, IsLiteral)) WriteObject(SessionState.Path.GetUnresolvedProviderPathFromPSPath(found));
    });
}
