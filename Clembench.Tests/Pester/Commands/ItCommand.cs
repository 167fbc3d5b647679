using System.Management.Automation;
using Clembench.Tests.Pester.Model;

namespace Clembench.Tests.Pester.Commands;

/// <summary>It: a test, or one for each value of -ForEach.</summary>
[Cmdlet(VerbsDiagnostic.Test, "It")]
public sealed class ItCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = string.Empty;

    [Parameter(Position = 1)]
    public ScriptBlock? Test { get; set; }

    [Parameter, Alias("TestCases"), AllowNull, AllowEmptyCollection]
    public object?[]? ForEach { get; set; }

    [Parameter]
    public string[] Tag { get; set; } = [];

    [Parameter]
    public SwitchParameter Skip { get; set; }

    protected override void EndProcessing()
    {
        var session = PesterSession.InDiscovery(this);
        if (session.CurrentBlock.IsRoot) this.Throw($"The test '{Name}' stands in no Describe or Context.", "PesterTestInRoot");
        if (Test is null) this.Throw($"The test '{Name}' has no script block; does its opening brace stand on the line of the name?", "PesterNoBody");
        if (!MyInvocation.BoundParameters.ContainsKey(nameof(ForEach)))
        {
            Add(session, null, hasData: false);
            return;
        }

        if (ForEach is null or { Length: 0 }) this.Throw($"The -ForEach of '{Name}' has no value, so that there would be no test.", "PesterEmptyForEach");
        foreach (var row in ForEach!) Add(session, row, hasData: true);
    }

    private void Add(PesterSession session, object? data, bool hasData) => session.CurrentBlock.Children.Add(new PesterTest
    {
        Name = Name,
        ExpandedName = Name,
        Parent = session.CurrentBlock,
        Line = MyInvocation.ScriptLineNumber,
        Tags = Tag,
        Skip = Skip,
        HasData = hasData,
        Data = data,
        Body = Test!,
        Index = session.NextTestIndex(),
    });
}
