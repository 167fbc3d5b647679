namespace Clembench.Templates.Jinja;

/// <summary>What can be assigned to.</summary>
internal sealed partial class Parser
{
    private Expr ParseTarget(bool withNamespace = false)
    {
        if (withNamespace && Look().Kind == TokenKind.Dot)
        {
            var token = Expect(TokenKind.Name);
            Advance();
            var attribute = Expect(TokenKind.Name).Text;
            return new NamespaceTarget(new NameExpr(token.Text) { Line = token.Line }, attribute) { Line = token.Line };
        }

        var target = ParseTuple(simplified: true);
        CheckAssignable(target);
        Assignment.SetUse(target, NameUse.Store);
        return target;
    }

    private NameExpr ParseNameTarget()
    {
        var token = Expect(TokenKind.Name);
        var name = new NameExpr(token.Text) { Line = token.Line, Use = NameUse.Store };
        CheckAssignable(name);
        return name;
    }

    private void CheckAssignable(Expr target)
    {
        var kind = target switch
        {
            NameExpr { Name: "true" or "false" or "none" or "True" or "False" or "None" } => "name",
            NameExpr => null,
            SequenceExpr { IsTuple: true } => null,
            SequenceExpr => "list",
            DictExpr => "dict",
            _ => "const",
        };
        if (kind is not null)
            throw Fail($"can't assign to '{kind}'", target.Line);
        foreach (var item in (target as SequenceExpr)?.Items ?? [])
        {
            if (item is not (NameExpr or SequenceExpr { IsTuple: true }))
                throw Fail("can't assign to 'tuple'", target.Line);
            CheckAssignable(item);
        }
    }

    private static Expr CopyTarget(Expr target) => target is NameExpr name
        ? new NameExpr(name.Name) { Line = name.Line, Use = name.Use }
        : new SequenceExpr([.. ((SequenceExpr)target).Items.Select(CopyTarget)], tuple: true) { Line = target.Line };
}
