namespace Clembench.Templates.Jinja;

/// <summary>A piece of a parsed template. It is read by many renders at once: nothing in it changes after parsing.</summary>
internal abstract class Node
{
    public int Line { get; init; }

    public virtual IEnumerable<Node> Children => [];

    /// <summary>Tells a scope which names are used in it.</summary>
    public virtual void Analyze(ref Symbols symbols)
    {
        StackGuard.Check();
        foreach (var child in Children)
            child.Analyze(ref symbols);
    }

    /// <summary>Names that are read without having been set before: jinja2's <c>find_undeclared</c>.</summary>
    public virtual void FindUndeclared(HashSet<string> names, HashSet<string> undeclared)
    {
        StackGuard.Check();
        foreach (var child in Children)
            child.FindUndeclared(names, undeclared);
    }

    public static bool Reads(IEnumerable<Node> nodes, string name)
    {
        var undeclared = new HashSet<string>();
        var names = new HashSet<string> { name };
        foreach (var node in nodes)
            node.FindUndeclared(names, undeclared);
        return undeclared.Count > 0;
    }
}

internal abstract class Expr : Node
{
    /// <summary>How deep the tree below is.</summary>
    public int Height { get; protected init; }

    public abstract Value Eval(Runtime rt);

    /// <summary>The value's truth.</summary>
    public virtual bool EvalBool(Runtime rt)
    {
        var value = Eval(rt);
        return value.IsBool ? value.Bits != 0 : Ops.Truthy(rt, value);
    }

    /// <summary>Writes the value's text to the output.</summary>
    public virtual void Write(Runtime rt)
    {
        var value = Eval(rt);
        if (value.IsString)
            rt.Out.Append(rt, value);
        else
            PythonText.AppendStr(rt, rt.Out, value);
    }

    /// <summary>Finds the variables of names; gives the expression that stands for this one.</summary>
    public abstract Expr Resolve(Scope scope);

    /// <summary>Writes the value to a text if it can do so without making a string of its own, else gives it.</summary>
    /// <param name="rt">The render.</param>
    /// <param name="text">Where it is written.</param>
    /// <param name="value">The value, where it was not written.</param>
    /// <returns>Whether it was written.</returns>
    public virtual bool TryAppend(Runtime rt, TextBuilder text, out Value value)
    {
        value = Eval(rt);
        return false;
    }

    protected static int HeightOf(params ReadOnlySpan<Expr?> children)
    {
        var height = 0;
        foreach (var child in children)
            height = Math.Max(height, child?.Height ?? 0);
        return height + 1;
    }
}

/// <summary>What a statement ends with.</summary>
internal enum Flow
{
    Next,
    Break,
    Continue,
}

internal abstract class Stmt : Node
{
    /// <summary>How many tokens it is written with.</summary>
    public int Weight { get; set; }

    public abstract Flow Exec(Runtime rt);

    public abstract void Resolve(Scope scope);

    public static Flow Run(Runtime rt, Stmt[] body)
    {
        var flow = Flow.Next;
        rt.EnterBody();
        foreach (var statement in body)
        {
            rt.Step();
            flow = statement.Exec(rt);
            if (flow != Flow.Next)
                break;
        }

        rt.LeaveBody();
        return flow;
    }

    public static void ResolveAll(Stmt[] body, Scope scope)
    {
        foreach (var statement in body)
            statement.Resolve(scope);
    }
}

internal static class StackGuard
{
    public static void Check()
    {
        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw Errors.Limit("The template nests too deep.");
    }
}

/// <summary>Stands before a tall expression, so that evaluating them can't overflow the stack.</summary>
internal sealed class GuardExpr(Expr inner) : Expr
{
    public Expr Inner => inner;

    public override Value Eval(Runtime rt)
    {
        StackGuard.Check();
        return inner.Eval(rt);
    }

    public override bool EvalBool(Runtime rt)
    {
        StackGuard.Check();
        return inner.EvalBool(rt);
    }

    public override void Write(Runtime rt)
    {
        StackGuard.Check();
        inner.Write(rt);
    }

    public override Expr Resolve(Scope scope) => this;
}
