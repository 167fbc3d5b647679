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

    /// <summary>The variables of the function some levels out.</summary>
    public Locals LocalsAt(int hops)
    {
        var locals = Locals;
        for (; hops > 0; hops--)
            locals = locals.Parent!;
        return locals;
    }
}
