namespace Clembench.Templates.Jinja;

/// <summary>A stack for the arguments of calls, so that a call allocates nothing.</summary>
internal sealed partial class Runtime
{
    private int _top;

    public Value[] Stack;

    /// <summary>Takes empty places; the stack may move, so they are reached through <see cref="Stack"/> until the call is made.</summary>
    public int Reserve(int count)
    {
        var at = _top;
        if (at + count > Stack.Length)
            Array.Resize(ref Stack, Math.Max(Stack.Length * 2, at + count));
        Stack.AsSpan(at, count).Clear();
        _top = at + count;
        return at;
    }

    public void Release(int at) => _top = at;

    private List<Obj>? _described;
    private int _describedNamespaces;

    /// <summary>Whether a value is part of itself where its text is made, which takes a namespace.</summary>
    public bool IsDescribed(Obj value) => _describedNamespaces > 0 && _described!.Contains(value);

    /// <summary>Goes into a value whose text is made.</summary>
    public void BeginDescription(Obj value)
    {
        Enter();
        (_described ??= []).Add(value);
        _describedNamespaces += value is NamespaceObj ? 1 : 0;
    }

    public void EndDescription(Obj value)
    {
        Leave();
        _described!.RemoveAt(_described.Count - 1);
        _describedNamespaces -= value is NamespaceObj ? 1 : 0;
    }

    /// <summary>The variables of the function some levels out.</summary>
    public Locals LocalsAt(int hops)
    {
        var locals = Locals;
        for (; hops > 0; hops--)
            locals = locals.Parent!;
        return locals;
    }
}
