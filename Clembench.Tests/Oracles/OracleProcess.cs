using System.Diagnostics;
using System.Text;

namespace Clembench.Oracles;

/// <summary>
/// A program that answers each line on its standard input with one line on its standard output, in order. It lives for
/// many questions; one that is not answered in time ends the program, and the next question starts another.
/// </summary>
internal sealed class OracleProcess : IDisposable
{
    private readonly ProcessStartInfo _start;
    private readonly TimeSpan _patience;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Process? _process;

    /// <summary>Describes the program; it is started by the first question.</summary>
    /// <param name="fileName">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="patience">How long one answer may take. The program's own limit for a case should be shorter.</param>
    public OracleProcess(string fileName, IEnumerable<string> arguments, TimeSpan patience)
    {
        _patience = patience;
        _start = new ProcessStartInfo(fileName, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            Environment = { ["LC_ALL"] = "C.UTF-8", ["PYTHONHASHSEED"] = "0", ["PYTHONDONTWRITEBYTECODE"] = "1" },
        };
    }

    /// <summary>Asks a number of questions.</summary>
    /// <param name="questions">The questions, each without a line break.</param>
    /// <param name="token">Ends the waiting.</param>
    /// <returns>The answers, in order; <see langword="null"/> for one that did not come in time or ended the program.</returns>
    public async Task<string?[]> AskAsync(IReadOnlyList<string> questions, CancellationToken token = default)
    {
        var answers = new string?[questions.Count];
        await _turn.WaitAsync(token);
        try
        {
            for (var next = 0; next < questions.Count; next++)
            {
                var process = Running();
                var writing = WriteAsync(process, questions.Skip(next), token);
                while (next < questions.Count && await AnswerAsync(process, token) is { } answer)
                    answers[next++] = answer;
                // An unanswered question is given up; what was sent beyond it is lost with the program, and is asked again.
                if (next < questions.Count)
                    Stop();
                await writing;
            }
        }
        finally
        {
            _turn.Release();
        }

        return answers;
    }

    public void Dispose()
    {
        Stop();
        _turn.Dispose();
    }

    // Beside the reading, because a program that waits for its answer to be taken reads no question meanwhile.
    private static async Task WriteAsync(Process process, IEnumerable<string> questions, CancellationToken token)
    {
        try
        {
            foreach (var question in questions)
                await process.StandardInput.WriteLineAsync(question.AsMemory(), token);
            await process.StandardInput.FlushAsync(token);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // The program has ended; the missing answer tells.
        }
    }

    private async Task<string?> AnswerAsync(Process process, CancellationToken token)
    {
        try
        {
            return await process.StandardOutput.ReadLineAsync(token).AsTask().WaitAsync(_patience, token);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private Process Running()
    {
        if (_process is { HasExited: false })
            return _process;
        Stop();
        _process = Process.Start(_start)!;
        // What the program has to say about its own end is for whoever looks into a failure; it must not fill its pipe.
        _process.ErrorDataReceived += (_, e) => Debug.WriteLine(e.Data);
        _process.BeginErrorReadLine();
        return _process;
    }

    private void Stop()
    {
        if (_process is null)
            return;
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }

        _process.Dispose();
        _process = null;
    }
}
