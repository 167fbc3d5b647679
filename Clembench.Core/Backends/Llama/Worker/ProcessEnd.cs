using System.Globalization;

namespace Clembench.Backends.Llama.Worker;

/// <summary>How a model's process ended.</summary>
/// <param name="ExitCode">Its exit code; null where it could not be learned. A signal of Unix is 128 more than its number.</param>
/// <param name="Problem">Why it was ended, as a clause; null where it ended by itself.</param>
/// <param name="LastWords">The last lines that it printed.</param>
internal sealed record ProcessEnd(int? ExitCode, string? Problem, string LastWords)
{
    /// <summary>What was seen, as the rest of a sentence that begins with the process.</summary>
    public override string ToString() =>
        (Problem is null ? Cause : $"it was ended, for {Problem}")
        + (LastWords.Length == 0 ? "; it had printed nothing." : $". It had printed last:\n{LastWords}");

    private string Cause => (ExitCode, OperatingSystem.IsWindows()) switch
    {
        (null, _) => "its exit code could not be learned",
        (WorkerProgram.EngineFailed, _) => "its engine failed, so it ended by itself",
        (128 + 4, false) => "signal 4 (SIGILL): it has an instruction that this processor does not know",
        (128 + 6, false) => "signal 6 (SIGABRT): it gave up by itself",
        (128 + 7, false) => "signal 7 (SIGBUS): a file or a disk could not be read any more",
        (128 + 9, false) => "signal 9 (SIGKILL): it was killed, as Linux does when memory runs out",
        (128 + 11, false) => "signal 11 (SIGSEGV): it read or wrote where it must not",
        (128 + 15, false) => "signal 15 (SIGTERM): it was asked to end",
        ( > 128 and < 160, false) => $"signal {ExitCode - 128}",
        (unchecked((int)0xC0000005), true) => "access violation: it read or wrote where it must not",
        (unchecked((int)0xC0000409), true) => "it gave up by itself",
        ( < 0, true) => string.Create(CultureInfo.InvariantCulture, $"exit code 0x{ExitCode:X8}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"exit code {ExitCode}"),
    };
}
