using System.Management.Automation;
using System.Management.Automation.Host;

namespace Clembench.Shell.Hosting;

/// <summary>Size, colours, title and keys of the terminal; screen buffers are not supported.</summary>
internal sealed class ShellRawUI : PSHostRawUserInterface
{
    internal const ConsoleColor DefaultForeground = ConsoleColor.Gray;
    internal const ConsoleColor DefaultBackground = ConsoleColor.Black;

    public override ConsoleColor ForegroundColor { get; set; } = DefaultForeground;

    public override ConsoleColor BackgroundColor { get; set; } = DefaultBackground;

    public override Size BufferSize
    {
        get => new(Terminal.Width, Terminal.Height);
        set => throw NotSupported("set the size of its buffer");
    }

    public override Size WindowSize
    {
        get => new(Terminal.Width, Terminal.Height);
        set => throw NotSupported("set the size of its window");
    }

    public override Size MaxWindowSize => WindowSize;

    public override Size MaxPhysicalWindowSize => WindowSize;

    public override Coordinates WindowPosition
    {
        get => new(0, 0);
        set => throw NotSupported("move its window");
    }

    public override Coordinates CursorPosition
    {
        get => Terminal.IsInteractiveOutput && !Terminal.IsInputRedirected ? new(Console.CursorLeft, Console.CursorTop) : new(0, 0);
        set
        {
            if (Terminal.IsInteractiveOutput) Console.SetCursorPosition(value.X, value.Y);
        }
    }

    public override int CursorSize
    {
        get => 25;
        set => throw NotSupported("set the size of its cursor");
    }

    public override bool KeyAvailable => !Terminal.IsInputRedirected && Console.KeyAvailable;

    public override string WindowTitle
    {
        get => field;
        set
        {
            field = value;
            if (Terminal.IsInteractiveOutput) Console.Title = value;
        }
    } = ShellHost.HostName;

    public override void FlushInputBuffer()
    {
        while (KeyAvailable) Console.ReadKey(intercept: true);
    }

    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        if (Terminal.IsInputRedirected) throw new HostException("The shell waits for a key, but standard input is redirected.");
        var key = Console.ReadKey(options.HasFlag(ReadKeyOptions.NoEcho));
        ControlKeyStates state = 0;
        if (key.Modifiers.HasFlag(ConsoleModifiers.Shift)) state |= ControlKeyStates.ShiftPressed;
        if (key.Modifiers.HasFlag(ConsoleModifiers.Alt)) state |= ControlKeyStates.LeftAltPressed;
        if (key.Modifiers.HasFlag(ConsoleModifiers.Control)) state |= ControlKeyStates.LeftCtrlPressed;
        return new KeyInfo((int)key.Key, key.KeyChar, state, keyDown: true);
    }

    // Clear-Host fills the whole screen with blanks; that is the one use that a terminal has for this.
    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        if (Terminal.IsInteractiveOutput && rectangle is { Left: -1, Top: -1, Right: -1, Bottom: -1 }) Console.Clear();
    }

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw NotSupported("write to its buffer");

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw NotSupported("read its buffer");

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill)
        => throw NotSupported("scroll its buffer");

    private static PSNotSupportedException NotSupported(string what) => new($"This shell cannot {what}.");
}
