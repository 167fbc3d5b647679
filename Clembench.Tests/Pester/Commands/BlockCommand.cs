using System.Management.Automation;
using Clembench.Tests.Pester.Model;

namespace Clembench.Tests.Pester.Commands;

/// <summary>Describe and Context: run their body at discovery, once for each value of -ForEach.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Block")]
public sealed class BlockCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = string.Empty;

    [Parameter(Position = 1)]
    public ScriptBlock? Fixture { get; set; }

    [Parameter, Alias("Tags")]
    public string[] Tag { get; set; } = [];

    [Parameter]
    public SwitchParameter Skip { get; set; }

    [Parameter]
    public object? ForEach { get; set; }

    protected override void EndProcessing()
    {
        var session = PesterSession.InDiscovery(this);
        if (Fixture is null) this.Throw($"'{Name}' has no script block; does its opening brace stand on the line of the name?", "PesterNoBody");
        if (!MyInvocation.BoundParameters.ContainsKey(nameof(ForEach)))
        {
            Discover(session, null, hasData: false);
            return;
        }

        var rows = Rows();
        if (rows.Count == 0) this.Throw($"The -ForEach of '{Name}' has no value, so that there would be no test.", "PesterEmptyForEach");
        foreach (var row in rows) Discover(session, row, hasData: true);
    }

    private List<object?> Rows() => ForEach is null
        ? []
        : LanguagePrimitives.GetEnumerable(ForEach) is { } many ? [.. many.Cast<object?>()] : [ForEach];

    private void Discover(PesterSession session, object? data, bool hasData)
    {
        var outer = session.CurrentBlock;
        var block = new PesterBlock
        {
            Name = Name,
            ExpandedName = Name,
            Parent = outer,
            Line = MyInvocation.ScriptLineNumber,
            Tags = Tag,
            Skip = Skip,
            HasData = hasData,
            Data = data,
        };
        outer.Children.Add(block);
        session.CurrentBlock = block;
        try
        {
            var scopes = new ScriptScopes(SessionState);
            ErrorRecord? error = null;
            scopes.InNewScope(() =>
            {
                scopes.Set(block.DataVariables());
                error = scopes.Dot(Fixture!);
            });
            if (error is not null) ThrowTerminatingError(error);
        }
        finally
        {
            session.CurrentBlock = outer;
        }
    }
}
