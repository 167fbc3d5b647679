namespace Clembench.Templates.Jinja;

/// <summary>Buffers that renders of a thread use one after another, so that a render allocates little more than its text.</summary>
internal sealed class Scratch
{
    private const int KeptStack = 1024;
    private const int KeptSpans = 4096;
    private const int KeptTexts = 16;

    [ThreadStatic]
    private static Scratch? _free;

    private readonly Stack<TextBuilder> _texts = new();
    private long _openLeft;

    public Value[] Stack { get; private set; } = new Value[32];

    public TextSpan[] Spans { get; private set; } = [];

    /// <summary>The thread's scratch; a new one where a render is under way on this thread already.</summary>
    public static Scratch Take()
    {
        var scratch = _free ?? new Scratch();
        _free = null;
        return scratch;
    }

    /// <summary>How many characters all texts that are being written may hold together.</summary>
    public Scratch WithRoom(long length)
    {
        _openLeft = length;
        return this;
    }

    /// <summary>Counts the room that a text takes for itself; less than nothing gives it back.</summary>
    public void ChargeOpen(long length)
    {
        if ((_openLeft -= length) < 0)
            throw Errors.Limit("The texts that the template writes at once are too long.");
    }

    /// <summary>Gives it back with what it has grown to; values of the render are not kept alive.</summary>
    public void Give(Value[] stack, TextSpan[] spans)
    {
        if (stack.Length <= KeptStack)
        {
            Array.Clear(stack);
            Stack = stack;
        }
        else
        {
            Stack = new Value[32];
        }

        Spans = spans.Length <= KeptSpans ? spans : [];
        _free = this;
    }

    public TextBuilder NewText(int maxLength) => (_texts.TryPop(out var text) ? text : new TextBuilder(this)).Start(maxLength);

    public void Return(TextBuilder text)
    {
        if (_texts.Count < KeptTexts)
            _texts.Push(text);
    }
}
