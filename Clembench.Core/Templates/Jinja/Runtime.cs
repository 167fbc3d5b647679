using System.Runtime.CompilerServices;
using Clembench.Json;

namespace Clembench.Templates.Jinja;

/// <summary>Variables of a function's call: a template, a macro, a block, a recursive loop.</summary>
internal sealed class Locals(int size, Locals? parent)
{
    public readonly Value[] Slots = size == 0 ? [] : new Value[size];

    public readonly Locals? Parent = parent;
}

/// <summary>The state of one render: where it writes, what it may still cost, and what came from where.</summary>
internal sealed partial class Runtime : IDisposable
{
    private const int StepsBetweenChecks = 4096;

    private readonly JinjaLimits _limits;
    private readonly Scratch _scratch;
    private readonly Value[] _resolved;
    private readonly CancellationToken _cancellationToken;
    private ValueComparer? _comparer;
    private long _stepsLeft;
    private long _createdLeft;
    private int _budget;
    private int _depth;
    private int _bodies;

    public Runtime(IReadOnlyDictionary<string, object?> variables, int names, JinjaOptions options, CancellationToken cancellationToken)
    {
        _scratch = Scratch.Take().WithRoom(options.Limits.MaxCreatedLength + options.Limits.MaxOutputLength);
        _resolved = names == 0 ? [] : new Value[names];
        Stack = _scratch.Stack;
        _spans = _scratch.Spans;
        Variables = variables;
        Options = options;
        _limits = options.Limits;
        _cancellationToken = cancellationToken;
        _stepsLeft = _limits.MaxSteps;
        _createdLeft = _limits.MaxCreatedLength;
        Out = _scratch.NewText(_limits.MaxOutputLength);
        Main = Out;
        Refill();
    }

    public IReadOnlyDictionary<string, object?> Variables { get; }

    public JinjaOptions Options { get; }

    public JinjaLimits Limits => _limits;

    public ValueComparer Comparer => _comparer ??= new ValueComparer(this);

    /// <summary>Where output goes now.</summary>
    public TextBuilder Out;

    /// <summary>Where the render's text goes.</summary>
    public readonly TextBuilder Main;

    public Locals Locals = null!;

    /// <summary>The line that is being rendered, for errors.</summary>
    public int Line;

    /// <summary>Variables that the template's top level has set, which blocks see.</summary>
    public Dictionary<string, Value>? Exported;

    public List<TextSpan>? Generations;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step()
    {
        if (--_budget < 0)
            Refill();
    }

    /// <summary>Counts work on data: elements, or characters / 64.</summary>
    public void Charge(long steps)
    {
        if (steps < _budget)
        {
            _budget -= (int)steps;
            return;
        }

        _stepsLeft -= steps - Math.Max(_budget, 0);
        _budget = 0;
        Refill();
    }

    /// <summary>Counts characters that are created: call it before they are.</summary>
    public void ChargeText(long length)
    {
        if ((_createdLeft -= length) < 0)
            throw Errors.Limit($"The template creates more than {_limits.MaxCreatedLength} characters.");
        if (length >= 64)
            Charge(length >> 6);
    }

    /// <summary>Goes a level deeper into macros, recursive loops or nested values.</summary>
    public void Enter()
    {
        if (++_depth > _limits.MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw Errors.Limit($"maximum recursion depth exceeded ({_limits.MaxDepth})");
    }

    public void Leave() => _depth--;

    /// <summary>Goes into the body of a statement; every few of them the stack is looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EnterBody()
    {
        if ((++_bodies & 7) == 0)
            StackGuard.Check();
    }

    public void LeaveBody() => _bodies--;

    /// <summary>A variable of the context: what the template has exported, what it was given, what Jinja has.</summary>
    public Value Resolve(string name, int place)
    {
        if (Exported is not null && Exported.TryGetValue(name, out var exported))
            return exported;
        var resolved = _resolved[place];
        if (resolved.IsMissing)
            _resolved[place] = resolved = Look(name);
        return resolved.Ref is AbsentObj ? default : resolved;
    }

    private Value Look(string name)
    {
        if (Variables is Dictionary<string, object?> dictionary ? dictionary.TryGetValue(name, out var plain)
            : Variables is JsonMap map ? map.TryFind(name, out plain) : Variables.TryGetValue(name, out plain))
        {
            return plain is bool or null ? Value.Wrap(plain, null) : Value.Wrap(plain, Options.Marks.TryGetValue(name, out var mark) ? mark : null);
        }


        return Globals.All.TryGetValue(name, out var global) ? global : AbsentObj.Value;
    }

    /// <summary>Marks names that have been looked for in vain.</summary>
    private sealed class AbsentObj() : Obj(Kind.Undefined)
    {
        public static readonly Value Value = Jinja.Value.Of(new AbsentObj());

        public override string TypeName => "";
    }

    /// <summary>Redirects output into a text of its own.</summary>
    public TextBuilder BeginCapture()
    {
        var outer = Out;
        Out = NewText();
        return outer;
    }

    /// <summary>Ends a capture and gives its text.</summary>
    public Value EndCapture(TextBuilder outer)
    {
        using var captured = Out;
        Out = outer;
        return captured.Take(this);
    }

    public TextBuilder NewText() => _scratch.NewText((int)Math.Min(int.MaxValue, Math.Max(_createdLeft, 0)));

    public void Dispose()
    {
        if (!ReferenceEquals(Out, Main))
            Out.Dispose();
        Main.Dispose();
        _scratch.Give(Stack, _spans);
    }

    private void Refill()
    {
        if (_stepsLeft < 0)
            throw Errors.Limit($"The template takes more than {_limits.MaxSteps} steps.");
        _cancellationToken.ThrowIfCancellationRequested();
        _budget = (int)Math.Min(StepsBetweenChecks, _stepsLeft);
        _stepsLeft -= Math.Max(_budget, 1);
    }
}
